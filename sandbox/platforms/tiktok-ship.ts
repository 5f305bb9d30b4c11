/** TikTok Shop: parcels by their pieces, packages that are split and shipped, another waybill. */
import { type Json, list, object, text } from '../json.ts'
import type { Answer, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { linesOf, piecesOf } from './pieces.ts'
import { json } from './platform.ts'
import { knowsCarrier, type ShipRefusal, ship } from './ship.ts'
import { packagesOf } from './tiktok-order.ts'

export const success = (data: unknown): Answer =>
  json(200, { code: 0, message: 'Success', request_id: 'sandbox', data })
export const failure = (code: number, message: string, status = 200): Answer =>
  json(status, { code, message, request_id: 'sandbox', data: null })

const SHIPPED = failure(21011006, 'These orders are already shipped.')
const REFUSALS: Readonly<Record<ShipRefusal, Answer>> = {
  order_unknown: failure(21008111, 'The order or package does not belong to the current seller.'),
  unpaid: failure(21011003, 'fulfill_unit action not allowed'),
  cancelled: failure(21011041, 'Cannot complete the operation when order is cancelled.'),
  refunded: failure(21011041, 'Cannot complete the operation when order is cancelled.'),
  refunding: failure(21011007, 'Package item has after-sale request, please process the after-sale request first.'),
  carrier_unknown: failure(21011022, 'Invalid tracking number or provider ID. Please double check and try again.'),
  waybill_missing: failure(21011022, 'Invalid tracking number or provider ID. Please double check and try again.'),
  waybill_used: failure(21034012, 'tracking no has been used'),
  line_unknown: failure(21001001, 'Invalid parameters.'),
  quantity: failure(21001001, 'Invalid parameters.'),
  already_shipped: SHIPPED,
}

const told = (world: World, shop: Shop, order: Order, ids: readonly string[], said: Json, data: unknown): Answer => {
  const lines = linesOf(piecesOf(order, world), ids)
  if (!lines) return SHIPPED
  const parcel = { carrier: text(said.shipping_provider_id), waybill: text(said.tracking_number), lines }
  const done = ship(world, shop, order.id, [parcel])
  return 'refusal' in done ? REFUSALS[done.refusal] : success(data)
}

/** A parcel of these pieces, where sellers name them. */
const mark = (order: Order, said: Json, shop: Shop, world: World): Answer => {
  if (order.receiver.country === 'MX') return failure(21008106, 'This interface cannot be used in this region.')
  const ids = list(said.order_line_item_ids).map(text)
  const waybill = text(said.tracking_number)
  const data = { order_id: order.id, order_line_item_ids: ids, package_id: `2${waybill.replace(/\D/g, '')}` }
  return told(world, shop, order, ids, said, data)
}

/** Each group becomes a package; what is left out stays together. */
const split = (order: Order, said: Json, shop: Shop, world: World): Answer => {
  const pieces = piecesOf(order, world)
  const groups = list(said.splittable_groups).map(object)
  const ids = groups.flatMap((group) => list(group.order_line_item_ids).map(text))
  if (groups.length < 2 || new Set(ids).size !== ids.length || !linesOf(pieces, ids))
    return failure(21011035, 'split order not allowed')
  const made = new Map(packagesOf(order, world))
  const packages = groups.map((group) => {
    const id = `3${order.id}${world.store.next('package')}`
    for (const piece of list(group.order_line_item_ids)) made.set(text(piece), id)
    return { splittable_group_id: text(group.id), id }
  })
  const answer = JSON.stringify(Object.fromEntries(made))
  world.store.run('INSERT OR REPLACE INTO once VALUES (?, ?, ?, ?)', shop.id, `split:${order.id}`, '', answer)
  return success({ packages })
}

/** The package's order: its number stands behind the first digit. */
const orderOf = (parcel: string, shop: Shop, world: World): Order | undefined => {
  const order = world.order(parcel.slice(1, 19))
  return order?.shopId === shop.id ? order : undefined
}

const shipPackage = (parcel: string, said: Json, shop: Shop, world: World): Answer => {
  const order = orderOf(parcel, shop, world)
  if (!order) return REFUSALS.order_unknown
  const packages = packagesOf(order, world)
  const ids = [...packages].flatMap(([piece, one]) => (one === parcel ? [piece] : []))
  return told(world, shop, order, ids, object(said.self_shipment), {})
}

/** The written-back waybill is renamed. */
const correct = (order: Order | undefined, parcel: string, said: Json, shop: Shop, world: World): Answer => {
  const [waybill, carrier] = [text(said.tracking_number), text(said.shipping_provider_id)]
  if (!knowsCarrier(world, shop, carrier)) return REFUSALS.carrier_unknown
  const rows = world.store.all<{ order_id: string; waybill: string }>(
    "SELECT order_id, waybill FROM writeback WHERE shop = ?1 AND (?2 = '' OR order_id = ?2)",
    shop.id,
    order?.id ?? '',
  )
  const found = rows.find((row) => order !== undefined || `2${row.waybill.replace(/\D/g, '')}` === parcel)
  if (!found) return failure(21011043, 'The package has not been shipped yet.')
  world.store.run(
    'UPDATE OR IGNORE writeback SET waybill = ?, carrier = ? WHERE shop = ? AND order_id = ? AND waybill = ?',
    ...[waybill, carrier, shop.id, found.order_id, found.waybill],
  )
  return success({})
}

export const shipments = { mark, split, shipPackage, correct, orderOf }
