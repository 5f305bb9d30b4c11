/** 发货. https://open.taobao.com/api.htm?docId=58066&docType=2 (alibaba.ascp.logistics.offline.send) and its neighbours. */
import { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { done, failure } from '../../wire/answer.ts'
import { optional } from '../../wire/values.ts'
import type { ShipPackage, ShipSubject } from '../platform.ts'
import { ask, told } from './call.ts'
import { type Trade, wrapped } from './schema.ts'

const Result = z.object({ result: optional(z.object({ success: optional(z.boolean()) })) })
const Shipping = z.object({ shipping: optional(z.object({ is_success: optional(z.boolean()) })) })
const Parcels = z.object({ shippings: wrapped('shipping', z.object({ out_sid: optional(z.string()) })) })

const LOGISTICS_FIELDS = 'tid,out_sid,company_name,sub_tids,is_split'
/** Before these nothing has a waybill. */
const UNSHIPPED = ['WAIT_BUYER_PAY', 'WAIT_SELLER_SEND_GOODS', 'PAID_FORBID_CONSIGN', 'TRADE_CLOSED_BY_TAOBAO']

/** The trade names a line's last waybill alone; the logistics orders name each parcel. */
export function* waybillsOf(trade: Trade, shop: Connection): Conversation<readonly string[]> {
  if (UNSHIPPED.includes(trade.status)) return done([])
  const params = { tid: trade.tid, fields: LOGISTICS_FIELDS }
  const read = yield* ask(shop, 'taobao.logistics.orders.get', params, Parcels, { safe: true })
  if (read.class !== 'done') return read
  const lines = trade.orders.flatMap((line) => line.invoice_no ?? [])
  return done([...new Set([...read.value.shippings.flatMap((one) => one.out_sid ?? []), ...lines])])
}

/** What is there already is not sent again. */
export function* shipTrade(subject: ShipSubject, trade: Trade, shop: Connection): Conversation {
  const read = yield* waybillsOf(trade, shop)
  if (read.class !== 'done') return read
  const known = read.value
  const { replaces, packages, platformOrderId: tid } = subject
  const left = packages.filter(({ waybill }) => !known.includes(waybill))
  const [one, more] = left
  if (!one) return done(undefined)
  if (replaces !== undefined && known.includes(replaces)) {
    const params = { tid, old_out_sid: replaces, new_out_sid: one.waybill, new_company_code: one.carrier }
    return yield* told(shop, 'alibaba.ascp.logistics.consign.modify', params, Result, ({ result }) => result?.success)
  }
  const whole = !more && known.length === 0 && (one.lines.length === 0 || isWhole(subject, trade, one))
  if (whole || trade.type === 'cod') return yield* classic(one, left, trade, whole, shop)
  const byLines = left.some(({ lines }) => lines.length > 0)
  const params = {
    tid,
    // 0: several parcels for the whole trade, nobody says what is in which. 1: by pieces of lines.
    consign_type: byLines ? '1' : '0',
    consign_pkgs: JSON.stringify(left.map(parcelOf)),
    ...(byLines && { consign_status: JSON.stringify(statusOf(subject, trade, left)) }),
  }
  return yield* told(shop, 'alibaba.ascp.logistics.offline.send', params, Result, ({ result }) => result?.success)
}

/** One parcel for the whole trade; 货到付款 goes out by the call for orders that a courier collects money for, by whole lines. */
function* classic(
  one: ShipPackage,
  left: readonly ShipPackage[],
  trade: Trade,
  whole: boolean,
  shop: Connection,
): Conversation {
  const method = trade.type === 'cod' ? 'taobao.logistics.online.send' : 'taobao.logistics.offline.send'
  if (!whole && (left.length > 1 || !one.lines.every((line) => quantityOf(trade, line.lineId) === line.quantity)))
    return failure('rejected', false, '货到付款订单不能拆到子订单以下', { code: 'cod_split' })
  const split = whole ? {} : { is_split: '1', sub_tid: one.lines.map(({ lineId }) => lineId).join(',') }
  const params = { tid: trade.tid, out_sid: one.waybill, company_code: one.carrier, ...split }
  return yield* told(shop, method, params, Shipping, ({ shipping }) => shipping?.is_success)
}

const quantityOf = (trade: Trade, oid: string): number | undefined => trade.orders.find((one) => one.oid === oid)?.num

/** Every line of the trade in full, so that nothing need be said of lines. */
const isWhole = ({ complete }: ShipSubject, trade: Trade, { lines }: ShipPackage): boolean =>
  complete &&
  trade.orders.length === lines.length &&
  trade.orders.every((order) => lines.some((line) => line.lineId === order.oid && line.quantity === order.num))

const parcelOf = ({ carrier, waybill, lines }: ShipPackage) => ({
  out_sid: waybill,
  company_code: carrier,
  ...(lines.length > 0 && {
    goods: lines.map(({ lineId, quantity }) => ({ sub_tid: lineId, num: quantity, item_type: 0 })),
  }),
})

/** Of each line that goes out now: does a part of it stay behind? */
const statusOf = ({ complete, packages, before = [] }: ShipSubject, trade: Trade, left: readonly ShipPackage[]) => {
  const sent = [...before, ...packages.flatMap(({ lines }) => lines)]
  const ids = new Set(left.flatMap(({ lines }) => lines.map(({ lineId }) => lineId)))
  return [...ids].map((oid) => {
    const so = sent.filter(({ lineId }) => lineId === oid).reduce((sum, line) => sum + line.quantity, 0)
    return { sub_tid: oid, is_part_consign: !complete && so < (quantityOf(trade, oid) ?? 0) }
  })
}
