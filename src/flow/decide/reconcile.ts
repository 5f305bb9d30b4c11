/**
 * What an order needs next, derived from its facts after every event: stops for goods nobody wants any more, a warehouse
 * for what has none, calls for what is ready. Doing it twice changes nothing, so no step can be forgotten.
 */
import { isLive, live, stateOf, unmet, wantedLines, type Fulfillment, type OrderState } from '../../domain/order-state.ts'
import type { JobDraft, PlaceFacts } from '../../lane/event.ts'
import type { World } from '../world.ts'
import { TRIAL } from './platform.ts'
import { bySku, cancelJob, close, kill, note, open, placeJob, type Draft } from './draft.ts'
import { blocks, LATE_MARGIN, review, STANDING } from './review.ts'

export const reconcile = (draft: Draft, world: World): void => {
  standing(draft, world)
  for (const fulfillment of live(draft.order)) stopUnwanted(draft, fulfillment, world)
  draft.allocate = mayAllocate(draft.order, world) ? unmet(draft.order) : []
  if (draft.allocate.length === 0 && draft.order.waiting) stopWaiting(draft)
  sendReady(draft, world)
  draft.order.wakeAt = nextLook(draft.order, world)
}

const standing = (draft: Draft, world: World): void => {
  const found = review(draft.order, world)
  close(draft, world, (problem) => STANDING.includes(problem.code) && !found.some((item) => item.code === problem.code && item.at === problem.at))
  for (const problem of found) open(draft, world, problem)
}

/** A person's refusal to go on, money not there, a date not reached: reasons to wait that are no exception. */
const mayShip = (order: OrderState, world: World): boolean =>
  order.version > 0 && order.platformStatus === 'open' && order.shippable && !order.hold && !order.problems.some(blocks) && world.shop?.shop.mode !== 'observe' &&
  (order.payment === 'paid' || order.payment === 'cod') && (order.presale?.releaseAt ?? 0) <= world.now

const mayAllocate = (order: OrderState, world: World): boolean => {
  if (live(order).some((item) => item.stop && item.stop.status !== 'failed')) return false
  if (mayShip(order, world)) return true
  const early = order.payment === 'unpaid' && world.shop?.reserveOn === 'placed'
  const trial = order.hold?.why === TRIAL && order.payment !== 'unpaid' && order.payment !== 'deposit'
  return (early || trial) && order.version > 0 && order.platformStatus === 'open' && !order.problems.some(blocks) && world.shop?.shop.mode !== 'observe'
}

const stopWaiting = (draft: Draft): void => {
  draft.order.waiting = false
  draft.touched = true
  const skus = new Set(draft.order.lines.flatMap((line) => line.parts.map((part) => part.sku)))
  for (const sku of skus) draft.ops.push({ kind: 'forget', id: `${draft.order.id}:${sku}:forget:${draft.order.updatedAt}`, sku, warehouseId: '', orderId: draft.order.id })
}

const stopUnwanted = (draft: Draft, fulfillment: Fulfillment, world: World): void => {
  if (fulfillment.status === 'shipped' || fulfillment.packages.length > 0) return
  if (!fulfillment.stop) {
    const why = unwanted(draft.order, fulfillment)
    if (!why) return
    fulfillment.stop = { why, status: 'wanted' }
    note(draft, world, 'stop_asked', { document: fulfillment.document, why })
  }
  if (fulfillment.stop.status === 'wanted') stop(draft, fulfillment, world)
}

/** Why this fulfillment must not go: some piece of it nobody wants, or the order's money is gone. */
const unwanted = (order: OrderState, fulfillment: Fulfillment): string | undefined => {
  if (order.platformStatus === 'cancelled') return 'cancelled'
  if (order.platformStatus === 'finished') return live(order).some((item) => item.packages.some((part) => part.written)) ? undefined : 'finished at the platform'
  const wanted = new Map(wantedLines(order).flatMap((line) => line.parts.map((part) => [`${line.lineId}\n${part.sku}`, part.quantity * line.quantity] as const)))
  const extra = fulfillment.lines.find((line) => line.quantity > (wanted.get(`${line.lineId}\n${line.sku}`) ?? 0))
  return extra && `line ${extra.lineId} is no longer to be shipped`
}

/**
 * Nothing sent: free at once. A call under way: its result comes first. Else the warehouse is asked, and the stock stays
 * taken until it proves that it will not ship.
 */
const stop = (draft: Draft, fulfillment: Fulfillment, world: World): void => {
  const { document } = fulfillment
  const job = dropped(draft, placeJob(document)) ? undefined : world.job(placeJob(document))
  if (fulfillment.status === 'reserved' && (job === undefined || job.attempts === 0)) {
    if (job) draft.changes.push({ id: placeJob(document), drop: true })
    kill(draft, fulfillment, 'stopped before it was sent')
    return note(draft, world, 'stopped', { document })
  }
  if (job?.leased) return
  if (job) draft.changes.push({ id: placeJob(document), drop: true })
  if (world.job(cancelJob(document)) || draft.jobs.some((item) => item.id === cancelJob(document))) return
  close(draft, world, (problem) => problem.code === 'warehouse_silent' && problem.at === document)
  fulfillment.stop = { why: fulfillment.stop?.why ?? '', status: 'asked' }
  draft.jobs.push({
    ...jobOf(draft.order, fulfillment, cancelJob(document), world), kind: 'cancel',
    body: { kind: 'cancel', document, why: fulfillment.stop.why, ...(fulfillment.externalId !== undefined && { externalId: fulfillment.externalId }) },
  })
}

const dropped = (draft: Draft, id: string): boolean => draft.changes.some((change) => change.id === id && 'drop' in change)

const jobOf = (order: OrderState, fulfillment: Fulfillment, id: string, world: World): Omit<JobDraft, 'kind' | 'body'> => ({
  id, connection: fulfillment.warehouseId, subject: fulfillment.document, ref: `o:${order.id}`, shipBy: order.shipBy ?? Number.MAX_SAFE_INTEGER, at: world.now,
})

/** Calls for what is ready: place what is reserved, write back what has shipped. Also run once stock has been granted. */
export const sendReady = (draft: Draft, world: World): void => {
  const { order } = draft
  for (const fulfillment of order.fulfillments.filter(isLive)) {
    if (fulfillment.status === 'reserved' && !fulfillment.stop && mayShip(order, world)) place(draft, fulfillment, world)
    if (world.shop?.shop.features.tracking && world.shop.shop.mode === 'live') writeBack(draft, fulfillment, world)
  }
}

const stands = (draft: Draft, id: string, world: World): boolean => draft.jobs.some((job) => job.id === id) || (world.job(id) !== undefined && !dropped(draft, id))

const place = (draft: Draft, fulfillment: Fulfillment, world: World): void => {
  const id = placeJob(fulfillment.document)
  if (stands(draft, id, world)) return
  draft.touched = true
  draft.jobs.push({ ...jobOf(draft.order, fulfillment, id, world), kind: 'place', body: { kind: 'place', order: placeFacts(draft.order, fulfillment, world) } })
}

const placeFacts = (order: OrderState, fulfillment: Fulfillment, world: World): PlaceFacts => ({
  document: fulfillment.document, shopId: order.shopId, platform: world.shop?.shop.platform ?? '', platformOrderId: order.platformOrderId, placedAt: order.placedAt,
  ...(order.paidAt !== undefined && { paidAt: order.paidAt }), ...(order.shipBy !== undefined && { shipBy: order.shipBy }), ...(order.collectBy !== undefined && { collectBy: order.collectBy }),
  sealed: order.sealed, total: order.total, ...(order.payment === 'cod' && { cod: order.cod ?? order.total }),
  lines: fulfillment.lines.map(({ lineId, sku, quantity }) => {
    const line = order.lines.find((item) => item.lineId === lineId)
    return { lineId, sku, quantity, title: line?.title ?? sku, price: line?.price ?? { amount: 0, currency: order.total.currency } }
  }),
})

const writeBack = (draft: Draft, fulfillment: Fulfillment, world: World): void => {
  const unwritten = fulfillment.packages.filter((item) => !item.written)
  const standing = world.jobsOf(`o:${draft.order.id}`).some((id) => id.startsWith(`ship:${fulfillment.document}`) && !dropped(draft, id))
  const refused = draft.order.problems.some((problem) => (problem.code === 'writeback_refused' || problem.code === 'carrier_unmapped' || problem.code === 'platform_silent') && problem.at === fulfillment.document)
  if (unwritten.length === 0 || standing || refused || draft.jobs.some((job) => job.kind === 'ship' && job.subject === fulfillment.document)) return
  draft.touched = true
  const complete = unmet(draft.order).length === 0 && live(draft.order).every((item) => item.status === 'shipped')
  const id = `ship:${fulfillment.document}:${unwritten.map((item) => item.waybill).join(',')}`
  draft.jobs.push({
    ...jobOf(draft.order, fulfillment, id, world), connection: draft.order.shopId, kind: 'ship',
    body: { kind: 'ship', platformOrderId: draft.order.platformOrderId, document: fulfillment.document, warehouseId: fulfillment.warehouseId, complete, packages: unwritten.map((item) => ({ carrier: item.carrier, waybill: item.waybill, lines: linesOf(draft.order, fulfillment, item.items) })) },
  })
}

/** A package's pieces, given per SKU, spread over the order lines they came from. */
const linesOf = (order: OrderState, fulfillment: Fulfillment, items: readonly { sku: string; quantity: number }[]): { lineId: string; quantity: number }[] => {
  const left = bySku(items.map((item) => ({ ...item, lineId: '' })))
  const units = new Map<string, number>()
  for (const line of fulfillment.lines) {
    const pieces = Math.min(line.quantity, left.get(line.sku) ?? 0)
    left.set(line.sku, (left.get(line.sku) ?? 0) - pieces)
    // A bundle counts as shipped in whole units: as many as its most shipped part makes.
    const perUnit = order.lines.find((item) => item.lineId === line.lineId)?.parts.find((part) => part.sku === line.sku)?.quantity ?? 1
    if (pieces > 0) units.set(line.lineId, Math.max(units.get(line.lineId) ?? 0, Math.ceil(pieces / perUnit)))
  }
  return [...units].map(([lineId, quantity]) => ({ lineId, quantity }))
}

/** A cancel whose result is to come later is asked again after this. */
const CANCEL_PATIENCE = 1_800_000

/** When the clock alone changes something: a presale opens, the ship-by time comes near, a cancel stays unanswered. */
const nextLook = (order: OrderState, world: World): number | undefined => {
  if (['cancelled', 'closed', 'delivered'].includes(stateOf(order))) return undefined
  const open = live(order).some((item) => item.status !== 'shipped') || unmet(order).length > 0
  const unanswered = live(order).some((item) => item.stop?.status === 'asked')
  const times = [unanswered ? world.now + CANCEL_PATIENCE : undefined, order.presale?.releaseAt, open && order.shipBy !== undefined ? order.shipBy - LATE_MARGIN : undefined]
  const ahead = times.filter((time): time is number => time !== undefined && time > world.now)
  return ahead.length > 0 ? Math.min(...ahead) : undefined
}
