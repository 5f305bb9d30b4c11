import type { Money } from '../../domain/money.ts'
import type { Address, OrderLine, PlatformEvent, PlatformOrder, Receiver } from '../../domain/order.ts'
import { customOf, leftover, moneyOf, present } from '../../wire/values.ts'
import { type Consignee, Item, Order, type Refund } from './schema.ts'

const ORDER_KEYS = new Set(Object.keys(Order.shape))
const ITEM_KEYS = new Set(Object.keys(Item.shape))
/** Accounts of buyer and seller, sums, twins and marks of 京东's own systems. Listed in the README. */
const IDLE =
  /^(?:pin|realPin|salesPin|open_?id.*|xid.*|openId.*|balanceUsed|freightPrice|sellerDiscount|serviceFee|taxFee|total.*|shouldPay|actualPay|payDiscount|paymentDetailList|returnOrder|orderStateRemark|orderEndTime|orderSign|popSignMap|sendpayMap|orderSource|venderId|parentOrderId|directParentOrderId|op(?:Pick|Delivered)Date|giftPoint|productNo|newStoreId)$/

/** 京东 lists an order once it may be shipped; what is not here is not ours to ship. */
const CANCELLED: readonly string[] = ['TRADE_CANCELED', 'TRADE_CLOSED', 'TRADE_REFUNDED']
const FINISHED: readonly string[] = [
  'WAIT_GOODS_RECEIVE_CONFIRM', // 等待确认收货
  'RECEIPT_CONFIRM',
  'FINISHED_L', // 完成
  'DELIVERY_RETURN', // 配送退货
]
const SHIPPABLE = 'WAIT_SELLER_STOCK_OUT' // 等待出库
const UNPAID = 'NOT_PAY'
/** 已锁定: the buyer asked to cancel, and 京东 lets nobody ship until that is decided. */
const LOCKED = 'LOCKED'

export const orderOf = (order: Order): PlatformOrder => {
  const { orderState: state, orderId, consigneeInfo = {} } = order
  const payment = paymentOf(order)
  const total = yuan(order.orderPayment ?? order.orderSellerPrice ?? order.orderTotalPrice)
  const lines = linesOf(order)
  return {
    platformOrderId: orderId,
    version: order.modified ?? order.orderStartTime ?? 0,
    placedAt: order.orderStartTime ?? 0,
    status: CANCELLED.includes(state) ? 'cancelled' : FINISHED.includes(state) ? 'finished' : 'open',
    payment,
    total,
    lines: lines.map(([line]) => line),
    receiver: receiverOf(orderId, consigneeInfo as Consignee),
    shippable: state === SHIPPABLE,
    custom: customOf(
      leftover(order, ORDER_KEYS, IDLE),
      lines.map(([{ lineId }, item]) => [lineId, leftover(item, ITEM_KEYS, IDLE)]),
    ),
    ...(payment === 'cod' && { cod: total }),
    ...present({
      paidAt: payment === 'paid' ? order.paymentConfirmTime : undefined,
      buyerNote: order.orderRemark,
      sellerNote: order.venderRemark,
      collectBy: order.promisePickDate,
    }),
  }
}

/** `payType` starts with its number: 1 货到付款, 4 在线支付. */
const paymentOf = ({ orderState, payType = '' }: Order): PlatformOrder['payment'] => {
  if (orderState === UNPAID) return 'unpaid'
  return /^1(?!\d)/.test(payType) ? 'cod' : 'paid'
}

/** A SKU that is sold and given away in one order is two lines; rows of the same are one. */
const lineIdOf = ({ skuId, jdPrice }: Item): string => (isGift(jdPrice) ? `${skuId}${GIFT}` : skuId)
const GIFT = ':gift'
const isGift = (price: string | undefined): boolean => price !== undefined && yuan(price).amount === 0
export const skuOf = (lineId: string): string => lineId.replace(/:gift$/, '')

const linesOf = ({ itemInfoList, orderState }: Order): readonly (readonly [OrderLine, Item])[] =>
  [...Map.groupBy(itemInfoList, lineIdOf)].flatMap(([lineId, rows]) => {
    const [item] = rows
    if (!item) return []
    const line: OrderLine = {
      lineId,
      code: item.outerSkuId ?? '',
      listingId: item.skuId,
      title: item.skuName ?? '',
      quantity: rows.reduce((sum, row) => sum + row.itemTotal, 0),
      price: yuan(item.jdPrice),
      gift: isGift(item.jdPrice),
      status: orderState === LOCKED ? 'refunding' : 'open',
    }
    return [[line, item] as const]
  })

/** Base64 of a cipher, which no name, number or address looks like. */
const CIPHER = /^[\w+/=-]{20,}$/
const REGION = { province: 'province', city: 'city', district: 'county', town: 'town' } as const
const PERSON = { name: 'fullname', phone: 'mobile', address: 'fullAddress' } as const

/**
 * `enGet` gives ciphers for what is private, and `oaid`, which a 京东 e-waybill takes in their place together with this
 * order's id. Which of the fields come as ciphers depends on the app, so each one is looked at.
 */
const receiverOf = (orderId: string, consignee: Consignee): Receiver => {
  const named = (fields: Readonly<Record<string, keyof Consignee>>, is: (text: string) => boolean): Address =>
    present(
      Object.fromEntries(
        Object.entries(fields).map(([key, field]) => {
          const text = consignee[field] ?? ''
          return [key, is(text) ? text : undefined]
        }),
      ),
    )
  const { oaid, telephone, desen_mobile, desen_telephone } = consignee
  const secret = [...Object.values(PERSON), 'telephone' as const].filter((field) => CIPHER.test(consignee[field] ?? ''))
  const cipher: Record<string, string> = present({
    oaid,
    ...Object.fromEntries(secret.map((field) => [field, consignee[field]])),
  })
  const clear = named(PERSON, (text) => !text.includes('*') && !CIPHER.test(text))
  const phone = clear.phone ?? (telephone && !/\*/.test(telephone) && !CIPHER.test(telephone) ? telephone : undefined)
  const readable = { country: 'CN', ...named(REGION, Boolean), ...clear, ...present({ phone }) }
  const masked = {
    ...named(PERSON, (text) => text.includes('*')),
    ...present({ phone: desen_mobile ?? desen_telephone }),
  }
  const sealed = Object.keys(cipher).length > 0
  if (!sealed && readable.phone && readable.name && readable.address) return { kind: 'plain', readable, masked, cipher }
  if (!sealed) return { kind: 'masked', readable, masked, cipher }
  return { kind: 'jd', readable, masked, cipher, sourceOrderId: orderId, ...present({ identity: oaid }) }
}

/** 退款申请单 status. Anything that is not here is told as a change, and the detail has the truth. */
const REFUND: Readonly<Record<number, 'requested' | 'withdrawn' | 'refunded'>> = {
  0: 'requested', // 未审核
  1: 'requested', // 审核通过: agreed, the money is not back
  2: 'withdrawn', // 审核不通过
  3: 'refunded', // 京东财务审核通过（退款成功）
  4: 'withdrawn', // 京东财务审核不通过（退款失败）
  5: 'requested', // 人工审核通过
  6: 'requested', // 拦截并退款
  7: 'requested', // 青龙拦截成功
  8: 'requested', // 青龙拦截失败
  9: 'refunded', // 强制关单并退款
  10: 'requested', // 物流待跟进
  11: 'withdrawn', // 用户撤销
}
export const isOpenRefund = ({ status }: Refund): boolean => REFUND[status] === 'requested'

export const refundOf = ({ id, orderId, status, applyTime = 0, checkTime = applyTime }: Refund): PlatformEvent => {
  const said = REFUND[status]
  return said
    ? { type: 'refund', platformOrderId: orderId, refundId: id, lineIds: [], status: said, at: checkTime }
    : { type: 'changed', platformOrderId: orderId, what: 'refund', at: checkTime }
}

const yuan = (text = '0'): Money => moneyOf(text, 'CNY')
