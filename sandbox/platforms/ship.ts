/** Writing back a shipment 发货回传: what every platform checks and records alike. All or nothing per call. */
import type { Line, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'

export interface Parcel {
  readonly carrier: string
  readonly waybill: string
  /** Absent: all that is left. */
  readonly lines?: readonly { readonly lineId: string; readonly quantity: number }[]
}

export type ShipRefusal =
  | 'order_unknown'
  | 'unpaid'
  | 'cancelled'
  | 'refunded'
  | 'refunding'
  | 'carrier_unknown'
  | 'waybill_missing'
  | 'waybill_used'
  | 'line_unknown'
  | 'quantity'
  | 'already_shipped'

/** Refunded lines are gone: nobody may ship them. */
export const isGone = (order: Order, line: Line): boolean =>
  order.refund?.status === 'refunded' && (order.refund.lineIds.length === 0 || order.refund.lineIds.includes(line.id))

const isRefunding = (order: Order, line: Line): boolean =>
  order.refund?.status === 'requested' && (order.refund.lineIds.length === 0 || order.refund.lineIds.includes(line.id))

export const openLines = (order: Order): Line[] => order.lines.filter((line) => !isGone(order, line))
export const left = (line: Line): number => line.quantity - line.shipped
export const shippedState = (order: Order): 'none' | 'part' | 'all' => {
  const lines = openLines(order)
  if (lines.length > 0 && lines.every((line) => left(line) <= 0)) return 'all'
  return order.lines.some((line) => line.shipped > 0) ? 'part' : 'none'
}

export const ship = (
  world: World,
  shop: Shop,
  orderId: string,
  parcels: readonly Parcel[],
): { readonly order: Order } | { readonly refusal: ShipRefusal } =>
  world.store.transaction(() => {
    const order = world.order(orderId)
    const refusal = order && order.shopId === shop.id ? check(world, shop, order, parcels) : 'order_unknown'
    if (refusal || !order) {
      for (const { waybill } of parcels) refuse(world, shop, orderId, waybill, refusal ?? 'order_unknown')
      return { refusal: refusal ?? 'order_unknown' }
    }
    for (const parcel of parcels) book(world, shop, order, parcel)
    order.updatedAt = Date.now()
    world.saveOrder(order)
    return { order }
  })

/** A call again for what is written back already: counted, and answered as the dialect does. */
export const countRepeat = (world: World, shop: Shop, orderId: string, waybill: string): void => {
  world.store.run(
    'UPDATE writeback SET repeats = repeats + 1 WHERE shop = ? AND order_id = ? AND waybill = ?',
    shop.id,
    orderId,
    waybill,
  )
}

const check = (world: World, shop: Shop, order: Order, parcels: readonly Parcel[]): ShipRefusal | undefined => {
  if (order.status === 'cancelled') return 'cancelled'
  if (openLines(order).length === 0) return 'refunded'
  if (order.payment === 'unpaid' || order.payment === 'deposit') return 'unpaid'
  const wanted = new Map<string, number>()
  for (const parcel of parcels) {
    const refusal = checkParcel(world, shop, order, parcel, wanted)
    if (refusal) return refusal
  }
  return undefined
}

const checkParcel = (
  world: World,
  shop: Shop,
  order: Order,
  parcel: Parcel,
  wanted: Map<string, number>,
): ShipRefusal | undefined => {
  if (!parcel.waybill) return 'waybill_missing'
  if (!knowsCarrier(world, shop, parcel.carrier)) return 'carrier_unknown'
  const refusesReuse = shop.settings.refuseReusedWaybill ?? shop.platform !== 'shopify'
  if (
    refusesReuse &&
    world.store.one('SELECT 1 FROM writeback WHERE waybill = ? AND order_id <> ?', parcel.waybill, order.id)
  )
    return 'waybill_used'
  if (shippedState(order) === 'all') return 'already_shipped'
  for (const { lineId, quantity } of linesOf(order, parcel)) {
    const line = order.lines.find((each) => each.id === lineId)
    if (!line) return 'line_unknown'
    if (isGone(order, line)) return 'refunded'
    if (isRefunding(order, line)) return 'refunding'
    const sum = (wanted.get(lineId) ?? 0) + quantity
    if (quantity <= 0 || sum > left(line)) return line.shipped > 0 ? 'already_shipped' : 'quantity'
    wanted.set(lineId, sum)
  }
  return undefined
}

/** `*` in the list: any text will do, as at shops that only print it. */
export const knowsCarrier = (world: World, shop: Shop, carrier: string): boolean => {
  const known = shop.settings.carriers ?? world.platform(shop).carriers
  return carrier !== '' && (known.includes('*') || known.includes(carrier))
}

const linesOf = (order: Order, { lines }: Parcel): readonly { readonly lineId: string; readonly quantity: number }[] =>
  lines ??
  openLines(order)
    .filter((line) => left(line) > 0)
    .map((line) => ({ lineId: line.id, quantity: left(line) }))

const book = (world: World, shop: Shop, order: Order, parcel: Parcel): void => {
  const lines = linesOf(order, parcel)
  for (const { lineId, quantity } of lines) {
    const line = order.lines.find((each) => each.id === lineId)
    if (line) line.shipped += quantity
  }
  world.store.run(
    `INSERT INTO writeback VALUES (?, ?, ?, ?, ?, ?, 1, 0)
     ON CONFLICT DO UPDATE SET effects = effects + 1, repeats = repeats + 1`,
    shop.id,
    order.id,
    parcel.waybill,
    parcel.carrier,
    JSON.stringify(lines),
    Date.now(),
  )
}

const refuse = (world: World, shop: Shop, orderId: string, waybill: string, reason: ShipRefusal): void => {
  countRepeat(world, shop, orderId, waybill)
  world.store.run(
    'INSERT INTO writeback_refused (shop, order_id, waybill, reason, at) VALUES (?, ?, ?, ?, ?)',
    shop.id,
    orderId,
    waybill,
    reason,
    Date.now(),
  )
}

/** A stock call: the listing shows this quantity from now on. False: no such listing. */
export const setStock = (
  world: World,
  shop: Shop,
  by: 'id' | 'parent' | 'code',
  value: string,
  quantity: number,
): boolean => {
  const listing = value === '' ? undefined : world.listing(shop.id, by, value)
  if (!listing) return false
  world.store.run('UPDATE listing SET quantity = ? WHERE shop = ? AND id = ?', quantity, shop.id, listing.id)
  world.store.run(
    'INSERT INTO stock_call (shop, listing, quantity, at) VALUES (?, ?, ?, ?)',
    shop.id,
    listing.id,
    quantity,
    Date.now(),
  )
  return true
}
