import type { Money } from '../../domain/money.ts'
import type { OrderLine, PlatformEvent, PlatformOrder, Pushed, Receiver as Sealed } from '../../domain/order.ts'
import { customOf, joined, leftover, present } from '../../wire/values.ts'
import { type Body, type Message, ORDER_KEYS, type Order, type Receiver, SKU_KEYS, type Sku } from './schema.ts'

/** https://open.xiaohongshu.com/document/developer/file/115 and after. Statuses say what became of the order. */
const TAGS: Readonly<Record<string, string>> = {
  msg_fulfillment_receiver_change: 'address',
  msg_fulfillment_seller_remark_change: 'memo',
  msg_fulfillment_delivery_time_change: 'ship-by',
  msg_after_sale_create: 'refund requested',
  msg_after_sale_refund_finished: 'refunded',
}
const STATUSES: Readonly<Record<number, string>> = {
  1: 'created',
  2: 'paid',
  3: 'customs',
  4: 'to ship',
  5: 'partly shipped',
  6: 'shipped',
  7: 'completed',
  8: 'closed',
  9: 'cancelled',
  10: 'exchange requested',
}

/** Nothing vouches for a body, so of each message only whose order it is about is taken. One array may serve several shops. */
export const normalize = (body: Body): readonly Pushed[] =>
  body.flatMap((message) => {
    const event = eventOf(message)
    return event ? [{ shopKey: message.sellerId, event }] : []
  })

const eventOf = ({ msgTag, data }: Message): PlatformEvent | undefined => {
  const platformOrderId = data?.orderId ?? data?.packageId
  if (!platformOrderId) return undefined
  const status = STATUSES[data?.orderStatus ?? 0] ?? 'status'
  const other = msgTag.startsWith('msg_after_sale_') ? 'refund changed' : 'other'
  const what = msgTag === 'msg_fulfillment_status_change' ? status : (TAGS[msgTag] ?? other)
  return { type: 'changed', platformOrderId, what, at: data?.updateTime ?? 0 }
}

/** Sums, pictures, who sold it. Listed in the README. */
const IDLE =
  /Amount$|Discount$|Image$|^(?:kol\w+|item(?:Id|Name)|isChannel|receiver\w+Id|receiverCountryName|receiver(?:Name|Phone|Address)|(?:delivery|cancel|finish)Time|planInfo\w+|shop(?:Id|Name)|userId|xhsOpenId|paymentType|outTradeNo|totalShippingFree|unpack|expressCompanyCode|boundExtendInfo|transferExtendInfo|presaleDeliveryEndTime)$/

const SHIPPABLE: readonly number[] = [4, 5]
const FINISHED: readonly number[] = [6, 7, 10]
const CANCELLED: readonly number[] = [8, 9]
/** After-sales: 1 none, 2 handled, 3 done, 4 refused, 5 closed, 6 the platform looks, 7 cancelled. */
const REFUND_OPEN: readonly (number | undefined)[] = [2, 6]
export const REFUNDED = 3

export const isToShip = ({ orderStatus }: Order): boolean => SHIPPABLE.includes(orderStatus)

export const orderOf = (order: Order, receiver?: Receiver): PlatformOrder => {
  const { orderStatus } = order
  const rows = rowsOf(order)
  const paid = orderStatus !== 1 && (order.paidTime !== undefined || !CANCELLED.includes(orderStatus))
  return {
    platformOrderId: order.orderId,
    version: order.updateTime ?? order.createdTime ?? 0,
    placedAt: order.createdTime ?? 0,
    status: CANCELLED.includes(orderStatus) ? 'cancelled' : FINISHED.includes(orderStatus) ? 'finished' : 'open',
    payment: paid ? 'paid' : 'unpaid',
    total: yuan(order.totalPayAmount),
    lines: rows.map((row) => lineOf(row, order)),
    receiver: receiverOf(order, receiver),
    shippable: isToShip(order),
    custom: customOf(
      leftover(order, ORDER_KEYS, IDLE),
      rows.map(({ lineId, sku }) => [lineId, leftover(sku, SKU_KEYS, IDLE)]),
    ),
    ...presaleOf(order),
    ...present({
      paidAt: paid ? order.paidTime : undefined,
      buyerNote: order.customerRemark,
      sellerNote: order.sellerRemark,
      flag: order.sellerRemarkFlag ? String(order.sellerRemarkFlag) : undefined,
      shipBy: order.promiseLastDeliveryTime,
    }),
  }
}

/** Rows are SKUs; one that comes a second time (a gift beside what was bought) is named `<sku>:2`. */
const rowsOf = ({ skuList }: Order): readonly { readonly lineId: string; readonly sku: Sku }[] => {
  const seen = new Map<string, number>()
  return skuList.map((sku) => {
    const nth = (seen.get(sku.skuId) ?? 0) + 1
    seen.set(sku.skuId, nth)
    return { lineId: nth === 1 ? sku.skuId : `${sku.skuId}:${nth}`, sku }
  })
}

/** The SKU that a line is of. */
export const skuIdOf = (lineId: string): string => lineId.replace(/:\d+$/, '')

const lineOf = ({ lineId, sku }: ReturnType<typeof rowsOf>[number], order: Order): OrderLine => ({
  lineId,
  code: sku.erpcode ?? '',
  title: joined(' ', sku.skuName, sku.skuSpec),
  quantity: sku.skuQuantity,
  // Sums of a row: a share that does not divide is rounded.
  price: yuan(Math.round((sku.totalPaidAmount ?? 0) / Math.max(1, sku.skuQuantity))),
  gift: sku.skuTag === 1,
  status: lineStatus(sku, order),
  listingId: sku.skuId,
})

/** An order-wide request to cancel holds every line; where rows say nothing of after-sales, the order's word counts for all. */
const lineStatus = (sku: Sku, { cancelStatus, orderAfterSalesStatus }: Order): OrderLine['status'] => {
  if (sku.skuQuantity === 0 || sku.skuAfterSaleStatus === REFUNDED) return 'gone'
  if (cancelStatus === 1) return 'refunding'
  return REFUND_OPEN.includes(sku.skuAfterSaleStatus ?? orderAfterSalesStatus) ? 'refunding' : 'open'
}

const presaleOf = ({ orderType, presaleDeliveryStartTime }: Order): Pick<PlatformOrder, 'presale'> => {
  const kind = orderType === 2 ? 'deposit' : orderType === 3 || orderType === 4 ? 'full' : undefined
  return kind ? { presale: { kind, ...present({ releaseAt: presaleDeliveryStartTime }) } } : {}
}

/** A cipher is `#text#hash#n##`. */
const CIPHER = /^#[^#]+#[^#]+#[^#]*##$/

/**
 * `openAddressId` with the order's id is what 小红书's own e-waybills and a warehouse want; the three texts are ciphers
 * where they were told at all.
 */
const receiverOf = (order: Order, told: Partial<Receiver> = {}): Sealed => {
  const { receiverName, receiverPhone, receiverAddress } = told
  const readable = {
    country: 'CN',
    ...present({
      province: told.receiverProvinceName ?? order.receiverProvinceName,
      city: told.receiverCityName ?? order.receiverCityName,
      district: told.receiverDistrictName ?? order.receiverDistrictName,
      town: told.receiverTownName,
    }),
  }
  const plain = present({ name: receiverName, phone: receiverPhone, address: receiverAddress })
  const texts = Object.values(plain)
  const identity = present({ identity: order.openAddressId })
  if (texts.length === 3 && !texts.some((text) => CIPHER.test(text) || text.includes('*')))
    return { kind: 'plain', readable: { ...readable, ...plain }, masked: {}, cipher: {}, ...identity }
  const ciphers = Object.entries({ receiverName, receiverPhone, receiverAddress }).filter(([, text]) =>
    CIPHER.test(text ?? ''),
  )
  const cipher = { ...present({ openAddressId: order.openAddressId }), ...present(Object.fromEntries(ciphers)) }
  const secret = Object.keys(cipher).length > 0
  const stars = Object.fromEntries(Object.entries(plain).filter(([, text]) => text.includes('*') && !CIPHER.test(text)))
  return {
    kind: secret ? 'xiaohongshu' : 'masked',
    readable,
    masked: stars,
    cipher,
    ...(secret && { sourceOrderId: order.orderId }),
    ...identity,
  }
}

const yuan = (fen = 0): Money => ({ amount: fen, currency: 'CNY' })
