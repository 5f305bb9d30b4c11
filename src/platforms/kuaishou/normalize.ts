import type { Money } from '../../domain/money.ts'
import type { OrderLine, PlatformOrder, Pushed, Receiver } from '../../domain/order.ts'
import { customOf, joined, leftover, present } from '../../wire/values.ts'
import { type Address, BASE_KEYS, type Body, ITEM_KEYS, ORDER_KEYS, type Order } from './schema.ts'

/** https://open.kwaixiaodian.com/zone/new/docs/msg. An event that is not here is not for us. */
const EVENTS: Readonly<Record<string, string>> = {
  kwaishop_order_addOrder: 'created',
  kwaishop_order_paySuccess: 'paid',
  kwaishop_order_orderFail: 'cancelled',
  kwaishop_order_delivering: 'shipped',
  kwaishop_order_deliverySuccess: 'signed',
  kwaishop_order_orderSuccess: 'completed',
  kwaishop_order_totalFeeChange: 'amount',
  kwaishop_order_addressUpdateAudit: 'address',
  kwaishop_order_addNote: 'memo',
  kwaishop_aftersales_addRefund: 'refund requested',
  kwaishop_aftersales_updateRefund: 'refund changed',
}

/** Only ids are taken, since nothing but a cipher vouches for a message; `openId` may be empty, `userId` is the seller. */
export const normalize = ({ test, event = '', userId, createTime, info }: Body): readonly Pushed[] => {
  if (test) return [{ event: { type: 'ping' } }]
  const what = EVENTS[event]
  const platformOrderId = info?.oid ?? info?.orderId ?? info?.bizId
  const shopKey = userId ?? info?.sellerId
  if (what === undefined || !platformOrderId || !shopKey) return []
  const at = info?.updateTime ?? info?.auditTime ?? createTime ?? info?.createTime ?? 0
  return [{ shopKey, event: { type: 'changed', platformOrderId, what, at } }]
}

/** Sums, who sold it where, and pictures. Listed in the README. */
const IDLE =
  /Fee$|Image$|Nick$|Url$|^(?:buyer\w+|seller\w+Id|orderCpsInfo|orderFlag|carrier\w+|commentStatus|cpsType|activityType|payType|payChannel|shopNewBuyer|platformNewBuyer|orderSellerRoleInfo|(?:send|recv|refund)Time|theDayOfDeliverGoodsTime|promiseTimeStampOfDelivery|privacyInfo\w+|orderItemId|rel\w+Id|itemType|originalPrice|itemPrevInfo|serviceInfo)$/

/** 10 to pay, 30 paid, 40 shipped, 50 signed, 70 done, 80 failed: cancelled or refunded whole. */
const PAID = 30
export const SHIPPED: readonly number[] = [40, 50, 70]
const CANCELLED = 80
/** Stages of a payment: 30 paid. */
const STAGE_PAID = 30
/** 10 to 45: asked for, the platform looks, goods come back; 50 being paid out. 60 is refunded, 70 failed. */
const REFUND_OPEN: readonly number[] = [10, 11, 20, 21, 22, 30, 40, 45, 50]
/** An order that is the gift of another one: it ships under that one's number. */
const GIFT = 19

export const orderOf = (order: Order): PlatformOrder => {
  const { orderBaseInfo: base, orderItemInfo: item, orderNote } = order
  const refunding = (order.orderRefundList ?? []).some(({ refundStatus }) => REFUND_OPEN.includes(refundStatus ?? 0))
  const [newest] = orderNote?.orderNoteInfo ?? []
  const gifts = order.subOrderInfo.map(({ subOrderBaseInfo, subOrderItemInfo }) => ({
    ...lineOf(subOrderBaseInfo.oid, subOrderItemInfo, isGone(subOrderBaseInfo.status), false),
    gift: true,
  }))
  const finished = SHIPPED.includes(base.status) && !hasGiftLeft(order)
  return {
    platformOrderId: base.oid,
    version: base.updateTime ?? base.createTime ?? 0,
    placedAt: base.createTime ?? 0,
    status: base.status === CANCELLED ? 'cancelled' : finished ? 'finished' : 'open',
    payment: paymentOf(order),
    total: yuan(base.totalFee),
    lines: [lineOf(base.oid, item, SHIPPED.includes(base.status), refunding), ...gifts],
    receiver: receiverOf(base.oid, order.orderAddress),
    shippable: isShippable(order),
    custom: customOf({ ...leftover(order, ORDER_KEYS, IDLE), ...leftover(base, BASE_KEYS, IDLE), ...held(order) }, [
      [base.oid, leftover(item, ITEM_KEYS, IDLE)],
    ]),
    ...presaleOf(order),
    ...present({
      paidAt: base.payTime,
      buyerNote: base.remark,
      sellerNote: newest?.note ?? orderNote?.sellerNote?.[0],
      flag: newest?.flagTagCode,
      shipBy: base.validPromiseShipmentTimeStamp || undefined,
    }),
  }
}

/**
 * 快手 says in four ways that an order must stay: a code of delivery disabled, a deadline of 0, no receiver, and a change of
 * address that waits for the seller.
 */
const isShippable = (order: Order): boolean => {
  const { orderBaseInfo: base, orderAddress, addressUpdateAuditInfo } = order
  return (
    (base.status === PAID || hasGiftLeft(order)) &&
    !base.disableDeliveryReasonCode?.length &&
    base.validPromiseShipmentTimeStamp !== 0 &&
    Boolean(orderAddress?.encryptedConsignee && orderAddress.encryptedMobile && orderAddress.encryptedAddress) &&
    addressUpdateAuditInfo?.auditStatus !== 10 &&
    !base.allActivityType?.includes(GIFT)
  )
}

const isGone = (status = 0): boolean => status === CANCELLED || SHIPPED.includes(status)

/** Goods and gifts leave on their own: what was bought may be shipped while a gift is not. */
const hasGiftLeft = ({ orderBaseInfo, subOrderInfo }: Order): boolean =>
  SHIPPED.includes(orderBaseInfo.status) && subOrderInfo.some((gift) => gift.subOrderBaseInfo.status === PAID)

/** Why it must stay, for a person to see. */
const held = ({ orderBaseInfo: base, addressUpdateAuditInfo }: Order): Record<string, unknown> =>
  present({
    disableDeliveryReasonCode: base.disableDeliveryReasonCode?.length ? base.disableDeliveryReasonCode : undefined,
    addressAuditStatus: addressUpdateAuditInfo?.auditStatus,
    allActivityType: base.allActivityType?.length ? base.allActivityType : undefined,
  })

const stagesOf = ({ orderStepInfo }: Order) => orderStepInfo?.orderPaymentSteps ?? []

const paymentOf = (order: Order): PlatformOrder['payment'] => {
  const { status, payTime } = order.orderBaseInfo
  const paid = stagesOf(order).filter(({ payStepStatus }) => payStepStatus === STAGE_PAID)
  if (paid.length > 0 && paid.length < stagesOf(order).length) return 'deposit'
  if (status === 10 || (status === CANCELLED && payTime === undefined)) return 'unpaid'
  return 'paid'
}

const presaleOf = (order: Order): Pick<PlatformOrder, 'presale'> => {
  if (stagesOf(order).length > 0) return { presale: { kind: 'deposit' } }
  return order.orderBaseInfo.preSale === 1 ? { presale: { kind: 'full' } } : {}
}

/** An order holds one thing, so the line is named by the order; a gift has an order number of its own. */
const lineOf = (oid: string, item: Order['orderItemInfo'], gone: boolean, refunding: boolean): OrderLine => ({
  lineId: oid,
  code: item.skuNick ?? '',
  title: joined(' ', item.itemTitle, item.skuDesc),
  quantity: item.num,
  price: yuan(item.price),
  gift: false,
  status: gone || item.num === 0 ? 'gone' : refunding ? 'refunding' : 'open',
  ...present({ listingId: item.skuId }),
})

/** Ciphers open only together with the main order's number. */
const receiverOf = (sourceOrderId: string, address: Partial<Address> = {}): Receiver => {
  const { province, city, district, town, encryptedConsignee, encryptedMobile, encryptedAddress } = address
  const cipher = present({ encryptedConsignee, encryptedMobile, encryptedAddress })
  const secret = Object.keys(cipher).length > 0
  return {
    kind: secret ? 'kuaishou' : 'masked',
    readable: { country: 'CN', ...present({ province, city, district, town }) },
    masked: present({
      name: address.desensitiseConsignee,
      phone: address.desensitiseMobile,
      address: address.desensitiseAddress,
    }),
    cipher: { ...cipher },
    ...(secret && { sourceOrderId }),
  }
}

const yuan = (fen = 0): Money => ({ amount: fen, currency: 'CNY' })
