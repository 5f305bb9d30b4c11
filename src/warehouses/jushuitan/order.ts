/**
 * A fulfillment as `orders/upload` wants it. `so_id` is our document, so that it finds its way back and a second upload
 * updates the first. https://openweb.jushuitan.com/dev-doc?docType=4&docId=18
 */
import type { Placement } from '../../domain/fulfillment.ts'
import { type Money, toMajor } from '../../domain/money.ts'
import { own } from '../../lib/own.ts'
import type { Failure } from '../../wire/answer.ts'
import { beijingText } from '../../wire/time.ts'
import { present } from '../../wire/values.ts'
import { starless, starlessDeep, unshippable, unwritable } from '../receiver.ts'
import type { Options } from './settings.ts'

const NODE_MAX = 500

export const orderOf = (placement: Placement, settings: Options): { readonly value: object } | Failure => {
  const { readable } = placement.receiver
  const receiver = present({
    receiver_name: readable.name?.trim(),
    receiver_mobile: readable.phone?.trim(),
    receiver_country: readable.country,
    receiver_state: readable.province,
    receiver_city: readable.city,
    receiver_district: readable.district,
    receiver_town: readable.town,
    receiver_address: readable.address?.trim(),
    receiver_zip: readable.zip,
  })
  // Amounts have no currency on the wire: what is to be collected must be yuan.
  const cod = settings.cod && placement.cod?.currency === 'CNY'
  const refused =
    unshippable(placement, { receiverKinds: ['plain'], cod }) ??
    unwritable(receiver, ['receiver_name', 'receiver_mobile', 'receiver_address'])
  return refused ?? { value: { ...headOf(placement, settings), ...receiver, items: placement.lines.map(itemOf) } }
}

const headOf = (placement: Placement, { shopOfErp, wmsCoId, carriers }: Options) => ({
  shop_id: Number(shopOfErp),
  so_id: placement.document,
  outer_so_id: placement.platformOrderId,
  order_date: beijingText(placement.placedAt),
  shop_status: 'WAIT_SELLER_SEND_GOODS',
  shop_buyer_id: starless(placement.shopName).slice(0, 50) || placement.platform,
  pay_amount: yuan(placement.total),
  freight: 0,
  ...present({
    wms_co_id: wmsCoId ? Number(wmsCoId) : undefined,
    lc_id: placement.carrier && (own(carriers, placement.carrier) ?? undefined),
    plan_delivery_date: placement.shipBy && beijingText(placement.shipBy),
    buyer_message: placement.buyerNote && starless(placement.buyerNote).slice(0, 400),
    remark: placement.sellerNote && starless(placement.sellerNote).slice(0, 1000),
    node: nodeOf(placement.custom),
  }),
  ...(placement.cod ? { is_cod: true } : { pay: payOf(placement) }),
})

/** The order is released only where what was paid equals what is due. */
const payOf = ({ document, paidAt, placedAt, total }: Placement) => ({
  outer_pay_id: document,
  pay_date: beijingText(paidAt ?? placedAt),
  payment: '其他',
  seller_account: '无',
  buyer_account: '无',
  amount: yuan(total),
})

const itemOf = ({ lineId, sku, title, quantity, price }: Placement['lines'][number]) => ({
  sku_id: sku,
  shop_sku_id: sku,
  name: starless(title).slice(0, 100) || sku,
  qty: quantity,
  base_price: yuan(price),
  amount: yuan({ ...price, amount: price.amount * quantity }),
  outer_oi_id: lineId,
})

const yuan = (money: Money): number => Number(toMajor(money))

/** 线下备注: fields of the order that we do not know, for people to read. */
const nodeOf = (custom: Readonly<Record<string, unknown>>): string | undefined =>
  Object.keys(custom).length > 0 ? JSON.stringify(starlessDeep(custom)).slice(0, NODE_MAX) : undefined
