import { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { done, failure } from '../../wire/answer.ts'
import { Id } from '../../wire/values.ts'
import { grouped, type PieceUnit, piecesFor } from '../pieces.ts'
import type { ShipPackage, ShipSubject } from '../platform.ts'
import { ask, Nothing } from './call.ts'
import { hasOwnLabel, piecesOf } from './normalize.ts'
import { fetched } from './order.ts'
import type { Order } from './schema.ts'

/** Where a seller names the pieces of each parcel; elsewhere TikTok has made the packages before. https://partner.tiktokshop.com/docv2/page/mark-package-as-shipped-202309 */
const BY_PIECES: readonly (string | undefined)[] = ['US', 'GB', 'ES', 'IE', 'IT', 'DE', 'FR', 'JP']

/** Waybills that are there are not sent again, and not one piece that has left. */
export function* ship(subject: ShipSubject, shop: Connection): Conversation {
  const read = yield* fetched(subject.platformOrderId, shop)
  if (read.class !== 'done') return read
  const order = read.value
  const shown = waybillsOf(order)
  const left = subject.packages.filter((one) => !shown.includes(one.waybill))
  if (left.length === 0) return done(undefined)
  if (hasOwnLabel(order)) return no('tiktok_shipping', 'TikTok Shipping: the label and its number are TikTok’s own')
  const named = yield* providers(left, order, shop)
  if (named.class !== 'done') return named
  const wrong = shown.includes(subject.replaces ?? '') ? subject.replaces : undefined
  if (wrong !== undefined) return yield* corrected(order, wrong, named.value, shop)
  const parcels = assigned(order, named.value)
  if ('class' in parcels) return parcels
  return BY_PIECES.includes(order.recipient_address?.region_code)
    ? yield* byPieces(order, parcels, shop)
    : yield* byPackages(order, parcels, shop)
}

const no = (code: string, detail: string) => failure('rejected', false, detail, { code })

export const waybillsOf = (order: Order): readonly string[] => [
  ...new Set([order, ...order.line_items].flatMap(({ tracking_number }) => tracking_number ?? [])),
]

interface Parcel extends ShipPackage {
  readonly pieces: readonly PieceUnit[]
}

const assigned = (order: Order, packages: readonly ShipPackage[]): readonly Parcel[] | ReturnType<typeof no> => {
  const units = unitsOf(order)
  const parcels: Parcel[] = []
  for (const one of packages) {
    const found = piecesFor(units, one)
    if ('no' in found) return found.no
    parcels.push({ ...one, pieces: found.taken })
  }
  return parcels
}

const unitsOf = (order: Order): readonly PieceUnit[] =>
  grouped(piecesOf(order)).flatMap(({ lineId, pieces }) =>
    pieces
      .filter((piece) => !piece.gone && !piece.shipped)
      .map(({ id, item }) => ({ id, lineId, remaining: 1, parcel: item.package_id })),
  )

const Providers = z.object({ shipping_providers: z.array(z.object({ id: Id, name: z.string() })) })

/** Providers have other ids in each market; a carrier that is no id is looked up by its name in this order's own list. */
function* providers(packages: readonly ShipPackage[], order: Order, shop: Connection): Conversation<ShipPackage[]> {
  if (packages.every(({ carrier }) => /^\d+$/.test(carrier))) return done([...packages])
  const option = order.delivery_option_id
  if (!option) return no('carrier_unmapped', 'the order names no delivery option whose carriers could be looked up')
  const path = `/logistics/202309/delivery_options/${encodeURIComponent(option)}/shipping_providers`
  const read = yield* ask(shop, { path, data: Providers, safe: true })
  if (read.class !== 'done') return read
  const folded = (name: string) => name.toLowerCase().replace(/[\s_-]/g, '')
  const ids = new Map(read.value.shipping_providers.map(({ id, name }) => [folded(name), id]))
  const named: ShipPackage[] = []
  for (const one of packages) {
    const carrier = /^\d+$/.test(one.carrier) ? one.carrier : ids.get(folded(one.carrier))
    if (!carrier) return no('carrier_unmapped', `${one.carrier}: not among ${[...ids.keys()].join(', ')}`)
    named.push({ ...one, carrier })
  }
  return done(named)
}

const waybillOf = ({ waybill, carrier }: ShipPackage) => ({ tracking_number: waybill, shipping_provider_id: carrier })

function* corrected(order: Order, wrong: string, packages: ShipPackage[], shop: Connection): Conversation {
  const [one, another] = packages
  if (!one || another) return no('waybill_change', 'one waybill replaces one other')
  const parcel = order.line_items.find(({ tracking_number }) => tracking_number === wrong)?.package_id
  const of = parcel ? `packages/${encodeURIComponent(parcel)}` : `orders/${order.id}`
  return yield* told(shop, `/fulfillment/202309/${of}/shipping_info/update`, waybillOf(one))
}

function* byPieces(order: Order, parcels: readonly Parcel[], shop: Connection): Conversation {
  const path = `/fulfillment/202309/orders/${order.id}/packages`
  for (const parcel of parcels) {
    const order_line_item_ids = parcel.pieces.map(({ id }) => id)
    const said = yield* told(shop, path, { order_line_item_ids, ...waybillOf(parcel) })
    if (said.class !== 'done') return said
  }
  return done(undefined)
}

const Split = z.object({ packages: z.array(z.object({ splittable_group_id: Id, id: Id })) })

/** Our parcels must be TikTok's packages: where they are not, the order is split first. A repeat then finds them so. */
function* byPackages(order: Order, parcels: readonly Parcel[], shop: Connection): Conversation {
  if (order.split_or_combine_tag === 'COMBINED')
    return no('combined', 'the package holds other orders too: uncombine them in Seller Center')
  const units = unitsOf(order)
  const aligned = parcels.every(({ pieces }) => wholePackages(units, pieces))
  const packages = aligned ? done(parcels.map(({ pieces }) => parcelsOf(pieces))) : yield* split(order, parcels, shop)
  if (packages.class !== 'done') return packages
  for (const [i, parcel] of parcels.entries())
    for (const id of packages.value[i] ?? []) {
      const path = `/fulfillment/202309/packages/${encodeURIComponent(id)}/ship`
      const said = yield* told(shop, path, { self_shipment: waybillOf(parcel) })
      if (said.class !== 'done') return said
    }
  return done(undefined)
}

const parcelsOf = (pieces: readonly PieceUnit[]): readonly string[] => [
  ...new Set(pieces.flatMap(({ parcel }) => parcel ?? [])),
]

/** Do these pieces fill the packages that they lie in? */
const wholePackages = (units: readonly PieceUnit[], pieces: readonly PieceUnit[]): boolean => {
  const parcels = parcelsOf(pieces)
  return (
    pieces.every(({ parcel }) => parcel !== undefined) &&
    units.every((unit) => !parcels.includes(unit.parcel ?? '') || pieces.some(({ id }) => id === unit.id))
  )
}

function* split(order: Order, parcels: readonly Parcel[], shop: Connection): Conversation<readonly string[][]> {
  const groups = parcels.map(({ pieces }, i) => ({ id: String(i + 1), pieces: pieces.map(({ id }) => id) }))
  const sent = new Set(groups.flatMap(({ pieces }) => pieces))
  const rest = unitsOf(order).flatMap(({ id }) => (sent.has(id) ? [] : [id]))
  const all = rest.length > 0 ? [...groups, { id: String(groups.length + 1), pieces: rest }] : groups
  const splittable_groups = all.map(({ id, pieces }) => ({ id, order_line_item_ids: pieces }))
  const path = `/fulfillment/202309/orders/${order.id}/split`
  const read = yield* ask(shop, { path, body: { splittable_groups }, data: Split })
  if (read.class !== 'done') return read
  const ids = new Map(read.value.packages.map((one) => [one.splittable_group_id, one.id]))
  const made = groups.map(({ id }) => ids.get(id))
  if (made.includes(undefined)) return failure('unknown', false, 'the split names no package for one of our parcels')
  return done(made.map((id) => (id === undefined ? [] : [id])))
}

function* told(shop: Connection, path: string, body: unknown): Conversation {
  const read = yield* ask(shop, { path, body, data: Nothing })
  return read.class === 'done' ? done(undefined) : read
}
