/** What 聚水潭 says of an order: states of `orders/single/query`, waybills of `logistic/query`. */
import { z } from 'zod'
import type { FulfillmentStatus, Package } from '../../domain/fulfillment.ts'
import { own } from '../../lib/own.ts'
import { Id, optional } from '../../wire/values.ts'
import { bySku } from '../quantities.ts'

const Items = optional(z.array(z.object({ sku_id: Id, qty: z.coerce.number().int(), raw_so_id: optional(Id) })))
const Order = z.object({
  ...{ o_id: Id, so_id: Id, shop_id: optional(Id), status: z.string().min(1) },
  ...{ modified: optional(z.string()), items: Items },
})
export const Orders = z.object({ has_next: optional(z.boolean()), orders: z.array(Order).nullish() })
export type Order = z.output<typeof Order>

const Parcel = z.object({ o_id: Id, so_id: optional(Id), l_id: optional(Id), lc_id: optional(Id), items: Items })
export const Parcels = z.object({ has_next: optional(z.boolean()), orders: z.array(Parcel).nullish() })
export type Parcel = z.output<typeof Parcel>

/** Its words. 被拆分 and 被合并 leave their goods to other orders and are no state of them. */
const STATES: Readonly<Record<string, FulfillmentStatus>> = {
  WaitPay: 'exception', // 待付款: what was paid is not what is due, so nobody works on it
  WaitConfirm: 'accepted', // 已付款待审核
  WaitFConfirm: 'accepted', // 已客审待财审
  Delivering: 'picking', // 发货中
  WaitOuterSent: 'picking', // 等供销商|外仓发货
  Question: 'exception', // 异常
  Sent: 'shipped', // 已发货
  Cancelled: 'cancelled', // 取消
}
export const HANDED_ON: readonly string[] = ['Split', 'Merged']

export const stateOf = ({ status }: Order): FulfillmentStatus => own(STATES, status) ?? 'accepted'

/** Of all the orders that one upload became: it is shipped when nothing is left to ship, cancelled when all of it is. */
export const overall = (orders: readonly Order[]): FulfillmentStatus => {
  const states = orders.filter(({ status }) => !HANDED_ON.includes(status)).map(stateOf)
  const live = states.filter((state) => state !== 'cancelled')
  if (live.length === 0) return states.length > 0 ? 'cancelled' : 'accepted'
  if (live.every((state) => state === 'shipped')) return 'shipped'
  if (live.includes('exception')) return 'exception'
  if (live.includes('shipped')) return 'packed'
  return live.includes('picking') ? 'picking' : 'accepted'
}

/** Sent without a waybill that is told yet: it follows a moment behind the state. */
export const lacksWaybill = (orders: readonly Order[], parcels: readonly Parcel[]): boolean =>
  orders.some(({ status, o_id }) => status === 'Sent' && !parcels.some((one) => one.o_id === o_id && one.l_id))

/** What was ordered: only of an order that is still one. */
export const quantitiesOf = (orders: readonly Order[]): Readonly<Record<string, number>> | undefined => {
  const [only, ...others] = orders
  if (!only?.items || others.length > 0 || HANDED_ON.includes(only.status)) return undefined
  return bySku(only.items.map(({ sku_id, qty }) => ({ sku: sku_id, quantity: qty })))
}

/** A waybill is a package. Goods of other uploads that were merged into the parcel are left out. */
export const packagesOf = (parcels: readonly Parcel[], document: string): readonly Package[] => {
  const sent = parcels.flatMap(({ l_id, lc_id, so_id, items = [] }) => {
    const own = items.filter((item) => (item.raw_so_id ?? so_id) === document && item.qty > 0)
    return l_id && own.length > 0 ? [{ waybill: l_id, carrier: lc_id ?? 'OTHER', items: own }] : []
  })
  return [...Map.groupBy(sent, ({ waybill }) => waybill)].map(([waybill, parts]) => {
    const items = parts.flatMap((part) => part.items.map(({ sku_id, qty }) => ({ sku: sku_id, quantity: qty })))
    const contents = Object.entries(bySku(items)).map(([sku, quantity]) => ({ sku, quantity }))
    return { packageId: waybill, waybill, carrier: parts[0]?.carrier ?? 'OTHER', items: contents }
  })
}
