import type { Money } from '../../domain/money.ts'
import type { OrderLine, PlatformEvent, PlatformOrder, Pushed, Receiver } from '../../domain/order.ts'
import { customOf, joined, leftover, present } from '../../wire/values.ts'
import { type Address, type Body, KEYS, type Order, type Product } from './schema.ts'

/** Events of a shop's orders; the order itself is asked for. What is not here is not for us. */
const CHANGES: Readonly<Record<string, string>> = {
  channels_ec_order_new: 'created',
  channels_ec_order_pay: 'paid',
  channels_ec_order_wait_shipping: 'to ship',
  channels_ec_order_deliver: 'shipped',
  channels_ec_order_confirm: 'completed',
}
/** `type` of channels_ec_order_ext_info_update. 1 (commission) and 6 (who shared) concern no parcel. */
const EXTRAS: Readonly<Record<number, string>> = {
  2: 'address',
  3: 'memo',
  4: 'address change requested',
  5: 'virtual number',
  7: 'urged',
}
const NO_PARCEL: readonly (number | undefined)[] = [1, 6]
const CANCELLED_BY: Readonly<Record<number, string>> = {
  1: '用户取消',
  2: '超时取消',
  3: '全部商品售后完成',
  4: '商家取消',
}

export const normalize = (body: Body): readonly Pushed[] => eventsOf(body).map((event) => ({ event }))

const eventsOf = (body: Body): readonly PlatformEvent[] => {
  const { Event = '', order_info, finder_shop_aftersale_status_update: afterSale } = body
  const at = body.CreateTime * 1000
  if (Event === 'channels_ec_close_store') return [{ type: 'revoked', at }]
  // Says neither which lines nor how many pieces: the detail counts them per line.
  if (afterSale)
    return [{ type: 'changed', platformOrderId: afterSale.order_id, what: afterSaleOf(afterSale.status), at }]
  if (!order_info) return []
  const { order_id: platformOrderId, cancel_type = 0, type = 0 } = order_info
  const reason = present({ reason: CANCELLED_BY[cancel_type] })
  if (Event === 'channels_ec_order_cancel') return [{ type: 'cancelled', platformOrderId, at, ...reason }]
  const extra = Event === 'channels_ec_order_ext_info_update'
  if (extra && NO_PARCEL.includes(type)) return []
  const what = extra ? (EXTRAS[type] ?? 'other') : CHANGES[Event]
  return what === undefined ? [] : [{ type: 'changed', platformOrderId, what, at }]
}

const afterSaleOf = (status = ''): string => `refund ${status.toLowerCase()}`.trim()

/** Sums, who earns by the order, and the buyer's ids. Listed in the README. */
const IDLE =
  /_(?:price|infos?|info_list|addr|address)$|^(?:openid|unionid|aftersale_detail|thumb_img|out_(?:product|sku)_id|is_(?:discounted|change_price)|use_deduction|finder_id|live_id|order_scene|confirm_receipt_time|ship_done_time|deliver_method|address_under_review|\w*sharer\w*)$/

/** 10 to pay, 20 to ship, 21 partly shipped, 30 shipped, 100 done; 190, 200 and 250 cancelled. */
const CANCELLED: readonly number[] = [190, 200, 250]
const FINISHED: readonly number[] = [30, 100]
const SHIPPABLE: readonly number[] = [20, 21]

export const orderOf = (order: Order): PlatformOrder => {
  const { status, order_detail } = order
  const { product_infos, delivery_info, ext_info, pay_info, price_info } = order_detail
  const deadlines = product_infos.flatMap((one) => one.delivery_deadline ?? [])
  const rows = rowsOf(order)
  const paid = pay_info?.pay_time !== undefined || SHIPPABLE.includes(status) || FINISHED.includes(status)
  return {
    platformOrderId: order.order_id,
    version: order.update_time ?? order.create_time ?? 0,
    placedAt: order.create_time ?? 0,
    status: CANCELLED.includes(status) ? 'cancelled' : FINISHED.includes(status) ? 'finished' : 'open',
    payment: paid ? 'paid' : 'unpaid',
    total: yuan(price_info?.order_price),
    lines: rows.map(lineOf),
    receiver: receiverOf(order.order_id, delivery_info?.ewaybill_order_code, delivery_info?.address_info),
    shippable: SHIPPABLE.includes(status),
    custom: customOf(
      {
        ...leftover(order, KEYS.order, IDLE),
        ...leftover(order_detail, KEYS.detail, IDLE),
        ...leftover(delivery_info ?? {}, KEYS.delivery, IDLE),
        ...leftover(ext_info ?? {}, KEYS.ext, IDLE),
      },
      rows.map(({ lineId, product }) => [lineId, leftover(product, KEYS.product, IDLE)]),
    ),
    ...presaleOf(product_infos),
    ...present({
      paidAt: pay_info?.pay_time,
      buyerNote: ext_info?.customer_notes,
      sellerNote: ext_info?.merchant_notes,
      shipBy: deadlines.length > 0 ? Math.min(...deadlines) : undefined,
    }),
  }
}

export interface Row {
  readonly lineId: string
  readonly product: Product
}

/** The rows of an order have no id: the SKU's stands in, with a number from its second row on (a gift beside what was bought). */
export const rowsOf = ({ order_detail }: Order): readonly Row[] => {
  const seen = new Map<string, number>()
  return order_detail.product_infos.map((product) => {
    const nth = (seen.get(product.sku_id) ?? 0) + 1
    seen.set(product.sku_id, nth)
    return { lineId: nth === 1 ? product.sku_id : `${product.sku_id}:${nth}`, product }
  })
}

/** Pieces that were refunded are not ours to ship any more; while a refund is open, the line waits. */
const lineOf = ({ lineId, product }: Row): OrderLine => {
  const left = product.sku_cnt - product.finish_aftersale_sku_cnt
  return {
    lineId,
    code: product.sku_code ?? '',
    title: joined(' ', product.title, ...(product.sku_attrs ?? []).map((one) => one.attr_value)),
    quantity: left > 0 ? left : product.sku_cnt,
    price: yuan(product.sale_price),
    gift: product.is_free_gift ?? false,
    status: left <= 0 ? 'gone' : product.on_aftersale_sku_cnt > 0 ? 'refunding' : 'open',
    listingId: product.sku_id,
  }
}

const presaleOf = (products: readonly Product[]): Pick<PlatformOrder, 'presale'> => {
  const presale = products.filter((one) => one.sku_deliver_info?.stock_type === 1)
  if (presale.length === 0) return {}
  const times = presale.flatMap((one) => one.sku_deliver_info?.predict_delivery_time ?? [])
  return { presale: { kind: 'full', ...(times.length > 0 && { releaseAt: Math.max(...times) }) } }
}

/** 代发密文 `ewaybill_order_code` opens at 微信's e-waybills, together with the shop; what is shown beside it has stars. */
const receiverOf = (sourceOrderId: string, code: string | undefined, address: Address = {}): Receiver => {
  const { province_name: province, city_name: city, county_name: district, postal_code: zip, hash_code } = address
  const readable = { country: 'CN', ...present({ province, city, district }) }
  const phone = address.tel_number ?? address.tel_number_ext_info?.virtual_tel_number
  const shown = present({
    name: address.user_name,
    phone,
    address: joined('', address.detail_info, address.house_number),
  })
  const open = Object.keys(shown).length === 3 && !Object.values(shown).some((text) => text.includes('*'))
  const identity = present({ identity: hash_code })
  if (open)
    return {
      kind: 'plain',
      readable: { ...readable, ...shown, ...present({ zip }) },
      masked: {},
      cipher: {},
      ...identity,
    }
  return {
    kind: code ? 'weixin' : 'masked',
    readable,
    masked: shown,
    cipher: code ? { ewaybill_order_code: code } : {},
    ...(code && { sourceOrderId }),
    ...identity,
  }
}

const yuan = (fen = 0): Money => ({ amount: fen, currency: 'CNY' })
