/** Shopify's mutations: shipments, stock, notes. A refusal stands in `userErrors`, inside an answer of 200. */
import type { Type } from '../graphql.ts'
import { type Args, Refusal } from '../graphql-parse.ts'
import { list, number, object, text } from '../json.ts'
import type { Shop } from '../types.ts'
import type { World } from '../world.ts'
import { type Parcel, type ShipRefusal, setStock, ship } from './ship.ts'
import { idOf, ownOrder } from './shopify-api.ts'
import { orderNode } from './shopify-graph.ts'
import { gid, iso } from './shopify-push.ts'

const userError = (message: string, field: readonly string[] | null = null, code: string | null = null): Type => ({
  __typename: 'UserError',
  field,
  message,
  code,
})

const REFUSALS: Readonly<Record<ShipRefusal, string>> = {
  order_unknown: 'Fulfillment order does not exist.',
  unpaid: "Fulfillment order's order is not paid.",
  cancelled: 'Fulfillment order is not in a fulfillable state: cancelled.',
  refunded: 'Invalid fulfillment order line item quantity requested.',
  refunding: 'Fulfillment order is on hold.',
  carrier_unknown: 'Tracking company is invalid.',
  waybill_missing: 'Tracking number is missing.',
  waybill_used: 'Tracking number is already used.',
  line_unknown: 'Fulfillment order line item does not exist.',
  quantity: 'Invalid fulfillment order line item quantity requested.',
  already_shipped: 'Invalid fulfillment order line item quantity requested.',
}

const fulfillmentCreate = (shop: Shop, world: World, args: Args): Type => {
  const input = object(args.fulfillment)
  const tracking = object(input.trackingInfo)
  const groups = list(input.lineItemsByFulfillmentOrder).map(object)
  const orderId = idOf(groups[0]?.fulfillmentOrderId).slice(0, -1)
  const lines = groups.flatMap((group) => list(group.fulfillmentOrderLineItems).map(object))
  const waybills = text(tracking.number) ? [text(tracking.number)] : list(tracking.numbers).map(text)
  const parcel: Parcel = {
    carrier: text(tracking.company),
    waybill: waybills[0] ?? '',
    ...(lines.length === 0
      ? {}
      : { lines: lines.map((each) => ({ lineId: idOf(each.id).slice(0, -1), quantity: number(each.quantity) })) }),
  }
  const shipped = ship(world, shop, orderId, [parcel])
  const refusal = 'refusal' in shipped ? REFUSALS[shipped.refusal] : undefined
  return {
    __typename: 'FulfillmentCreatePayload',
    fulfillment: refusal
      ? null
      : ({
          __typename: 'Fulfillment',
          id: gid('Fulfillment', `${orderId}${Date.now() % 100_000}`),
          legacyResourceId: '1',
          status: 'SUCCESS',
          displayStatus: 'FULFILLED',
          createdAt: iso(Date.now()),
          trackingInfo: [
            {
              __typename: 'FulfillmentTrackingInfo',
              number: parcel.waybill,
              company: parcel.carrier,
              url: null,
            } satisfies Type,
          ],
        } satisfies Type),
    userErrors: refusal ? [userError(refusal, ['fulfillment'])] : [],
  }
}

type Quantity = { readonly item: string; readonly quantity: number }
const inventorySet = (shop: Shop, world: World, args: Args, directives: Readonly<Record<string, Args>>): Type => {
  const key = text(directives.idempotent?.key)
  if (!key) throw new Refusal('The @idempotent directive is required for this mutation but was not provided.')
  const input = object(args.input)
  const rows = list(input.quantities).map(object)
  if (!rows.every((row) => 'changeFromQuantity' in row))
    throw new Refusal(
      'InventoryQuantityInput must include the following argument: changeFromQuantity.',
      'INVALID_VARIABLE',
    )
  const payload = (...errors: Type[]): Type => ({
    __typename: 'InventorySetQuantitiesPayload',
    inventoryAdjustmentGroup:
      errors.length > 0
        ? null
        : ({
            __typename: 'InventoryAdjustmentGroup',
            id: gid('InventoryAdjustmentGroup', key),
            reason: text(input.reason),
            createdAt: iso(Date.now()),
            changes: [],
          } satisfies Type),
    userErrors: errors,
  })
  const request = JSON.stringify(input)
  const before = world.store.one<{ request: string }>(
    'SELECT request FROM once WHERE target = ? AND key = ?',
    shop.id,
    key,
  )
  if (before)
    return before.request === request
      ? payload()
      : payload(
          userError(
            'The same idempotency key cannot be used with different operation parameters.',
            null,
            'IDEMPOTENCY_KEY_PARAMETER_MISMATCH',
          ),
        )
  return world.store.transaction(() => {
    const quantities = rows.map(
      (row): Quantity => ({ item: idOf(row.inventoryItemId), quantity: number(row.quantity) }),
    )
    for (const [index, row] of rows.entries()) {
      const listing = world.listing(shop.id, 'parent', idOf(row.inventoryItemId))
      if (!listing)
        return payload(
          userError(
            'The specified inventory item could not be found.',
            ['input', 'quantities', String(index)],
            'INVALID_INVENTORY_ITEM',
          ),
        )
      if (row.changeFromQuantity !== null && number(row.changeFromQuantity) !== listing.quantity)
        return payload(
          userError(
            'The changeFromQuantity argument no longer matches the persisted quantity.',
            ['input', 'quantities', String(index)],
            'CHANGE_FROM_QUANTITY_STALE',
          ),
        )
    }
    for (const { item, quantity } of quantities) setStock(world, shop, 'parent', item, quantity)
    world.store.run('INSERT INTO once VALUES (?, ?, ?, ?)', shop.id, key, request, '')
    return payload()
  })
}

const orderUpdate = (shop: Shop, world: World, args: Args): Type => {
  const input = object(args.input)
  const order = ownOrder(world, shop, idOf(input.id))
  if (order) {
    order.sellerNote = text(input.note)
    order.updatedAt = Math.max(Date.now(), order.updatedAt + 1)
    world.saveOrder(order)
  }
  return {
    __typename: 'OrderUpdatePayload',
    order: order ? orderNode(order, world) : null,
    userErrors: order ? [] : [userError('Order does not exist', ['id'])],
  }
}

const trackingUpdate = (shop: Shop, world: World, args: Args): Type => {
  const tracking = object(args.trackingInfoInput)
  const [id, index] = [idOf(args.fulfillmentId).slice(0, -1), Number(idOf(args.fulfillmentId).at(-1))]
  const row = world.store.all<{ waybill: string }>(
    'SELECT waybill FROM writeback WHERE shop = ? AND order_id = ?',
    shop.id,
    id,
  )[index]
  if (row)
    world.store.run(
      'UPDATE OR IGNORE writeback SET waybill = ?, carrier = ? WHERE shop = ? AND order_id = ? AND waybill = ?',
      text(tracking.number),
      text(tracking.company),
      shop.id,
      id,
      row.waybill,
    )
  return {
    __typename: 'FulfillmentTrackingInfoUpdatePayload',
    fulfillment: row
      ? ({ __typename: 'Fulfillment', id: text(args.fulfillmentId), status: 'SUCCESS' } satisfies Type)
      : null,
    userErrors: row ? [] : [userError('Fulfillment does not exist.', ['fulfillmentId'])],
  }
}

export const mutation = (shop: Shop, world: World): Type => ({
  __typename: 'Mutation',
  fulfillmentCreate: (args: Args) => fulfillmentCreate(shop, world, args),
  fulfillmentCreateV2: (args: Args) => fulfillmentCreate(shop, world, args),
  fulfillmentTrackingInfoUpdate: (args: Args) => trackingUpdate(shop, world, args),
  fulfillmentTrackingInfoUpdateV2: (args: Args) => trackingUpdate(shop, world, args),
  inventorySetQuantities: (args: Args, directives: Readonly<Record<string, Args>>) =>
    inventorySet(shop, world, args, directives),
  orderUpdate: (args: Args) => orderUpdate(shop, world, args),
})
