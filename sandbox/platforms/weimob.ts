/** 微盟: thin messages whose digest stands in the body, an API by a token in the URL, an order's parcels in its detail. */
import { createHash } from 'node:crypto'
import { bare, type Json, list, number, object, read, text } from '../json.ts'
import { chinese } from '../people.ts'
import type { Answer, Call, Line, Message, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { type Happening, isSuccess, json, type Platform, STEP } from './platform.ts'
import { openLines, setStock, ship, shippedState } from './ship.ts'

const yuan = (fen: number): string => (fen / 100).toFixed(2)
const yes = (data: unknown): Answer => json(200, { code: { errcode: '0', errmsg: '处理成功' }, data })
const no = (errcode: string, errmsg: string): Answer => json(200, { code: { errcode, errmsg }, data: null })

const EVENTS: Readonly<Record<Happening, readonly [topic: string, event: string]>> = {
  created: ['order', 'create'],
  paid: ['order', 'statusUpdate'],
  changed: ['order', 'update'],
  noted: ['order', 'update'],
  cancelled: ['order', 'statusUpdate'],
  refund_requested: ['rights', 'create'],
  refund_withdrawn: ['rights', 'statusUpdate'],
  refunded: ['rights', 'statusUpdate'],
}

const statusOf = (order: Order): number => {
  if (order.status === 'cancelled' || openLines(order).length === 0) return 9
  if (order.status === 'finished') return 8
  if (order.payment === 'unpaid') return 0
  if (order.payment === 'deposit') return 1
  return { none: 3, part: 4, all: 5 }[shippedState(order)]
}
const PAY_STATUS = { unpaid: 0, deposit: 1, paid: 2, cod: 0 } as const

const baseOf = (order: Order): object => ({
  orderNo: bare(order.id),
  orderStatus: statusOf(order),
  payStatus: PAY_STATUS[order.payment],
  payType: order.payment === 'cod' ? 2 : 1,
  deliveryType: 1,
  createTime: order.createdAt,
  payTime: order.paidAt ?? 0,
  updateTime: order.updatedAt,
})

const lineOf = (line: Line): object => ({
  itemId: bare(line.id),
  goodsId: bare(line.parentId),
  skuId: bare(line.listingId),
  skuCode: '',
  skuNum: String(line.quantity),
  goodsTitle: line.title,
  skuAttrInfo: '默认',
  salePrice: line.gift ? '0.00' : yuan(line.price),
  itemBizExt: { outerSkuId: line.code },
})

const RIGHTS = { requested: '待商家审核', withdrawn: '买家已撤销', refunded: '退款成功' } as const
const rightsOf = ({ refund, lines }: Order): object[] => {
  if (!refund) return []
  const ids = refund.lineIds.length > 0 ? refund.lineIds : lines.map(({ id }) => id)
  return ids.map((id) => ({ rightsId: refund.id, rightsItemId: bare(id), rightsStatusName: RIGHTS[refund.status] }))
}

const parcelsOf = (order: Order, world: World): object[] =>
  world.store
    .all<{ waybill: string; carrier: string; lines: string }>(
      'SELECT waybill, carrier, lines FROM writeback WHERE order_id = ? ORDER BY at, waybill',
      order.id,
    )
    .map(({ waybill, carrier, lines }) => ({
      fulfillNo: `f${waybill}`,
      fulfillMethod: 1,
      deliveryInfo: { companyCode: carrier, companyName: carrier, number: waybill },
      fulfillItemList: (JSON.parse(lines) as { lineId: string; quantity: number }[]).map((one) => ({
        orderItemId: bare(one.lineId),
        deliveryNum: one.quantity,
      })),
    }))

const VID = 6_000_160
const detail = (order: Order, shop: Shop, world: World): object => {
  const { receiver } = order
  const place = { province: receiver.province, city: receiver.city, county: receiver.district, area: '' }
  return {
    orderInfo: {
      ...order.custom,
      orderBaseInfo: baseOf(order),
      items: order.lines.map(lineOf),
      payInfo: { payAmount: yuan(order.total), totalAmount: yuan(order.total) },
      orderFulfill: {
        receiverInfo: {
          name: receiver.name,
          phone: receiver.phone,
          ...place,
          address: receiver.address,
          zip: receiver.zip,
        },
      },
      buyerInfo: { buyerRemark: order.buyerNote },
      flagInfo: { flagContent: order.sellerNote, flagRank: Number(order.flag || 0) },
      merchantInfo: { bosId: shop.credentials.bosId, vid: VID, vidType: 2 },
      ...(order.payment === 'deposit' && { preSellInfo: { depositPayType: 1 } }),
    },
    rightsInfos: rightsOf(order),
    fulfillInfoList: parcelsOf(order, world),
  }
}

const message = (order: Order, shop: Shop, [topic, event]: readonly [string, string], world: World): Message => {
  const id = `wm-${world.store.next('weimob_message')}`
  const fields = { orderNo: bare(order.id), orderStatus: statusOf(order), createTime: order.createdAt }
  const msgBody = JSON.stringify({ ...fields, updateTime: order.updatedAt, message: id })
  const { clientId = '', clientSecret = '', bosId } = shop.credentials
  const sign = createHash('md5').update(`${clientId}${id}${msgBody}${clientSecret}`).digest('hex')
  const body = { id, topic: `weimob_shop.${topic}`, event, bosId, sign, msgBody, version: 1 }
  return { topic: `${topic}.${event}`, deliveryId: id, body: JSON.stringify(body) }
}

const own = (world: World, shop: Shop, id: string): Order | undefined => {
  const order = world.order(id)
  return order?.shopId === shop.id ? order : undefined
}

type Serve = (params: Json, shop: Shop, world: World) => Answer

const search: Serve = (params, shop, world) => {
  const time = object(object(params.queryParameter).queryTime)
  const [page, size] = [number(params.pageNum, 1), number(params.pageSize, 20)]
  const orders = world.store
    .all<{ doc: string }>('SELECT doc FROM shop_order WHERE shop = ? ORDER BY updated, id', shop.id)
    .map(({ doc }) => JSON.parse(doc) as Order)
    .filter(({ createdAt }) => createdAt >= number(time.startTime) && createdAt <= number(time.endTime))
  const pageList = orders
    .slice((page - 1) * size, page * size)
    .map((order) => ({ orderInfo: { orderBaseInfo: baseOf(order) } }))
  return yes({ pageNum: page, pageSize: size, totalCount: orders.length, pageList })
}

const deliver: Serve = (params, shop, world) => {
  const logistics = object(params.logistics)
  const lines = list(params.fulfillItems)
    .map(object)
    .map(({ orderItemId, skuNum }) => ({ lineId: text(orderItemId), quantity: number(skuNum) }))
  if (number(object(params.basicInfo).vid) !== VID) return no('1020020001', '组织节点错误')
  const parcel = { carrier: text(logistics.deliveryCompanyCode), waybill: text(logistics.deliveryNo), lines }
  const shipped = ship(world, shop, text(params.orderNo), [parcel])
  return 'refusal' in shipped ? no('1020020005', shipped.refusal) : yes({ success: true })
}

const correct: Serve = (params, shop, world) => {
  const vo = object(params.logisticsVo)
  world.store.run(
    'UPDATE OR IGNORE writeback SET waybill = ?, carrier = ? WHERE shop = ? AND order_id = ? AND waybill = ?',
    text(vo.deliveryNo),
    text(vo.deliveryCompanyCode),
    shop.id,
    text(params.orderNo),
    text(params.fulfillNo).slice(1),
  )
  return yes({ success: true })
}

/** 1 replaces the level. */
const stock: Serve = (params, shop, world) => {
  const [goods] = list(params.goodsList).map(object)
  const [sku] = list(goods?.skuList).map(object)
  if (params.quantityEditType !== 1) return no('1030010001', '库存编辑类型错误')
  const known = setStock(world, shop, 'id', text(sku?.skuId), number(sku?.stockNum))
  return yes({ failList: known ? [] : [{ goodsId: goods?.goodsId, message: '商品不存在', skuIdSet: [sku?.skuId] }] })
}

const API = '/apigw/weimob_shop/v2.0/'
const TOKEN = '/fuwu/b/oauth2/token'
const SERVE: Readonly<Record<string, readonly [operation: string, serve: Serve]>> = {
  [`${API}order/detail/get`]: [
    'detail',
    (params, shop, world) => {
      const order = own(world, shop, text(params.orderNo))
      return order ? yes(detail(order, shop, world)) : no('1020010001', '订单不存在')
    },
  ],
  [`${API}order/list/search`]: ['list', search],
  [`${API}fulfill/logistics/update`]: ['ship', deliver],
  [`${API}fulfill/logistics/info/update`]: ['edit', correct],
  [`${API}stock/update`]: ['stock', stock],
  [TOKEN]: [
    'token',
    (_params, { credentials }) =>
      json(200, {
        access_token: credentials.accessToken,
        expires_in: 7_199,
        refresh_token: `refresh-${credentials.bosId}`,
        refresh_token_expires_in: 604_799,
        business_operation_system_id: credentials.bosId,
      }),
  ],
}

const params = (call: Call): Json => object(read(call.body.toString('utf8')))

export const weimob: Platform = {
  keys: (shop, app) => ({
    app: { clientId: `wm-client-${app}`, clientSecret: `wm-secret-${app}` },
    shop: { bosId: String(4_000_000 + shop), accessToken: `wm-token-${shop}` },
    settings: { vid: String(VID), stockEditType: 1 },
  }),
  currency: 'CNY',
  carriers: ['shunfeng', 'zhongtong', 'yuantong', 'shentong', 'yunda', 'ems', 'jd'],
  timeoutMs: 5_000,
  ids: (sequence, lines) => {
    const first = 2_690_000_000_000_000_000n + BigInt(sequence) * STEP
    const order = String(1_690_000_000_000_000_000n + BigInt(sequence) * STEP)
    return { order, lines: Array.from({ length: lines }, (_, index) => String(first + BigInt(index))) }
  },
  receiver: chinese,
  messages: (order, shop, what, world) => [message(order, shop, EVENTS[what], world)],
  envelope: (_message, { hookUrl }) => ({ url: hookUrl, headers: { 'content-type': 'application/json' } }),
  acknowledged: ({ status, body }) => isSuccess(status) && body.includes('"errcode":"0"'),
  operation: ({ method, path }) => (method === 'POST' ? SERVE[path]?.[0] : undefined),
  refusal: ({ path, url: { searchParams: query } }, { credentials }) => {
    if (path !== TOKEN) return query.get('accesstoken') === credentials.accessToken ? undefined : 'accesstoken 失效'
    const known = query.get('client_id') === credentials.clientId
    return known && query.get('client_secret') === credentials.clientSecret ? undefined : 'client 失效'
  },
  refused: (_call, reason) => no('80001001000119', reason),
  throttled: () => json(429, { code: { errcode: '429', errmsg: '请求太频繁' } }),
  rejected: () => no('1020020005', '订单状态不允许发货'),
  broken: () => json(503, { code: { errcode: '503', errmsg: '系统异常' } }),
  serve: (call, shop, world) => SERVE[call.path]?.[1](params(call), shop, world) ?? no('404', 'api 不存在'),
}
