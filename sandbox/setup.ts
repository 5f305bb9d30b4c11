/** Upserts of shops, warehouses and SKUs, from JSON that people and scripts write. */

import { CHANNEL_KINDS, type FarChannel } from './channels/channel.ts'
import { type FaultSpec, isFaultName } from './faults.ts'
import { refusedAddress } from './http.ts'
import { isObject, type Json, list, number, object, text } from './json.ts'
import { platforms } from './platforms/index.ts'
import { trackers } from './trackers/index.ts'
import type { Fields, Shop, Tracker, Warehouse } from './types.ts'
import { knowItem, receive } from './warehouses/documents.ts'
import { systems } from './warehouses/index.ts'
import type { World } from './world.ts'

/** A request that makes no sense; the sentence is for its sender. */
export class BadRequest extends Error {}

const required = (body: Json, name: string): string => {
  const value = text(body[name])
  if (!value) throw new BadRequest(`${name} is missing`)
  return value
}

const addressIn = (body: Json, name: string, before: string | undefined): string => {
  const address = name in body ? text(body[name]) : (before ?? '')
  const refused = address ? refusedAddress(address) : undefined
  if (refused) throw new BadRequest(refused)
  return address
}

const fields = (value: unknown): Fields =>
  Object.fromEntries(Object.entries(object(value)).map(([name, each]) => [name, text(each)]))

/** What is not named stays as it was. */
export const putShop = (world: World, body: Json): Shop => {
  const id = required(body, 'id')
  const before = world.shops.get(id)
  const platform = text(body.platform) || (before?.platform ?? '')
  if (!Object.hasOwn(platforms, platform))
    throw new BadRequest(`platform must be one of ${Object.keys(platforms).join(', ')}`)
  const shop: Shop = {
    id,
    platform,
    name: text(body.name) || (before?.name ?? id),
    hookUrl: addressIn(body, 'hookUrl', before?.hookUrl),
    credentials: { ...before?.credentials, ...fields(body.credentials) },
    settings: { ...before?.settings, ...object(body.settings) },
  }
  world.putShop(shop)
  for (const listing of list(body.listings).map(object)) putListing(world, shop, listing)
  return shop
}

const FIRST_LISTING = 3_473_000_000_000_000_000n

const putListing = (world: World, shop: Shop, body: Json): void => {
  const code = text(body.code) || text(body.sku)
  if (!code) throw new BadRequest('a listing needs a code')
  const before = world.listing(shop.id, 'code', code)
  const made = (): string => String(FIRST_LISTING + BigInt(world.store.next('listing')))
  const parts = list(body.parts)
    .map(object)
    .map((part) => ({ sku: text(part.sku), quantity: number(part.quantity, 1) }))
  world.store.run(
    'INSERT OR REPLACE INTO listing VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    shop.id,
    text(body.id) || before?.id || made(),
    text(body.parent) || before?.parent || made(),
    code,
    text(body.title) || before?.title || code,
    number(body.price, before?.price ?? 1990),
    number(body.quantity, before?.quantity ?? 0),
    JSON.stringify(parts.length > 0 ? parts : (before?.parts ?? [{ sku: code, quantity: 1 }])),
  )
}

export const putWarehouse = (world: World, body: Json): Warehouse => {
  const id = required(body, 'id')
  const before = world.warehouses.get(id)
  const system = text(body.system) || (before?.system ?? '')
  if (!Object.hasOwn(systems, system)) throw new BadRequest(`system must be one of ${Object.keys(systems).join(', ')}`)
  const warehouse: Warehouse = {
    id,
    system,
    name: text(body.name) || (before?.name ?? id),
    callbackUrl: addressIn(body, 'callbackUrl', before?.callbackUrl),
    credentials: { ...before?.credentials, ...fields(body.credentials) },
    settings: { ...before?.settings, ...object(body.settings) },
  }
  world.putWarehouse(warehouse)
  for (const [sku, quantity] of Object.entries(object(body.onHand))) setOnHand(world, id, sku, number(quantity))
  return warehouse
}

export const putTracker = (world: World, body: Json): Tracker => {
  const id = required(body, 'id')
  const before = world.trackers.get(id)
  const system = text(body.system) || (before?.system ?? '')
  if (!Object.hasOwn(trackers, system))
    throw new BadRequest(`system must be one of ${Object.keys(trackers).join(', ')}`)
  const tracker: Tracker = {
    id,
    system,
    name: text(body.name) || (before?.name ?? id),
    callbackUrl: addressIn(body, 'callbackUrl', before?.callbackUrl),
    credentials: { ...before?.credentials, ...fields(body.credentials) },
    settings: { ...before?.settings, ...object(body.settings) },
  }
  world.putTracker(tracker)
  return tracker
}

/** A count: the difference to what is there is booked as a receipt or a loss. */
const setOnHand = (world: World, warehouse: string, sku: string, quantity: number): void => {
  const row = world.store.one<{ left: number | null }>(
    'SELECT received - shipped AS left FROM stock WHERE warehouse = ? AND sku = ?',
    warehouse,
    sku,
  )
  const delta = quantity - (row?.left ?? 0)
  if (row?.left === undefined || row.left === null || delta !== 0) receive(world, warehouse, sku, delta, 'count')
}

/** One SKU, everywhere at once: on hand per warehouse, listed quantity per shop. */
export const putSku = (world: World, body: Json): { readonly sku: string } => {
  const sku = required(body, 'sku')
  for (const [id, quantity] of Object.entries(object(body.warehouses))) {
    if (!world.warehouses.has(id)) throw new BadRequest(`no warehouse ${id}`)
    if (quantity === null) knowItem(world, id, sku)
    else setOnHand(world, id, sku, number(quantity))
  }
  for (const [id, value] of Object.entries(object(body.shops))) {
    const shop = world.shops.get(id)
    if (!shop) throw new BadRequest(`no shop ${id}`)
    const own = isObject(value) ? value : { quantity: number(value) }
    putListing(world, shop, {
      title: body.title,
      price: body.price,
      ...own,
      code: text(own.code) || sku,
      parts: own.parts ?? [{ sku, quantity: 1 }],
    })
  }
  return { sku }
}

export const putChannel = (world: World, body: Json): FarChannel => {
  const id = required(body, 'id')
  const before = world.channels.get(id)
  const kind = CHANNEL_KINDS.find((each) => each === (text(body.kind) || before?.kind))
  if (!kind) throw new BadRequest(`kind must be one of ${CHANNEL_KINDS.join(', ')}`)
  const channel = {
    id,
    kind,
    credentials: { ...before?.credentials, ...fields(body.credentials) },
    settings: { ...before?.settings, ...object(body.settings) },
  }
  world.putChannel(channel)
  return channel
}

export const faultIn = (body: Json): FaultSpec => {
  const fault = required(body, 'fault')
  if (!isFaultName(fault)) throw new BadRequest(`unknown fault ${fault}`)
  const optional = (name: string): Record<string, number> =>
    body[name] === undefined ? {} : { [name]: number(body[name]) }
  return {
    target: required(body, 'target'),
    fault,
    ...(text(body.operation) ? { operation: text(body.operation) } : {}),
    ...optional('probability'),
    ...optional('count'),
    ...optional('ms'),
  }
}
