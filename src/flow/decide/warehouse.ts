/** What a warehouse says of a document, folded into its order. Physical truth is recorded; what does not fit is an exception. */
import type { WarehouseEvent } from '../../domain/fulfillment.ts'
import { type Fulfillment, type FulfillmentLine, shippedOf } from '../../domain/order-state.ts'
import type { Entry } from '../../domain/timeline.ts'
import type { World } from '../world.ts'
import { askAbout } from './ask.ts'
import { bySku, cancelJob, close, type Draft, kill, note, open, placeJob, reservation, warehouseName } from './draft.ts'
import { shippedFacts, takePackage } from './packages.ts'

type Shipped = Extract<WarehouseEvent, { type: 'shipped' }>
type Progress = Extract<WarehouseEvent, { type: 'progress' }>
type From = Partial<Entry>

export const onWarehouse = (
  draft: Draft,
  warehouseId: string,
  event: WarehouseEvent,
  world: World,
  from: From,
): void => {
  if (event.type !== 'shipped' && event.type !== 'progress' && event.type !== 'changed') return
  const fulfillment = draft.order.fulfillments.find(
    (item) =>
      item.document === event.ref.document ||
      (event.ref.externalId !== undefined && item.externalId === event.ref.externalId),
  )
  const document = event.ref.document ?? event.ref.externalId ?? '?'
  // Whoever sent it could not prove it: it may start a question to the document's own warehouse and nothing else.
  if (event.type === 'changed') {
    if (fulfillment?.warehouseId === warehouseId) askAbout(draft, fulfillment, world, from)
    return
  }
  if (!fulfillment) return open(draft, world, { code: 'document_unknown', at: document, facts: { document } })
  if (fulfillment.warehouseId !== warehouseId)
    return open(draft, world, { code: 'confirm_foreign', at: document, facts: { document } })
  if (event.ref.externalId !== undefined && fulfillment.externalId === undefined)
    nameExternal(draft, fulfillment, event.ref.externalId)
  if (event.type === 'shipped') onShipped(draft, fulfillment, event, world, from)
  else onProgress(draft, fulfillment, event, world, from)
}

/** Their number of the document, so that a callback that knows only theirs finds the order. */
export const nameExternal = (draft: Draft, fulfillment: Fulfillment, externalId: string): void => {
  fulfillment.externalId = externalId
  draft.terms.push(`x:${fulfillment.warehouseId}:${externalId}`)
  draft.touched = true
}

const onShipped = (draft: Draft, fulfillment: Fulfillment, event: Shipped, world: World, from: From): void => {
  const fresh = event.packages.filter(
    (item) =>
      !fulfillment.packages.some((known) => known.packageId === item.packageId && known.waybill === item.waybill),
  )
  const wasDead = fulfillment.status === 'dead'
  const closes = event.final && !wasDead && fulfillment.status !== 'shipped' && fulfillment.finalAt === undefined
  if (fulfillment.booked.includes(event.bizId) || (fresh.length === 0 && !closes)) return
  draft.touched = true
  fulfillment.booked.push(event.bizId)
  for (const item of fresh) {
    const who = { ...from, who: fulfillment.warehouseId }
    const same = takePackage(fulfillment, item, event.at)
    draft.terms.push(`w:${item.waybill}`)
    note(draft, world, 'shipped', shippedFacts(fulfillment, item), who)
    if (same) continue
    for (const [sku, quantity] of bySku(
      item.items.filter((part) => part.quantity > 0).map((part) => ({ ...part, lineId: '' })),
    ))
      commit(draft, fulfillment, world, event, item.packageId, sku, quantity)
  }
  if (wasDead)
    open(draft, world, {
      code: 'confirm_mismatch',
      at: fulfillment.document,
      facts: { what: 'shipped after it was proven stopped' },
    })
  if (event.final) fulfillment.finalAt ??= world.now
  fulfillment.status =
    missing(fulfillment).length === 0 ? 'shipped' : fulfillment.status === 'shipped' ? 'shipped' : 'accepted'
  settleJobs(draft, fulfillment, world)
}

/** Nothing about the document need be asked of the warehouse any more. */
export const dropCalls = (draft: Draft, { document }: Fulfillment, world: World): void => {
  for (const id of [placeJob(document), cancelJob(document)]) if (world.job(id)) draft.changes.push({ id, drop: true })
}

/** Proof that the place call arrived: it need not be asked again, and a stop has come too late. */
const settleJobs = (draft: Draft, fulfillment: Fulfillment, world: World): void => {
  dropCalls(draft, fulfillment, world)
  close(
    draft,
    world,
    (problem) =>
      (problem.code === 'warehouse_silent' || problem.code === 'cancel_failed') && problem.at === fulfillment.document,
  )
  if (!fulfillment.stop) return
  fulfillment.stop = { ...fulfillment.stop, status: 'failed' }
  open(draft, world, { code: 'refund_requested', at: fulfillment.document })
}

const commit = (
  draft: Draft,
  fulfillment: Fulfillment,
  world: World,
  event: Shipped,
  packageId: string,
  sku: string,
  quantity: number,
): void => {
  const promised = fulfillment.lines.some((line) => line.sku === sku)
  const id = `${fulfillment.document}:${sku}:commit:${packageId}`
  const { warehouseId } = fulfillment
  draft.ops.push(
    promised
      ? {
          kind: 'commit',
          id,
          sku,
          warehouseId,
          reservation: reservation(fulfillment.document, sku),
          quantity,
          at: event.at,
        }
      : { kind: 'shipUnreserved', id, sku, warehouseId, quantity, at: event.at },
  )
  const ordered = bySku(fulfillment.lines).get(sku) ?? 0
  if (shippedOf(fulfillment, sku) > ordered) {
    open(draft, world, {
      code: 'confirm_mismatch',
      at: fulfillment.document,
      facts: { what: `${sku}: ${shippedOf(fulfillment, sku)} > ${ordered}` },
    })
  }
}

/** Confirmations come in any order: what a final one leaves open may be in an earlier one that is still on its way. */
export const FINAL_GRACE = 600_000

const missing = (fulfillment: Fulfillment): [sku: string, quantity: number][] =>
  [...bySku(fulfillment.lines)].filter(([sku, quantity]) => shippedOf(fulfillment, sku) < quantity)

/** No more packages will come: what did not ship is free again and a person decides about it. */
export const finish = (draft: Draft, fulfillment: Fulfillment, world: World): void => {
  if (
    fulfillment.finalAt === undefined ||
    fulfillment.status !== 'accepted' ||
    world.now < fulfillment.finalAt + FINAL_GRACE
  )
    return
  dropCalls(draft, fulfillment, world)
  kill(draft, fulfillment, 'closed by the warehouse')
  if (fulfillment.packages.length > 0) fulfillment.status = 'shipped'
  const what = missing(fulfillment)
    .map(([sku, quantity]) => `${sku} ${shippedOf(fulfillment, sku)}/${quantity}`)
    .join(', ')
  open(draft, world, { code: 'short_shipped', at: fulfillment.document, facts: { what } })
}

const onProgress = (draft: Draft, fulfillment: Fulfillment, event: Progress, world: World, from: From): void => {
  note(
    draft,
    world,
    'progress',
    { warehouse: warehouseName(world, fulfillment.warehouseId), status: event.status, message: event.message ?? '' },
    { ...from, who: fulfillment.warehouseId },
  )
  if (event.status === 'delivered') return onDelivered(draft, fulfillment, world)
  if (event.status === 'rejected' || event.status === 'cancelled') return onStopped(draft, fulfillment, world, event)
  if (event.status === 'exception' && fulfillment.stop?.status === 'asked')
    return onCancelRefused(draft, fulfillment, world, event.message ?? '')
  if (event.status === 'exception')
    return open(draft, world, {
      code: 'warehouse_rejected',
      at: fulfillment.document,
      facts: { message: event.message ?? event.status },
    })
  if (fulfillment.status === 'reserved' || fulfillment.status === 'sent') accept(draft, fulfillment, world)
}

/** The answer to a cancel that was to come later: it ships after all. */
const onCancelRefused = (draft: Draft, fulfillment: Fulfillment, world: World, message: string): void => {
  fulfillment.stop = { why: fulfillment.stop?.why ?? '', status: 'failed' }
  note(draft, world, 'stop_failed', { document: fulfillment.document, message })
  open(draft, world, {
    code: 'cancel_failed',
    at: fulfillment.document,
    facts: { document: fulfillment.document, message },
  })
}

export const onDelivered = (draft: Draft, fulfillment: Fulfillment, world: World): void => {
  if (fulfillment.delivered) return
  fulfillment.delivered = true
  note(draft, world, 'delivered', { document: fulfillment.document })
}

export const onStopped = (
  draft: Draft,
  fulfillment: Fulfillment,
  world: World,
  event: Pick<Progress, 'status' | 'message' | 'at'>,
): void => {
  if (fulfillment.status === 'dead' || fulfillment.packages.length > 0) return
  dropCalls(draft, fulfillment, world)
  const asked = fulfillment.stop !== undefined
  kill(draft, fulfillment, event.message ?? event.status, event.at)
  close(draft, world, (problem) => problem.at === fulfillment.document)
  if (asked) return note(draft, world, 'stopped', { document: fulfillment.document })
  exclude(draft, fulfillment.warehouseId)
  const facts = {
    warehouse: warehouseName(world, fulfillment.warehouseId),
    document: fulfillment.document,
    why: event.message ?? event.status,
  }
  note(draft, world, 'rejected', facts, { who: fulfillment.warehouseId })
}

/** Proven unable: it is not asked for this order again unless a person says so. */
export const exclude = (draft: Draft, warehouseId: string): void => {
  if (!draft.order.excluded.includes(warehouseId)) draft.order.excluded.push(warehouseId)
}

export const accept = (draft: Draft, fulfillment: Fulfillment, world: World): void => {
  if (fulfillment.status === 'shipped' || fulfillment.status === 'dead') return
  fulfillment.status = 'accepted'
  draft.touched = true
  close(draft, world, (problem) => problem.code === 'warehouse_silent' && problem.at === fulfillment.document)
  if (world.job(placeJob(fulfillment.document))) draft.changes.push({ id: placeJob(fulfillment.document), drop: true })
  if (!world.warehouses.find((item) => item.id === fulfillment.warehouseId)?.net) return
  for (const sku of bySku(fulfillment.lines).keys()) placed(draft, fulfillment, sku, world.now)
}

const placed = (
  draft: Draft,
  { document, warehouseId }: Fulfillment,
  sku: FulfillmentLine['sku'],
  at: number,
): void => {
  draft.ops.push({
    kind: 'placed',
    id: `${document}:${sku}:placed`,
    sku,
    warehouseId,
    reservation: reservation(document, sku),
    at,
  })
}
