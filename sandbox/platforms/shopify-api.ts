/** The query root of Shopify's Admin API: what an order system asks. */
import { connection, type Type } from '../graphql.ts'
import type { Args } from '../graphql-parse.ts'
import { list, text } from '../json.ts'
import type { Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { fulfillmentOrder, inventoryItem, LOCATION, orderNode, variant } from './shopify-graph.ts'
import { gid } from './shopify-push.ts'

export const idOf = (value: unknown): string => text(value).split('/').at(-1) ?? ''
export const ownOrder = (world: World, shop: Shop, id: string): Order | undefined => {
  const order = world.order(id)
  return order?.shopId === shop.id ? order : undefined
}

const LOCATION_NODE: Type = {
  __typename: 'Location',
  id: LOCATION,
  legacyResourceId: '655441491',
  name: 'Shop location',
  isActive: true,
}

export const query = (shop: Shop, world: World): Type => {
  const order = (id: unknown): Type | null => {
    const found = ownOrder(world, shop, idOf(id))
    return found ? orderNode(found, world) : null
  }
  const byFulfillmentOrder = (id: unknown): Type | null => {
    const found = ownOrder(world, shop, idOf(id).slice(0, -1))
    return found ? fulfillmentOrder(found) : null
  }
  return {
    __typename: 'QueryRoot',
    order: (args: Args) => order(args.id),
    orders: (args: Args) => orders(shop, world, args),
    fulfillmentOrder: (args: Args) => byFulfillmentOrder(args.id),
    node: (args: Args) => (text(args.id).includes('/FulfillmentOrder/') ? byFulfillmentOrder(args.id) : order(args.id)),
    nodes: (args: Args) => list(args.ids).map(order),
    location: () => LOCATION_NODE,
    locations: (args: Args) => connection('Location', [LOCATION_NODE], args),
    productVariant: (args: Args) => {
      const listing = world.listing(shop.id, 'id', idOf(args.id))
      return listing ? variant(shop, listing) : null
    },
    inventoryItem: (args: Args) => {
      const listing = world.listing(shop.id, 'parent', idOf(args.id))
      return listing ? inventoryItem(shop, listing) : null
    },
    shop: {
      __typename: 'Shop',
      id: gid('Shop', '1'),
      name: shop.name,
      currencyCode: 'USD',
      ianaTimezone: 'America/New_York',
    } satisfies Type,
  }
}

/** `updated_at:>=…` and `updated_at:<…` of Shopify's search syntax; nothing else is understood. */
const orders = (shop: Shop, world: World, args: Args): Type => {
  const search = text(args.query)
  const bound = (sign: string): number | undefined => {
    const found = new RegExp(`updated_at:${sign}=?'?"?([^'"\\s]+)`).exec(search)?.[1]
    return found === undefined ? undefined : Date.parse(found)
  }
  const rows = world.store.all<{ doc: string }>(
    'SELECT doc FROM shop_order WHERE shop = ? AND updated >= ? AND updated <= ? ORDER BY updated, id',
    shop.id,
    bound('>') ?? 0,
    bound('<') ?? Number.MAX_SAFE_INTEGER,
  )
  return connection(
    'Order',
    rows.map(({ doc }) => orderNode(JSON.parse(doc), world)),
    args,
  )
}
