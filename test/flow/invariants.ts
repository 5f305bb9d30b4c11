/** What must be true after every turn, recomputed from what was said and what came of it. */
import { type Fulfillment, live, type OrderState, shippedOf, stateOf } from '../../src/domain/order-state.ts'
import { sentence } from '../../src/domain/problem.ts'
import { tell } from '../../src/domain/timeline.ts'
import type { EventBody } from '../../src/lane/event.ts'
import { MINUTE } from './facts.ts'
import { owner } from './owner.ts'
import type { Desk } from './support.ts'

export interface Moment {
  readonly desk: Desk
  readonly event: EventBody
  /** The order before the event, undefined if it was not there; jobs in the history before it. */
  readonly before: OrderState | undefined
  readonly jobsBefore: number
  /** Attempts of the job that the event is the outcome of, before it; undefined: it did not stand any more. */
  readonly attempts: number | undefined
  /** Documents of which a place call may have reached the warehouse. */
  readonly maybeSent: ReadonlySet<string>
  readonly writtenBack: ReadonlySet<string>
  /** Documents once proven dead: what a warehouse ships of them after all has no reservation any more. */
  readonly onceDead: ReadonlySet<string>
}

/** Every sentence that is not true. */
export const broken = (moment: Moment): string[] => {
  const { desk } = moment
  const [order] = desk.orders.values()
  if (!order) return []
  const at = desk.timers.get(order.id)
  return [
    ...(owner(order, desk) === undefined ? [`${stateOf(order)}: nobody moves it`] : []),
    ...(at !== undefined && at <= desk.now ? ['its timer lies in the past'] : []),
    ...placed(moment, order),
    ...killed(moment, order),
    ...stock(moment, order),
    ...parcels(moment, order),
    ...kept(moment, order),
    ...covered(moment, order),
    ...texts(desk, order),
  ]
}

const placed = ({ desk, jobsBefore }: Moment, order: OrderState): string[] => {
  const fresh = desk.jobs.history.slice(jobsBefore).filter((job) => job.kind === 'place')
  const dead = new Set(order.fulfillments.filter((item) => item.status === 'dead').map((item) => item.document))
  return [
    ...(fresh.length > 0 && order.payment !== 'paid' && order.payment !== 'cod'
      ? [`a place job although ${order.payment}`]
      : []),
    ...(fresh.length > 0 && (order.platformStatus !== 'open' || order.hold || !order.shippable)
      ? ['a place job although it must not go']
      : []),
    ...[...desk.jobs.all.values()]
      .filter((job) => job.draft.kind !== 'ship' && job.draft.kind !== 'ask' && dead.has(job.draft.subject))
      .map((job) => `${job.draft.id} stands for a dead fulfillment`),
  ]
}

/** The proofs that a fulfillment will not ship. */
const isProof = (
  { desk, event, before, maybeSent, attempts }: Moment,
  { document, warehouseId }: Fulfillment,
): boolean => {
  if (!maybeSent.has(document)) return true
  const known = before?.fulfillments.find((item) => item.document === document)
  if (known?.finalAt !== undefined && known.packages.length === 0 && desk.now >= known.finalAt + 10 * MINUTE)
    return true
  const isOpen = (code: string): boolean =>
    before?.problems.some((item) => item.code === code && item.at === document) ?? false
  if (event.kind === 'outcome' && event.subject === document) {
    const { outcome } = event
    if (event.jobKind === 'place' && event.attempt !== attempts) return false
    if (event.jobKind === 'place')
      return outcome.class === 'rejected' || (outcome.class === 'done' && outcome.value.stop !== undefined)
    if (event.jobKind === 'ask')
      return outcome.class === 'done' && ['rejected', 'cancelled'].includes(outcome.value.found ?? '')
    return event.jobKind === 'cancel' && outcome.class === 'done' && outcome.value.later !== true
  }
  if (event.kind === 'warehouse' && event.event.type === 'progress')
    return (
      event.warehouseId === warehouseId &&
      event.event.ref.document === document &&
      ['rejected', 'cancelled'].includes(event.event.status)
    )
  return (
    event.kind === 'command' &&
    event.command.action === 'reroute' &&
    (known?.stop?.status === 'failed' || isOpen('warehouse_silent') || isOpen('duplicate_differs'))
  )
}

const killed = (moment: Moment, order: OrderState): string[] =>
  order.fulfillments
    .filter(
      (item) =>
        item.status === 'dead' &&
        moment.before?.fulfillments.some((known) => known.document === item.document && known.status !== 'dead'),
    )
    .filter((item) => !isProof(moment, item))
    .map((item) => `${item.document} is dead without a proof (${item.said})`)

/** Open reservations are what live fulfillments still promise, no more and no less. */
const stock = ({ desk, onceDead }: Moment, order: OrderState): string[] =>
  [...desk.ledger.reservations].flatMap(([name, { sku, open, quantity }]) => {
    const item = order.fulfillments.find((one) => name.startsWith(`${one.document}:`))
    const closed = !item || onceDead.has(item.document) || item.status === 'dead' || item.status === 'shipped'
    const expected = closed ? 0 : Math.max(0, quantity - shippedOf(item, sku))
    return open === expected ? [] : [`${name} holds ${open}, not ${expected} (${item?.status})`]
  })

const parcels = ({ desk, writtenBack, jobsBefore }: Moment, order: OrderState): string[] => {
  const booked = new Map<string, number>()
  for (const op of desk.ledger.seen)
    if (op.kind === 'commit' || op.kind === 'shipUnreserved') booked.set(op.id, (booked.get(op.id) ?? 0) + 1)
  const packages = order.fulfillments.flatMap((item) => item.packages.map((one) => ({ document: item.document, one })))
  const wanted = new Set(
    packages.flatMap(({ document, one }) => one.items.map(({ sku }) => `${document}:${sku}:commit:${one.packageId}`)),
  )
  const standing = [...desk.jobs.all.values()].flatMap(({ draft: { body } }) =>
    body.kind === 'ship' ? body.packages.map((item) => `${body.document} ${item.waybill}`) : [],
  )
  const fresh = desk.jobs.history
    .slice(jobsBefore)
    .flatMap(({ body }) =>
      body.kind === 'ship' ? body.packages.map((item) => `${body.document} ${item.waybill}`) : [],
    )
  return [
    ...[...wanted].filter((id) => booked.get(id) !== 1).map((id) => `${id} is booked ${booked.get(id) ?? 0} times`),
    ...[...booked.keys()].filter((id) => !wanted.has(id)).map((id) => `${id} is booked for no package`),
    ...standing.filter((key, i) => standing.indexOf(key) !== i).map((key) => `${key} is to be written back twice`),
    ...fresh.filter((key) => writtenBack.has(key)).map((key) => `${key} is to be written back again`),
  ]
}

/** What has shipped stays shipped; an older message changes nothing but the timeline. */
const kept = ({ event, before }: Moment, order: OrderState): string[] => {
  if (!before) return []
  const lost = before.fulfillments.filter((known) => {
    const item = order.fulfillments.find((one) => one.document === known.document)
    return (
      !item ||
      item.packages.length < known.packages.length ||
      (known.status === 'shipped' && known.packages.length > 0 && item.status !== 'shipped') ||
      (known.status === 'dead' && item.status !== 'dead' && item.packages.length === 0)
    )
  })
  const older = event.kind === 'platform' && event.event.type === 'order' && event.event.order.version < before.version
  const said = ({ version, sealed, lines, payment, platformStatus, shippable, shipBy, presale }: OrderState): string =>
    JSON.stringify([version, sealed, lines, payment, platformStatus, shippable, shipBy, presale])
  return [
    ...lost.map((item) => `${item.document} fell back from ${item.status}`),
    ...(older && said(before) !== said(order) ? ['an older message changed it'] : []),
  ]
}

/** No piece is promised twice: checked whenever something new is promised. */
const covered = ({ before }: Moment, order: OrderState): string[] => {
  const fresh = order.fulfillments.slice(before?.fulfillments.length ?? 0).flatMap((item) => item.lines)
  return fresh.flatMap(({ lineId, sku }) => {
    const line = order.lines.find((item) => item.lineId === lineId)
    const need = (line?.quantity ?? 0) * (line?.parts.find((part) => part.sku === sku)?.quantity ?? 0)
    const sum = live(order).reduce((all, item) => all + coveredBy(item, lineId, sku), 0)
    return sum > need ? [`line ${lineId}: ${sum} of ${sku} promised for ${need}`] : []
  })
}

/** Pieces of a line in a fulfillment: all that it promises, or, once it is closed, its share of what was shipped. */
const coveredBy = (item: Fulfillment, lineId: string, sku: string): number => {
  let left = item.status === 'shipped' ? shippedOf(item, sku) : Number.POSITIVE_INFINITY
  let mine = 0
  for (const one of item.lines.filter((line) => line.sku === sku)) {
    if (one.lineId === lineId) mine += Math.min(one.quantity, left)
    left = Math.max(0, left - one.quantity)
  }
  return mine
}

const texts = (desk: Desk, order: OrderState): string[] => {
  const said = [
    ...order.problems.flatMap((problem) => [sentence(problem, 'zh'), sentence(problem, 'en')]),
    ...desk.drafts.flatMap((draft) => draft.entries.flatMap((entry) => [tell(entry, 'zh'), tell(entry, 'en')])),
  ]
  return said.filter((text) => /[?{}]|undefined/.test(text)).map((text) => `says "${text}"`)
}
