/** The calls an order is ready for, as jobs: place what is reserved, write back what has shipped. Doing it twice adds nothing. */
import {
  type Fulfillment,
  isLive,
  live,
  type OrderState,
  type ShippedPackage,
  unmet,
} from '../../domain/order-state.ts'
import type { JobDraft, PlaceFacts } from '../../lane/event.ts'
import type { World } from '../world.ts'
import { bySku, type Draft, placeJob } from './draft.ts'
import { blocks } from './review.ts'

/** A person's refusal to go on, money not there, a date not reached: reasons to wait that are no exception. */
export const mayShip = (order: OrderState, world: World): boolean =>
  order.version > 0 &&
  order.platformStatus === 'open' &&
  order.shippable &&
  !order.hold &&
  !order.problems.some(blocks) &&
  world.shop?.shop.mode !== 'observe' &&
  (order.payment === 'paid' || order.payment === 'cod') &&
  (order.presale?.releaseAt ?? 0) <= world.now

export const dropped = (draft: Draft, id: string): boolean =>
  draft.changes.some((change) => change.id === id && 'drop' in change)

export const jobOf = (
  order: OrderState,
  fulfillment: Fulfillment,
  id: string,
  world: World,
): Omit<JobDraft, 'kind' | 'body'> => ({
  id,
  connection: fulfillment.warehouseId,
  subject: fulfillment.document,
  ref: `o:${order.id}`,
  shipBy: order.shipBy ?? Number.MAX_SAFE_INTEGER,
  at: world.now,
})

/** Calls for what is ready: place what is reserved, write back what has shipped. Also run once stock has been granted. */
export const sendReady = (draft: Draft, world: World): void => {
  const { order } = draft
  for (const fulfillment of order.fulfillments.filter(isLive)) {
    const unplaced = fulfillment.status === 'reserved' || fulfillment.status === 'sent'
    if (unplaced && !fulfillment.stop && mayShip(order, world)) place(draft, fulfillment, world)
    if (world.shop?.shop.features.tracking && world.shop.shop.mode === 'live') writeBack(draft, fulfillment, world)
  }
}

const stands = (draft: Draft, id: string, world: World): boolean =>
  draft.jobs.some((job) => job.id === id) || (world.job(id) !== undefined && !dropped(draft, id))

const place = (draft: Draft, fulfillment: Fulfillment, world: World): void => {
  const id = placeJob(fulfillment.document)
  if (stands(draft, id, world)) return
  draft.touched = true
  draft.jobs.push({
    ...jobOf(draft.order, fulfillment, id, world),
    kind: 'place',
    body: { kind: 'place', order: placeFacts(draft.order, fulfillment, world) },
  })
}

const placeFacts = (order: OrderState, fulfillment: Fulfillment, world: World): PlaceFacts => ({
  document: fulfillment.document,
  shopId: order.shopId,
  platform: world.shop?.shop.platform ?? '',
  platformOrderId: order.platformOrderId,
  placedAt: order.placedAt,
  ...(order.paidAt !== undefined && { paidAt: order.paidAt }),
  ...(order.shipBy !== undefined && { shipBy: order.shipBy }),
  ...(order.collectBy !== undefined && { collectBy: order.collectBy }),
  sealed: order.sealed,
  total: order.total,
  ...(order.payment === 'cod' && { cod: order.cod ?? order.total }),
  lines: fulfillment.lines.map(({ lineId, sku, quantity }) => {
    const line = order.lines.find((item) => item.lineId === lineId)
    return {
      lineId,
      sku,
      quantity,
      title: line?.title ?? sku,
      price: line?.price ?? { amount: 0, currency: order.total.currency },
    }
  }),
})

const writeBack = (draft: Draft, fulfillment: Fulfillment, world: World): void => {
  const unwritten = fulfillment.packages.filter((item) => !item.written)
  const standing = world
    .jobsOf(`o:${draft.order.id}`)
    .some((id) => id.startsWith(`ship:${fulfillment.document}`) && !dropped(draft, id))
  const refused = draft.order.problems.some(
    (problem) =>
      (problem.code === 'writeback_refused' ||
        problem.code === 'carrier_unmapped' ||
        problem.code === 'platform_silent') &&
      problem.at === fulfillment.document,
  )
  if (
    unwritten.length === 0 ||
    standing ||
    refused ||
    draft.jobs.some((job) => job.kind === 'ship' && job.subject === fulfillment.document)
  )
    return
  draft.touched = true
  const complete = unmet(draft.order).length === 0 && live(draft.order).every((item) => item.status === 'shipped')
  // Two packages under one waybill are one to the platform.
  const { replaces, packages } = nextToTell(unwritten)
  const parcels = Map.groupBy(packages, (item) => item.waybill)
  const id = `ship:${fulfillment.document}:${[...parcels.keys()].join(',')}`
  draft.jobs.push({
    ...jobOf(draft.order, fulfillment, id, world),
    connection: draft.order.shopId,
    kind: 'ship',
    body: {
      kind: 'ship',
      platformOrderId: draft.order.platformOrderId,
      document: fulfillment.document,
      warehouseId: fulfillment.warehouseId,
      complete,
      ...(replaces !== undefined && { replaces }),
      ...toldBefore(draft.order),
      packages: [...parcels].map(([waybill, parcel]) => ({
        carrier: parcel[0]?.carrier ?? '',
        waybill,
        lines: linesOf(draft.order, fulfillment, parcel),
      })),
    },
  })
}

const toldBefore = (order: OrderState): { before?: { lineId: string; quantity: number }[] } => {
  const units = order.fulfillments.flatMap((one) => [
    ...unitsOf(
      order,
      one,
      one.packages.filter(({ written }) => written),
    ),
  ])
  const sums = Map.groupBy(units, ([lineId]) => lineId)
  const before = [...sums].map(([lineId, all]) => ({ lineId, quantity: all.reduce((sum, [, n]) => sum + n, 0) }))
  return before.length > 0 ? { before } : {}
}

/** A corrected waybill goes out alone: platforms have a call of its own for it. The others follow. */
const nextToTell = (
  unwritten: readonly ShippedPackage[],
): { readonly packages: readonly ShippedPackage[]; readonly replaces?: string } => {
  const corrected = unwritten.find((item) => item.replaces !== undefined)
  return corrected?.replaces === undefined
    ? { packages: unwritten }
    : { packages: [corrected], replaces: corrected.replaces }
}

/**
 * The units of each order line that a parcel brings beyond those before it. One that completes no further unit of a
 * bundle names the units its pieces are of.
 */
const linesOf = (
  order: OrderState,
  fulfillment: Fulfillment,
  parcel: readonly ShippedPackage[],
): { lineId: string; quantity: number }[] => {
  const last = Math.max(...parcel.map((one) => fulfillment.packages.indexOf(one)))
  const before = fulfillment.packages.slice(0, last).filter((one) => !parcel.includes(one))
  const known = unitsOf(order, fulfillment, before)
  const now = unitsOf(order, fulfillment, [...before, ...parcel])
  const fresh = [...now].map(([lineId, units]) => ({ lineId, quantity: units - (known.get(lineId) ?? 0) }))
  const brings = fresh.filter((line) => line.quantity > 0)
  return brings.length > 0
    ? brings
    : [...unitsOf(order, fulfillment, parcel)].map(([lineId, quantity]) => ({ lineId, quantity }))
}

/** Pieces, given per SKU, spread over the order lines they came from. */
const unitsOf = (
  order: OrderState,
  fulfillment: Fulfillment,
  packages: readonly ShippedPackage[],
): Map<string, number> => {
  const left = bySku(packages.flatMap((item) => item.items.map((part) => ({ ...part, lineId: '' }))))
  const units = new Map<string, number>()
  for (const line of fulfillment.lines) {
    const pieces = Math.min(line.quantity, left.get(line.sku) ?? 0)
    left.set(line.sku, (left.get(line.sku) ?? 0) - pieces)
    // A bundle counts as shipped in whole units: as many as its most shipped part makes.
    const perUnit =
      order.lines.find((item) => item.lineId === line.lineId)?.parts.find((part) => part.sku === line.sku)?.quantity ??
      1
    if (pieces > 0) units.set(line.lineId, Math.max(units.get(line.lineId) ?? 0, Math.ceil(pieces / perUnit)))
  }
  return units
}
