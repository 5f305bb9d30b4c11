/**
 * A fulfillment as `sales.RawTrade.pushSelf2` wants it: shop, one 原始单, its lines. `tid` is our document, and a second
 * push of it is an update. https://open.wangdian.cn/qjb/open/apidoc/doc?path=sales.RawTrade.pushSelf2
 */
import type { Placement } from '../../domain/fulfillment.ts'
import { toMajor } from '../../domain/money.ts'
import type { Failure } from '../../wire/answer.ts'
import { beijingText } from '../../wire/time.ts'
import { present } from '../../wire/values.ts'
import { starless, starlessDeep, unshippable, unwritable } from '../receiver.ts'
import type { Options } from './settings.ts'

const REMARK_MAX = 1024

/** The arguments of the call, or why this receiver cannot be written. */
export const argumentsOf = (
  placement: Placement,
  settings: Options,
): { readonly value: readonly unknown[] } | Failure => {
  const { readable } = placement.receiver
  const { province, city, district } = readable
  const receiver = {
    receiver_name: readable.name?.trim(),
    receiver_mobile: readable.phone?.trim(),
    receiver_area: [province || city, city || province, district].filter(Boolean).join(' '),
    receiver_address: [readable.town, readable.address?.trim()].filter(Boolean).join(' '),
    receiver_zip: readable.zip ?? '',
  }
  // Amounts have no currency on the wire: what is to be collected must be yuan.
  const cod = settings.cod && placement.cod?.currency === 'CNY'
  const refused =
    unshippable(placement, { receiverKinds: ['plain'], cod }) ??
    unwritable({ ...receiver, address: readable.address }, [
      ...['receiver_name', 'receiver_mobile', 'receiver_area', 'receiver_address', 'address'],
    ])
  return refused ?? { value: [settings.shopNo, [{ ...tradeOf(placement), ...receiver }], linesOf(placement)] }
}

const tradeOf = (placement: Placement) => {
  const { document, total, cod, lines } = placement
  const goods = sumOf(placement)
  return {
    ...{ tid: document, process_status: 10, trade_status: 30, refund_status: 0, pay_status: cod ? 0 : 2 },
    ...{ order_count: lines.length, goods_count: lines.reduce((sum, { quantity }) => sum + quantity, 0) },
    ...{ pay_method: 1, trade_time: beijingText(placement.placedAt), end_time: null },
    pay_time: beijingText(placement.paidAt ?? placement.placedAt),
    buyer_nick: starless(placement.shopName) || placement.platform,
    buyer_message: placement.buyerNote ? starless(placement.buyerNote).slice(0, REMARK_MAX) : '',
    remark: remarkOf(placement),
    ...{ post_amount: yuan(Math.max(0, total.amount - goods)), discount: yuan(Math.max(0, goods - total.amount)) },
    ...{ receivable: yuan(total.amount), other_amount: 0, platform_cost: 0, received: cod ? 0 : yuan(total.amount) },
    ...{ delivery_term: cod ? 2 : 1, cod_amount: cod ? yuan(cod.amount) : 0 },
    ...{ logistics_type: -1, is_auto_wms: false, warehouse_no: '', invoice_type: 0, remark_flag: 0 },
    // Never merged with another order: then its waybill would come under a number that is not ours.
    is_sealed: 3,
    ...present({ to_deliver_time: placement.shipBy && beijingText(placement.shipBy) }),
  }
}

/** What the order cost less than its lines is shared among them, the last one taking what is left. */
const linesOf = (placement: Placement) => {
  const goods = sumOf(placement)
  let [discount, rest] = [Math.max(0, goods - placement.total.amount), goods]
  return placement.lines.map(({ sku, title, quantity, price }, index) => {
    const amount = price.amount * quantity
    const share = rest > 0 ? Math.round((discount * amount) / rest) : 0
    discount -= share
    rest -= amount
    return {
      ...{ tid: placement.document, oid: `${placement.document}-${index + 1}`, status: 30, refund_status: 0 },
      ...{
        goods_id: sku,
        spec_id: sku,
        goods_no: sku,
        spec_no: sku,
        goods_name: starless(title) || sku,
        spec_name: '',
      },
      ...{ order_type: 0, num: quantity, price: yuan(price.amount), discount: 0, adjust_amount: 0, refund_amount: 0 },
      ...{ share_discount: yuan(share), total_amount: yuan(amount), remark: '', json: '' },
    }
  })
}

const sumOf = ({ lines }: Placement): number =>
  lines.reduce((sum, { price, quantity }) => sum + price.amount * quantity, 0)

const yuan = (amount: number): number => Number(toMajor({ amount, currency: 'CNY' }))

/** 客服备注: the platform's number, the seller's note, and fields of the order that we do not know. */
const remarkOf = ({ platformOrderId, sellerNote, custom }: Placement): string => {
  const unknown = Object.keys(custom).length > 0 ? JSON.stringify(starlessDeep(custom)) : ''
  return [starless(platformOrderId), sellerNote && starless(sellerNote), unknown]
    .filter(Boolean)
    .join(' ')
    .slice(0, REMARK_MAX)
}
