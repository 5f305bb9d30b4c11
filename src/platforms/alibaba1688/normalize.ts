import type { Money } from '../../domain/money.ts'
import type { Address, OrderLine, PlatformEvent, PlatformOrder, Pushed, Receiver } from '../../domain/order.ts'
import { customOf, joined, leftover, moneyOf, present } from '../../wire/values.ts'
import { Base, type Body, Item, idOf, type Logistics, lineIdOf, type Message, ORDER_TYPE, Order } from './schema.ts'

/** A shop that also buys at 1688 hears of its purchases too: there another is the seller. */
export const normalize = (message: Body): readonly Pushed[] => {
  if (!message) return []
  const { userInfo, data } = message
  if (data.sellerMemberId !== undefined && data.sellerMemberId !== userInfo) return []
  return [{ shopKey: userInfo, event: eventOf(message) }]
}

const CLOSED = /^ORDER_(?:BUYER|SELLER|BOPS)_CLOSE$/

/**
 * A refund names no line, and most are of some: it is told as a change, and the detail has the state of each line.
 */
const eventOf = ({ type, gmtBorn, data }: Message): PlatformEvent => {
  const { orderId: platformOrderId, msgSendTime, refundAction, closeReason } = data
  const what = type.replace(ORDER_TYPE, '')
  const at = gmtBorn ?? msgSendTime ?? 0
  if (CLOSED.test(what) && at > 0) {
    return { type: 'cancelled', platformOrderId, at, reason: closeReason ?? what }
  }
  return { type: 'changed', platformOrderId, what: joined(' ', what, refundAction), at }
}

const ORDER_KEYS = new Set(Object.keys(Order.shape))
const BASE_KEYS = new Set(Object.keys(Base.shape))
const ITEM_KEYS = new Set(Object.keys(Item.shape))
/** Accounts, sums (`discount` in fen, the others in yuan), channels of payment, twins in words. Listed in the README. */
const IDLE =
  /^(?:allDeliveredTime|alipayTradeId|buyer(?:AlipayId|Contact|ID|Level|LoginId|Memo|RemarkIcon|UserId)|completeTime|confirmedTime|couponFee|currency|discount|flowTemplateCode|payChannel.*|preOrderId|receiverInfo|receivingTime|refund.*|seller(?:AlipayId|Contact|CreditLevel|ID|Order|UserId)|shippingFee|stepAgreementPath|stepOrderList|stepPayAll|subBuyerLoginId|sumProductPayment|tradeType(?:Code|Desc)|businessType|entryDiscount|gmt(?:Create|Modified|Completed|PayExpireTime)|guaranteesTerms|item(?:Amount|DiscountFee)|productImgUrl|productSnapshotUrl|sort|statusStr|tradeTerms|orderRateInfo|extAttributes)$/

const CANCELLED: readonly string[] = ['cancel', 'terminated']
const FINISHED: readonly string[] = [
  'waitlogisticstakein', // 等待物流公司揽件
  'waitbuyerreceive',
  'waitbuyersign',
  'signinsuccess',
  'confirm_goods',
  'success',
]
const SHIPPABLE = 'waitsellersend'
const UNPAID = 'waitbuyerpay'

export const orderOf = (order: Order): PlatformOrder => {
  const { baseInfo: base, productItems: items, nativeLogistics = {} } = order
  const { status } = base
  const payment = paymentOf(base)
  const total = yuan(base.totalAmount)
  const lines = linesOf(order)
  return {
    platformOrderId: idOf(base),
    version: base.modifyTime ?? base.createTime ?? 0,
    placedAt: base.createTime ?? 0,
    status: CANCELLED.includes(status) ? 'cancelled' : FINISHED.includes(status) ? 'finished' : 'open',
    payment,
    total,
    lines,
    receiver: receiverOf(idOf(base), nativeLogistics as Logistics),
    shippable: status === SHIPPABLE,
    custom: customOf(
      { ...leftover(order, ORDER_KEYS, IDLE), ...leftover(base, BASE_KEYS, IDLE) },
      items.map((item) => [lineIdOf(item), leftover(item, ITEM_KEYS, IDLE)]),
    ),
    ...(payment === 'cod' && { cod: total }),
    ...(base.newStepOrderList && base.newStepOrderList.length > 1 && { presale: { kind: 'deposit' as const } }),
    ...present({
      paidAt: payment === 'paid' ? base.payTime : undefined,
      buyerNote: base.buyerFeedback,
      sellerNote: base.sellerMemo,
      flag: base.sellerRemarkIcon,
    }),
  }
}

/** Steps of a staged order: 1 未付款, 2 已付款. `tradeType` 8 is 货到付款; 10 账期支付 is to be shipped like one that is paid. */
const paymentOf = ({ status, payTime, tradeType, newStepOrderList = [] }: Base): PlatformOrder['payment'] => {
  const [paid, due] = [2, 1].map((wanted) => newStepOrderList.some(({ payStatus }) => payStatus === wanted))
  if (paid && due) return 'deposit'
  if (status === UNPAID || (status === 'cancel' && payTime === undefined)) return 'unpaid'
  return tradeType === '8' ? 'cod' : 'paid'
}

/** 退款: of the order 售中 in small letters, of a line in capitals. */
const REFUND_OPEN = /^WAIT_?(?:SELLER_?AGREE|BUYER_?MODIFY|BUYER_?SEND|SELLER_?RECEIVE)$/i
/** 2 已发货, 3 已收货, 4 已经退货, 7 发货前取消. */
const SHIPPED: readonly (number | undefined)[] = [2, 3, 4, 7]

const lineStatus = ({ status = '', refundStatus = '', logisticsStatus }: Item): OrderLine['status'] => {
  if (CANCELLED.includes(status) || refundStatus === 'REFUND_SUCCESS' || SHIPPED.includes(logisticsStatus))
    return 'gone'
  return REFUND_OPEN.test(refundStatus) ? 'refunding' : 'open'
}

/** An open refund that no line owns up to is one of all that is left. */
const linesOf = ({ baseInfo, productItems }: Order): readonly OrderLine[] => {
  const lines = productItems.map(lineOf)
  if (!REFUND_OPEN.test(baseInfo.refundStatus ?? '') || lines.some(({ status }) => status === 'refunding')) return lines
  return lines.map((line) => (line.status === 'open' ? { ...line, status: 'refunding' } : line))
}

/** A product's own number names no variant of it. What is in stock goes by `specId`; products without variants by their own id. */
const lineOf = (item: Item): OrderLine => ({
  lineId: lineIdOf(item),
  code: item.cargoNumber ?? (item.specId === undefined ? item.productCargoNumber : undefined) ?? '',
  title: joined(' ', item.name, ...(item.skuInfos ?? []).map(({ value }) => value)),
  quantity: item.quantity,
  price: yuan(item.price),
  gift: yuan(item.price).amount === 0,
  status: lineStatus(item),
  ...present({ listingId: item.specId ?? item.productID }),
})

const receiverOf = (orderId: string, logistics: Logistics): Receiver => {
  const { contactPerson: name, mobile, telephone, address, caid } = logistics
  const { province, city, area: district, town, zip } = logistics
  const phone = mobile ?? telephone
  const isClear = (text: string | undefined): boolean => text !== undefined && !text.includes('*')
  const those = (is: (text: string | undefined) => boolean): Address =>
    present({
      name: is(name) ? name : undefined,
      phone: is(phone) ? phone : undefined,
      address: is(address) ? address : undefined,
    })
  const readable = { country: 'CN', ...present({ province, city, district, town, zip }), ...those(isClear) }
  const masked = those((text) => !isClear(text))
  if (isClear(name) && isClear(phone) && isClear(address)) return { kind: 'plain', readable, masked: {}, cipher: {} }
  if (caid === undefined) return { kind: 'masked', readable, masked, cipher: {} }
  return { kind: '1688', readable, masked, cipher: { caid }, sourceOrderId: orderId, identity: caid }
}

const yuan = (text = '0'): Money => moneyOf(text, 'CNY')
