/**
 * Where a shop keeps its waybills: the Shipment Tracking extension, WooCommerce's own fulfillments, or nothing but notes at
 * the order. Which of them is there shows when it is asked; none has a request id, so what is there is looked up first.
 */
import { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { done } from '../../wire/answer.ts'
import { Id, optional } from '../../wire/values.ts'
import type { ShipPackage } from '../platform.ts'
import { ask, NO_ROUTE, number } from './call.ts'
import { Order } from './schema.ts'

export const HOMES = ['extension', 'fulfillments', 'note'] as const

export interface Home {
  readonly kind: (typeof HOMES)[number]
  readonly shows: (waybill: string) => boolean
  /** Absent for notes: they are prose. */
  readonly waybills?: readonly string[]
  readonly add: (parcel: ShipPackage) => Conversation
  /** Another waybill in the place of that one. */
  readonly replace: (old: string, parcel: ShipPackage) => Conversation
}

export function* homeOf(order: string, shop: Connection): Conversation<Home> {
  const set = shop.settings.tracking
  for (const kind of HOMES) {
    if (typeof set === 'string' && set !== kind) continue
    const home = yield* OPEN[kind](order, shop)
    if (home.class !== 'rejected' || home.code !== NO_ROUTE) return home
  }
  return yield* notes(order, shop)
}

const Tracking = z.object({ tracking_id: Id, tracking_number: z.string() })
const Providers = z.record(z.string(), z.record(z.string(), z.unknown()))
/** Shown to the buyer as a link; `%1$s` stands for the number. */
const LINK = 'https://t.17track.net/en#nums=%1$s'

function* extension(order: string, shop: Connection): Conversation<Home> {
  const path = `wc-shipment-tracking/v3/orders/${order}/shipment-trackings`
  const read = yield* ask(shop, { path }, z.array(Tracking))
  if (read.class !== 'done') return read
  const parcels = read.value.value
  const shows = (waybill: string) => parcels.some((one) => one.tracking_number === waybill)

  function* add({ carrier, waybill }: ShipPackage): Conversation {
    const known = yield* ask(shop, { path: 'wc-shipment-tracking/v3/shipment-trackings/providers' }, Providers)
    if (known.class !== 'done') return known
    const names = Object.values(known.value.value).flatMap(Object.keys)
    const name = names.find((one) => one.toLowerCase() === carrier.toLowerCase())
    const link = typeof shop.settings.trackingLink === 'string' ? shop.settings.trackingLink : LINK
    const provider = name
      ? { tracking_provider: name }
      : { custom_tracking_provider: carrier, custom_tracking_link: link }
    const date_shipped = new Date(shop.now).toISOString().slice(0, 10)
    return yield* told(shop, 'POST', path, { ...provider, tracking_number: waybill, date_shipped })
  }

  /** It has no change: the new one is added, then the old one taken away. */
  function* replace(old: string, parcel: ShipPackage): Conversation {
    const added = shows(parcel.waybill) ? done(undefined) : yield* add(parcel)
    const wrong = parcels.find((one) => one.tracking_number === old)
    return added.class === 'done' && wrong ? yield* told(shop, 'DELETE', `${path}/${wrong.tracking_id}`) : added
  }
  return done({ kind: 'extension', shows, waybills: parcels.map((one) => one.tracking_number), add, replace })
}

const Meta = z.looseObject({ key: z.string(), value: z.unknown() })
const Fulfillment = z.object({ id: Id, status: optional(z.string()), meta_data: z.array(Meta) })
const NUMBER = '_tracking_number'

function* fulfillments(order: string, shop: Connection): Conversation<Home> {
  const path = `wc/v3/orders/${order}/fulfillments`
  const read = yield* ask(shop, { path }, z.array(Fulfillment))
  if (read.class !== 'done') return read
  const known = read.value.value.map((one) => ({
    ...one,
    waybill: one.meta_data.find(({ key }) => key === NUMBER)?.value,
  }))
  const notify_customer = shop.settings.notifyCustomer !== false
  const carrierOf = ({ carrier, waybill }: ShipPackage) => ({
    [NUMBER]: waybill,
    _shipment_provider: carrier,
    _provider_name: carrier,
  })

  function* add(parcel: ShipPackage): Conversation {
    const items = yield* itemsOf(order, parcel, shop)
    if (items.class !== 'done') return items
    // A meta without an id is left out there, without a word.
    const meta_data = Object.entries({ _items: items.value, ...carrierOf(parcel) }).map(([key, value]) => ({
      id: 0,
      key,
      value,
    }))
    return yield* told(shop, 'POST', path, { status: 'fulfilled', is_fulfilled: true, notify_customer, meta_data })
  }

  /** Metas that are not named again are deleted there. */
  function* replace(old: string, parcel: ShipPackage): Conversation {
    const wrong = known.find(({ waybill }) => waybill === old)
    if (!wrong) return done(undefined)
    const next: Readonly<Record<string, unknown>> = carrierOf(parcel)
    const kept = wrong.meta_data.filter(({ key }) => key !== '_tracking_url')
    const meta_data = kept.map((meta) => ({ ...meta, value: next[meta.key] ?? meta.value }))
    const status = wrong.status ?? 'fulfilled'
    return yield* told(shop, 'PUT', `${path}/${wrong.id}`, { status, notify_customer, meta_data })
  }
  const waybills = known.flatMap(({ waybill }) => (typeof waybill === 'string' ? waybill : []))
  return done({ kind: 'fulfillments', shows: (one) => waybills.includes(one), waybills, add, replace })
}

/** A parcel that names no lines holds the whole order. */
function* itemsOf(order: string, { lines }: ShipPackage, shop: Connection): Conversation<readonly object[]> {
  if (lines.length > 0) return done(lines.map(({ lineId, quantity }) => ({ item_id: number(lineId), qty: quantity })))
  const read = yield* ask(shop, { path: `wc/v3/orders/${order}` }, Order)
  if (read.class !== 'done') return read
  return done(read.value.value.line_items.map(({ id, quantity }) => ({ item_id: number(id), qty: quantity })))
}

const Note = z.object({ note: z.string() })

function* notes(order: string, shop: Connection): Conversation<Home> {
  const path = `wc/v3/orders/${order}/notes`
  const read = yield* ask(shop, { path }, z.array(Note))
  if (read.class !== 'done') return read
  const said = read.value.value.map(({ note }) => note)
  const customer_note = shop.settings.notifyCustomer !== false
  const say = (note: string) => told(shop, 'POST', path, { note, customer_note })
  return done({
    kind: 'note',
    shows: (waybill) => said.some((note) => note.includes(waybill)),
    add: ({ carrier, waybill }) => say(`${carrier} ${waybill}`),
    replace: (old, { carrier, waybill }) => say(`${carrier} ${waybill} (${old} ✗)`),
  })
}

const OPEN = { extension, fulfillments, note: notes }

export function* told(shop: Connection, method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Conversation {
  const read = yield* ask(shop, { method, path, body }, z.unknown())
  return read.class === 'done' ? done(undefined) : read
}
