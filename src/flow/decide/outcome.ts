/** What a call came to, folded into the order: success moves it on, proof lets it move elsewhere, silence waits and then asks a person. */
import type { Fulfillment } from '../../domain/order-state.ts'
import type { Problem } from '../../domain/problem.ts'
import type { EventBody, JobOutcome } from '../../lane/event.ts'
import { never } from '../../lib/assert.ts'
import { PULLED } from '../../warehouses/warehouse.ts'
import { CANCEL_PATIENCE, nextTry } from '../backoff.ts'
import type { World } from '../world.ts'
import { askAgain, onAsked } from './asked.ts'
import { close, type Draft, kill, note, open, warehouseName } from './draft.ts'
import { parkCredential } from './park.ts'
import { onPlatform } from './platform.ts'
import { onTrackOutcome } from './tracking.ts'
import { accept, dropCalls, exclude, nameExternal } from './warehouse.ts'

export type OutcomeBody = Extract<EventBody, { kind: 'outcome' }>

export const onOutcome = (draft: Draft, body: OutcomeBody, world: World): void => {
  const { outcome } = body
  if (body.jobKind === 'stock') return
  if (outcome.class === 'auth' || outcome.class === 'quota') return parkCredential(draft, body, outcome, world)
  if (body.jobKind === 'track') return onTrackOutcome(draft, body, world)
  const job = world.job(body.job)
  if (outcome.class === 'retry' || outcome.class === 'unknown') {
    if (job === undefined || body.attempt < job.attempts) return
    return again(draft, body, outcome, world)
  }
  if (!proves(body) && body.attempt !== job?.attempts) return
  if (job !== undefined) draft.changes.push({ id: body.job, drop: true })
  if (body.jobKind === 'place') return onPlaced(draft, body, outcome, world)
  if (body.jobKind === 'cancel') return onCancelled(draft, body, outcome, world)
  if (body.jobKind === 'ship') return onWrittenBack(draft, body, outcome, world)
  if (body.jobKind === 'fetch') return onFetched(draft, body, outcome, world)
  if (body.jobKind === 'ask') return onAsked(draft, body, outcome, world)
  never(body.jobKind)
}

/** What an older attempt came to counts only where it settles the matter: a newer one may be under way, or have been told of. */
const proves = ({ jobKind, outcome }: OutcomeBody): boolean =>
  outcome.class === 'done'
    ? !outcome.value.stop && !outcome.value.later && jobKind !== 'ask'
    : outcome.class === 'exists' && jobKind === 'ship'

const fulfillmentOf = (draft: Draft, document: string): Fulfillment | undefined =>
  draft.order.fulfillments.find((item) => item.document === document)

export type Final = Exclude<JobOutcome, { class: 'retry' | 'unknown' | 'auth' | 'quota' }>

const onPlaced = (draft: Draft, body: OutcomeBody, outcome: Final, world: World): void => {
  const fulfillment = fulfillmentOf(draft, body.subject)
  if (!fulfillment) return
  const warehouse = warehouseName(world, fulfillment.warehouseId)
  if (outcome.class === 'done' && outcome.value.stop) return lastLook(draft, fulfillment, outcome.value.stop, world)
  if (outcome.class === 'done') {
    if (outcome.value.externalId !== undefined && fulfillment.externalId === undefined)
      nameExternal(draft, fulfillment, outcome.value.externalId)
    note(
      draft,
      world,
      'accepted',
      { warehouse, document: fulfillment.document },
      { who: fulfillment.warehouseId, ms: body.ms },
    )
    return accept(draft, fulfillment, world)
  }
  if (fulfillment.status !== 'reserved' && fulfillment.status !== 'sent') return
  if (outcome.class === 'exists') fulfillment.status = 'sent'
  if (outcome.class === 'exists')
    return open(draft, world, {
      code: 'duplicate_differs',
      at: fulfillment.document,
      facts: { document: fulfillment.document },
    })
  const asked = fulfillment.stop !== undefined
  dropCalls(draft, fulfillment, world)
  fulfillmentRejected(draft, fulfillment, outcome.detail, world, body.ms)
  if (asked) return
  // It is at the ERP already: wherever else it went, it would be shipped a second time.
  const pulled = outcome.class === 'rejected' && outcome.code === PULLED
  for (const id of pulled ? world.warehouses.map((one) => one.id) : [fulfillment.warehouseId]) exclude(draft, id)
}

/** The platform was read once more before placing: the order must not go. Nothing was sent, so the stock is free. */
const lastLook = (
  draft: Draft,
  fulfillment: Fulfillment,
  stop: 'cancelled' | 'refund' | 'unshippable',
  world: World,
): void => {
  kill(draft, fulfillment, `last look: ${stop}`)
  note(draft, world, 'stopped', { document: fulfillment.document })
  if (stop === 'cancelled')
    onPlatform(
      draft,
      { type: 'cancelled', platformOrderId: draft.order.platformOrderId, at: world.now, reason: 'last look' },
      world,
      {},
    )
  if (stop === 'unshippable') draft.order.shippable = false
  if (stop === 'refund')
    onPlatform(
      draft,
      {
        type: 'refund',
        platformOrderId: draft.order.platformOrderId,
        refundId: 'last-look',
        lineIds: [],
        status: 'requested',
        at: world.now,
      },
      world,
      {},
    )
}

const fulfillmentRejected = (draft: Draft, fulfillment: Fulfillment, why: string, world: World, ms: number): void => {
  kill(draft, fulfillment, why)
  close(draft, world, (problem) => problem.code === 'warehouse_silent' && problem.at === fulfillment.document)
  note(
    draft,
    world,
    'rejected',
    { warehouse: warehouseName(world, fulfillment.warehouseId), document: fulfillment.document, why },
    { who: fulfillment.warehouseId, ms },
  )
}

const onCancelled = (draft: Draft, body: OutcomeBody, outcome: Final, world: World): void => {
  const fulfillment = fulfillmentOf(draft, body.subject)
  if (!fulfillment || ['dead', 'shipped'].includes(fulfillment.status) || fulfillment.packages.length > 0) return
  if (outcome.class === 'done' && outcome.value.later) {
    draft.touched = true
    if (fulfillment.stop) fulfillment.stop = { ...fulfillment.stop, status: 'asked' }
    fulfillment.askAgainAt = world.now + CANCEL_PATIENCE
    return
  }
  if (outcome.class === 'done') {
    kill(draft, fulfillment, 'cancelled')
    return note(
      draft,
      world,
      'stopped',
      { document: fulfillment.document },
      { who: fulfillment.warehouseId, ms: body.ms },
    )
  }
  const message = outcome.class === 'rejected' ? outcome.detail : outcome.class
  if (fulfillment.stop) fulfillment.stop = { ...fulfillment.stop, status: 'failed' }
  note(
    draft,
    world,
    'stop_failed',
    { document: fulfillment.document, message },
    { who: fulfillment.warehouseId, ms: body.ms },
  )
  open(draft, world, {
    code: 'cancel_failed',
    at: fulfillment.document,
    facts: { document: fulfillment.document, message },
  })
}

const onWrittenBack = (draft: Draft, body: OutcomeBody, outcome: Final, world: World): void => {
  const fulfillment = fulfillmentOf(draft, body.subject)
  if (!fulfillment) return
  const waybills = body.job.slice(`ship:${fulfillment.document}:`.length).split(',')
  if (outcome.class === 'rejected') {
    const code: Problem['code'] = outcome.code === 'carrier_unmapped' ? 'carrier_unmapped' : 'writeback_refused'
    return open(draft, world, {
      code,
      at: fulfillment.document,
      facts: { message: outcome.detail, carrier: outcome.detail },
    })
  }
  for (const item of fulfillment.packages) {
    if (waybills.includes(item.waybill)) item.written = true
    // Told under the waybill that was corrected meanwhile.
    else if (item.formerly !== undefined && waybills.includes(item.formerly)) item.replaces = item.formerly
  }
  close(
    draft,
    world,
    (problem) =>
      (problem.code === 'writeback_refused' || problem.code === 'platform_silent') &&
      problem.at === fulfillment.document,
  )
  note(draft, world, 'written_back', { waybills: waybills.join(', ') }, { who: 'platform', ms: body.ms })
}

const onFetched = (draft: Draft, body: OutcomeBody, outcome: Final, world: World): void => {
  if (outcome.class !== 'done' || !outcome.value.order) {
    const what = outcome.class === 'rejected' ? outcome.detail : 'order detail'
    return open(draft, world, { code: 'platform_silent', at: 'detail', facts: { what } })
  }
  close(draft, world, (problem) => problem.code === 'platform_silent' && problem.at === 'detail')
  note(draft, world, 'fetch_done', undefined, { who: 'platform', ms: body.ms })
  onPlatform(draft, { type: 'order', order: outcome.value.order }, world, { who: 'platform' })
}

const again = (
  draft: Draft,
  body: OutcomeBody,
  outcome: Extract<JobOutcome, { class: 'retry' | 'unknown' }>,
  world: World,
): void => {
  const after = outcome.class === 'retry' ? outcome.after : undefined
  const next = nextTry(body.job, body.attempt, world.now, draft.order.shipBy, after)
  if (body.jobKind === 'ask') {
    draft.changes.push(askAgain(draft, body.job, next, world))
    return
  }
  draft.changes.push({ id: body.job, at: next, unsent: outcome.class === 'retry' })
  const fulfillment = fulfillmentOf(draft, body.subject)
  const facts = { document: body.subject, attempt: body.attempt, result: outcome.detail }
  if (body.jobKind === 'place' && fulfillment) {
    if (fulfillment.status === 'reserved') fulfillment.status = 'sent'
    note(
      draft,
      world,
      'dispatched',
      { ...facts, warehouse: warehouseName(world, fulfillment.warehouseId) },
      { who: fulfillment.warehouseId, ms: body.ms },
    )
  } else if (body.jobKind === 'ship') note(draft, world, 'writeback_tried', facts, { ms: body.ms })
  else draft.touched = true
  if (next === undefined) silent(draft, body, world)
}

/** The tries are used up: a person's turn. The job waits, parked, for the retry button. */
const silent = (draft: Draft, body: OutcomeBody, world: World): void => {
  if (body.jobKind === 'place' || body.jobKind === 'cancel')
    return open(draft, world, { code: 'warehouse_silent', at: body.subject, facts: { document: body.subject } })
  open(draft, world, {
    code: 'platform_silent',
    at: body.jobKind === 'fetch' ? 'detail' : body.subject,
    facts: { what: body.jobKind },
  })
}
