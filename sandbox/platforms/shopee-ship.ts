/** Shopee: one split into packages, then each package with its number. */
import { type Json, list, number, object, text } from '../json.ts'
import type { Answer, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { json } from './platform.ts'
import { type ShipRefusal, ship } from './ship.ts'
import { held, keepPackages, type Package, packagesOf, statusOf } from './shopee-order.ts'

export const success = (response: unknown): Answer =>
  json(200, { error: '', message: '', request_id: 'sandbox', response })
export const failure = (error: string, message: string, status = 200): Answer =>
  json(status, { error, message, request_id: 'sandbox' })

const REFUSALS: Readonly<Record<ShipRefusal, readonly [error: string, message: string]>> = {
  order_unknown: ['logistics.error_order_not_found', 'Order is not found.'],
  unpaid: ['logistics.ship_order_not_ready_to_ship', 'The order is not ready to ship.'],
  cancelled: ['logistics.error_order_state', 'Operation is not allow with current order status.'],
  refunded: ['logistics.error_order_state', 'Operation is not allow with current order status.'],
  refunding: ['logistics.error_order_state', 'Operation is not allow with current order status.'],
  carrier_unknown: ['logistics.error_invalid_channel_id', 'Channel id is invalid. Please check the channel.'],
  waybill_missing: ['logistics.ship_order_need_tracking_number', 'Parameter tracking_number can not be null.'],
  waybill_used: [
    'logistics.error_param',
    'The tracking number has been used by other orders, please fill in a valid one.',
  ],
  line_unknown: ['logistics.error_item_not_found', 'Can not find the item.'],
  quantity: ['logistics.quantity_error', 'The quantity is invalid. Please check the quantity.'],
  already_shipped: ['logistics.package_already_shipped', 'This package has already been arranged shipment.'],
}
const refused = (reason: ShipRefusal): Answer => failure(...REFUSALS[reason])

export const shipOrder = (order: Order, said: Json, shop: Shop, world: World): Answer => {
  const packages = packagesOf(order, world)
  const named = text(said.package_number)
  if (packages.length > 1 && named === '')
    return failure(
      'logistics.ship_order_need_pacakge_number',
      'Please request with package_number for this split order.',
    )
  if (packages.length === 1 && 'package_number' in said)
    return failure('logistics.ship_order_not_need_pacakge_number', 'Please don’t request with package_number.')
  const found = named === '' ? packages[0] : packages.find((one) => one.number === named)
  if (!found) return failure('logistics.package_not_exist', 'The package is not exist.')
  if (found.waybill !== undefined) return refused('already_shipped')
  if (statusOf(order) !== 'READY_TO_SHIP') return refused('unpaid')
  const waybill = text(object(said.non_integrated).tracking_number)
  const done = ship(world, shop, order.id, [{ carrier: 'non_integrated', waybill, lines: found.lines }])
  if ('refusal' in done) return refused(done.refusal)
  keepPackages(
    order,
    world,
    packages.map((one) => (one === found ? { ...one, waybill } : one)),
  )
  return success({})
}

/** Once, and with all that was ordered. */
export const split = (order: Order, said: Json, world: World): Answer => {
  if (packagesOf(order, world).length > 1)
    return failure('order.order_has_been_split', 'This order has already been split.')
  const wanted = list(said.package_list).map((one) => list(object(one).item_list).map(object))
  const packages = wanted.map((items): Package => {
    const lines = items.flatMap((one) => {
      const line = order.lines.find(
        ({ parentId, listingId }) => parentId === text(one.item_id) && listingId === text(one.model_id),
      )
      return line ? [{ lineId: line.id, quantity: number(one.model_quantity, line.quantity) }] : []
    })
    return { number: `OFG2${order.id}${world.store.next('package')}`, lines }
  })
  const sum = (id: string): number =>
    packages.flatMap(({ lines }) => lines).reduce((all, one) => all + (one.lineId === id ? one.quantity : 0), 0)
  if (packages.length < 2 || order.lines.some(({ id, quantity }) => sum(id) !== quantity))
    return failure('order.order_split_package_missing_item', 'Cannot split order with missing items.')
  keepPackages(order, world, packages)
  const package_list = packages.map((one) => ({ package_number: one.number, item_list: held(order, one) }))
  return success({ order_sn: order.id, package_list })
}

export const tracking = (order: Order, query: URLSearchParams, world: World): Answer => {
  const packages = packagesOf(order, world)
  const named = query.get('package_number')
  if (packages.length > 1 && !named)
    return failure('logistics.package_number_not_exist', 'Please request with package_number for this split order.')
  const found = named ? packages.find((one) => one.number === named) : packages[0]
  return found
    ? success({ tracking_number: found.waybill ?? '' })
    : failure('logistics.package_not_exist', 'The package is not exist.')
}
