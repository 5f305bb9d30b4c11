/** What 旺店通 says of a 原始单 and of the 出库单 that carried its goods out. */
import { z } from 'zod'
import type { FulfillmentStatus, Package } from '../../domain/fulfillment.ts'
import { own } from '../../lib/own.ts'
import { Id, optional } from '../../wire/values.ts'
import { bySku } from '../quantities.ts'

const Count = z.coerce.number()
const Line = z.looseObject({ oid: optional(Id), spec_no: Id, num: Count, logistics_no: optional(Id) })
export const Trade = z.looseObject({
  ...{ rec_id: optional(Id), tid: Id, shop_no: optional(Id), process_status: Id, bad_reason: optional(z.string()) },
  ...{ modified: optional(z.string()), trade_orders: optional(z.array(Line)) },
})
export type Trade = z.output<typeof Trade>

export const Stockout = z.object({
  ...{ logistics_no: optional(Id), logistics_code: optional(Id), src_trade_no: optional(z.string()), status: Count },
  ...{
    consign_time: optional(z.string()),
    details_list: optional(z.array(z.object({ spec_no: Id, goods_count: Count }))),
  },
})
export type Stockout = z.output<typeof Stockout>

/** 系统状态 of a 原始单. */
const STATES: Readonly<Record<string, FulfillmentStatus>> = {
  '10': 'accepted', // 待递交
  '15': 'packed', // 部分发货待递交
  '20': 'picking', // 已递交: it is an order of the ERP now
  '30': 'packed', // 部分发货
  '40': 'shipped', // 已发货
  '60': 'shipped', // 已完成
  '70': 'cancelled', // 已取消
}

/** An order that could not become one of the ERP's (递交失败) waits for a person. */
export const stateOf = ({ process_status, bad_reason }: Trade): FulfillmentStatus =>
  process_status === '10' && bad_reason ? 'exception' : (own(STATES, process_status) ?? 'accepted')

export const quantitiesOf = ({ trade_orders }: Trade): Readonly<Record<string, number>> | undefined =>
  trade_orders && bySku(trade_orders.map(({ spec_no, num }) => ({ sku: spec_no, quantity: num })))

/** Numbers of its waybills, each once. */
export const waybillsOf = ({ trade_orders = [] }: Trade): readonly string[] => [
  ...new Set(trade_orders.flatMap(({ logistics_no }) => logistics_no ?? [])),
]

const CONSIGNED = 90 // 延时发货; 110 已完成

/**
 * A waybill is a package, with what its 出库单 of that number holds. Undefined while there is none, or it carries goods of
 * other orders too: what is in it for us could only be guessed.
 */
export const packageOf = (waybill: string, document: string, stockouts: readonly Stockout[]): Package | undefined => {
  const ours = stockouts.filter(
    (one) => one.logistics_no === waybill && one.src_trade_no === document && one.status >= CONSIGNED,
  )
  const goods = ours.flatMap(({ details_list = [] }) =>
    details_list.map(({ spec_no, goods_count }) => ({ sku: spec_no, quantity: goods_count })),
  )
  const items = Object.entries(bySku(goods)).flatMap(([sku, quantity]) => (quantity > 0 ? [{ sku, quantity }] : []))
  if (items.length === 0 || items.some(({ quantity }) => !Number.isInteger(quantity))) return undefined
  return { packageId: waybill, waybill, carrier: ours[0]?.logistics_code ?? 'OTHER', items }
}
