import type { OrderLine, PlatformOrder, Pushed, Receiver } from '../../domain/order.ts'
import { customOf, joined, leftover, moneyOf, present } from '../../wire/values.ts'
import { type Body, type Detail, Line, OrderInfo, type Receiver as To } from './schema.ts'

/** Messages say which order to look at, and are believed no further. */
export const normalize = (body: Body): readonly Pushed[] => {
  if (body.topic === 'other') return []
  const { orderNo: platformOrderId, updateTime, createTime } = body.msgBody
  const what = `${body.topic.replace('weimob_shop.', '')} ${body.event}`
  const at = updateTime ?? createTime ?? 0
  return [{ shopKey: body.bosId, event: { type: 'changed', platformOrderId, what, at } }]
}

const ORDER_KEYS = new Set(Object.keys(OrderInfo.shape))
const LINE_KEYS = new Set(Object.keys(Line.shape))
/** Sums, and what the shop keeps of itself. Listed in the README. */
const IDLE = /^(?:discountInfos?|promotionInfos?|cancelInfo|guideInfo|channelInfo|costInfo)$/
const IDLE_LINE = /Amount$|Price$|^(?:payInfo|discountInfos?|imageUrl|goodsImageUrl|goodsType|subGoodsType)$/

/** 0 创建, 1 部分支付, 2 已支付, 3 待发货, 4 部分发货, 5 已发货, 7 确认收货, 8 完成, 9 取消. */
const STATUS: Readonly<Record<string, PlatformOrder['status']>> = {
  '5': 'finished',
  '7': 'finished',
  '8': 'finished',
  '9': 'cancelled',
}
const SHIPPABLE: readonly (string | undefined)[] = ['3', '4']
const PAID = '2'
const OFFLINE = '2'

export const orderOf = (detail: Detail): PlatformOrder => {
  const { orderBaseInfo: base, items, payInfo, orderFulfill, buyerInfo, flagInfo, ...rest } = detail.orderInfo
  const total = moneyOf(payInfo?.payAmount ?? payInfo?.shouldPayAmount ?? payInfo?.totalAmount ?? '0', 'CNY')
  const payment = paymentOf(detail)
  const presell = rest.preSellInfo
  return {
    platformOrderId: base.orderNo,
    version: base.updateTime ?? base.createTime ?? 0,
    placedAt: base.createTime ?? 0,
    status: STATUS[base.orderStatus ?? ''] ?? 'open',
    payment,
    total,
    lines: items.map((line) => lineOf(line, detail)),
    receiver: receiverOf(orderFulfill?.receiverInfo),
    shippable: SHIPPABLE.includes(base.orderStatus),
    custom: customOf(
      leftover(rest, ORDER_KEYS, IDLE),
      items.map((line) => [line.itemId, leftover(line, LINE_KEYS, IDLE_LINE)]),
    ),
    ...(payment === 'cod' && { cod: total }),
    ...(presell && {
      presale: {
        kind: presell.depositPayType ? ('deposit' as const) : ('full' as const),
        ...present({ releaseAt: presell.preSellDeliveryDate || undefined }),
      },
    }),
    ...present({
      paidAt: payment === 'paid' ? base.payTime || undefined : undefined,
      buyerNote: buyerInfo?.buyerRemark,
      sellerNote: flagInfo?.flagContent,
      flag: flagInfo?.flagRank === '0' ? undefined : flagInfo?.flagRank,
    }),
  }
}

/** 部分支付 is a deposit where the order is a presale, and else an order that waits for the rest. */
const paymentOf = ({ orderInfo: { orderBaseInfo: base, preSellInfo } }: Detail): PlatformOrder['payment'] => {
  if (base.payStatus === PAID) return 'paid'
  if (base.payStatus === '1') return preSellInfo?.depositPayType ? 'deposit' : 'unpaid'
  return base.payType === OFFLINE && SHIPPABLE.includes(base.orderStatus) ? 'cod' : 'unpaid'
}

const lineOf = (line: Detail['orderInfo']['items'][number], detail: Detail): OrderLine => {
  const price = moneyOf(line.salePrice ?? '0', 'CNY')
  return {
    lineId: line.itemId,
    code: line.itemBizExt?.outerSkuId ?? line.skuCode ?? line.goodsCode ?? '',
    title: joined(' ', line.goodsTitle, line.skuAttrInfo),
    quantity: line.skuNum,
    price,
    gift: price.amount === 0,
    status: lineStatus(line.itemId, line.skuNum, detail),
    ...present({ listingId: line.skuId }),
  }
}

/** 1 商家配送; in the city 2, at the shop 3 and 4, nothing to send 5 are no parcels of a warehouse. */
const PARCEL: readonly (string | undefined)[] = [undefined, '1']

/** The numbers of a right's states are not published: its name is read, and one that is not understood holds the line. */
const RIGHT_OVER = /完成|成功|已退/
const RIGHT_AWAY = /取消|撤销|撤回|关闭|拒绝|失败/

const lineStatus = (itemId: string, quantity: number, detail: Detail): OrderLine['status'] => {
  const { orderInfo, rightsInfos = [] } = detail
  if (!PARCEL.includes(orderInfo.orderBaseInfo.deliveryType)) return 'gone'
  if (sentOf(itemId, detail) >= quantity) return 'gone'
  const ids = new Set(orderInfo.items.map((line) => line.itemId))
  const names = rightsInfos
    .filter(({ rightsItemId: id }) => id === itemId || id === undefined || !ids.has(id))
    .map(({ rightsStatusName = '' }) => rightsStatusName)
    .filter((name) => !RIGHT_AWAY.test(name))
  if (names.length === 0) return 'open'
  // Whose a right is that names no line of the order, nobody can tell: such a one only holds.
  const own = rightsInfos.some(
    ({ rightsItemId, rightsStatusName = '' }) =>
      rightsItemId === itemId && RIGHT_OVER.test(rightsStatusName) && !RIGHT_AWAY.test(rightsStatusName),
  )
  return own ? 'gone' : 'refunding'
}

const sentOf = (itemId: string, { fulfillInfoList = [] }: Detail): number =>
  fulfillInfoList
    .filter(({ deliveryInfo }) => deliveryInfo?.number !== undefined)
    .flatMap(({ fulfillItemList = [] }) => fulfillItemList)
    .filter(({ orderItemId }) => orderItemId === itemId)
    .reduce((sum, { deliveryNum = 0 }) => sum + deliveryNum, 0)

const receiverOf = (to: To = {}): Receiver => {
  const { name, phone, address } = to
  const region = present({ province: to.province, city: to.city, district: to.county, town: to.area, zip: to.zip })
  const readable = { country: 'CN', ...region }
  const parts = present({ name, phone, address })
  // What has stars nobody can ship to.
  if (Object.values(parts).some((text) => text.includes('**')))
    return { kind: 'masked', readable, masked: parts, cipher: {} }
  return { kind: 'plain', readable: { ...readable, ...parts }, masked: {}, cipher: {} }
}
