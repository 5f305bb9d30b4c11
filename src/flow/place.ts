/** Stage 5, 推单: place a document at a warehouse, or cancel it. Ask first where anything may have been sent before. */
import type { Placement } from '../domain/fulfillment.ts'
import type { JobBody, JobOutcome, PlaceFacts } from '../lane/event.ts'
import type { ClaimedJob } from '../lane/outbox.ts'
import type { DocumentSubject } from '../warehouses/warehouse.ts'
import type { DispatchPorts, Done } from './5-dispatch.ts'
import { talk } from './pace.ts'
import { openOrder } from './seal.ts'
import { type Found, shippedEvents } from './shipped.ts'
import { shopTarget, type WarehouseTarget, warehouseTarget } from './targets.ts'

export const place = async (
  ports: DispatchPorts,
  job: ClaimedJob,
  { order }: Extract<JobBody, { kind: 'place' }>,
): Promise<Done> => {
  const found = await warehouseTarget(ports, job.connection)
  if (!found.ok) return { outcome: found.error }
  const target = found.value
  if (job.sentAt > 0) {
    const asked = await ask(ports, job, target, { document: order.document })
    if (asked) return asked
  }
  const stop = await lastLook(ports, order)
  if (stop) return { outcome: { class: 'done', value: { stop } } }
  const placement = await placementOf(ports, order)
  if (!placement)
    return {
      outcome: {
        class: 'rejected',
        code: 'unreadable',
        detail: "the buyer's data was erased or sealed with a lost key",
      },
    }
  const conversation = target.adapter.outbound.place(placement, target.connect())
  const outcome = await talk(ports, target.credential, conversation, target.patience, job.shipBy)
  if (outcome.class === 'exists') return (await compare(ports, job, target, order)) ?? { outcome }
  return {
    outcome:
      outcome.class === 'done'
        ? {
            class: 'done',
            value: { ...(outcome.value.externalId !== undefined && { externalId: outcome.value.externalId }) },
          }
        : outcome,
  }
}

/**
 * A former attempt may have arrived. Found alive: done. Found dead: proof. Not found: only once the settle time has passed
 * does it mean that it will never appear, and then the caller goes on.
 */
const ask = async (
  ports: DispatchPorts,
  job: ClaimedJob,
  target: WarehouseTarget,
  subject: { document: string; externalId?: string },
): Promise<Done | undefined> => {
  const answer = await query(ports, job, target, subject)
  if (answer.class !== 'done')
    return {
      outcome:
        answer.class === 'rejected' || answer.class === 'exists'
          ? { class: 'retry', detail: `query: ${answer.detail}` }
          : answer,
    }
  if (answer.value.found) return alive(ports, job, subject.document, answer.value)
  const wait = job.sentAt + target.settleMs - ports.now()
  return wait > 0 ? { outcome: { class: 'retry', detail: 'not found yet', after: wait } } : undefined
}

const alive = (ports: DispatchPorts, job: ClaimedJob, document: string, found: Found): Done => {
  if (found.status === 'rejected' || found.status === 'cancelled')
    return { outcome: { class: 'rejected', code: found.status, detail: `the warehouse has it as ${found.status}` } }
  const value = { found: found.status, ...(found.externalId !== undefined && { externalId: found.externalId }) }
  return { outcome: { class: 'done', value }, events: shippedEvents(ports, job, document, found) }
}

const query = (
  ports: DispatchPorts,
  job: ClaimedJob,
  { adapter, connect, credential, patience }: WarehouseTarget,
  subject: DocumentSubject,
) => talk(ports, credential, adapter.outbound.query(subject, connect()), patience, job.shipBy)

/** "Exists" is success only if what exists is alive and the same. */
const compare = async (
  ports: DispatchPorts,
  job: ClaimedJob,
  target: WarehouseTarget,
  order: PlaceFacts,
): Promise<Done | undefined> => {
  const answer = await query(ports, job, target, { document: order.document })
  if (answer.class !== 'done')
    return {
      outcome:
        answer.class === 'rejected' || answer.class === 'exists' ? { class: 'unknown', detail: answer.detail } : answer,
    }
  if (!answer.value.found) return { outcome: { class: 'unknown', detail: 'said to exist, but not found' } }
  const ours = new Map<string, number>()
  for (const line of order.lines) ours.set(line.sku, (ours.get(line.sku) ?? 0) + line.quantity)
  const theirs = answer.value.quantities
  const same =
    !theirs ||
    (Object.keys(theirs).length === ours.size && [...ours].every(([sku, quantity]) => theirs[sku] === quantity))
  return same ? alive(ports, job, order.document, answer.value) : undefined
}

/** Before anything is sent, the platform is asked once more. A failed read delays nothing. */
const lastLook = async (
  ports: DispatchPorts,
  order: PlaceFacts,
): Promise<'cancelled' | 'refund' | 'unshippable' | undefined> => {
  const target = await shopTarget(ports, order.shopId)
  const status = target.ok ? target.value.platform.outbound.status : undefined
  if (!target.ok || !status || target.value.shop.settings.lastLook === false) return undefined
  const { connect, credential, platform } = target.value
  const connection = connect()
  if (!connection.baseUrl) return undefined
  const patience = { perCallMs: Math.min(5_000, platform.timeoutMs), allMs: LOOK_MS, now: ports.now }
  const answer = await talk(ports, credential, status(order.platformOrderId, connection), patience, order.shipBy)
  if (answer.class !== 'done') return undefined
  return answer.value.cancelled
    ? 'cancelled'
    : answer.value.refundOpen
      ? 'refund'
      : answer.value.shippable
        ? undefined
        : 'unshippable'
}

const LOOK_MS = 8_000

/** The one place where a buyer's data is opened: in memory, for one call. */
const placementOf = async (ports: DispatchPorts, order: PlaceFacts): Promise<Placement | undefined> => {
  const parts = openOrder(order.sealed, order.shopId, order.platformOrderId, ports.vault)
  if (!parts) return undefined
  const { sealed: _, shopId, ...facts } = order
  const shop = await ports.config.shop(shopId)
  return {
    ...facts,
    shopName: shop?.name ?? '',
    receiver: parts.receiver,
    custom: parts.custom,
    ...(parts.buyerNote !== undefined && { buyerNote: parts.buyerNote }),
    ...(parts.sellerNote !== undefined && { sellerNote: parts.sellerNote }),
  }
}

/** Cancels what may be there. "Not found" is proof only a settle time after the last thing sent. */
export const cancel = async (
  ports: DispatchPorts,
  job: ClaimedJob,
  body: Extract<JobBody, { kind: 'cancel' }>,
): Promise<Done> => {
  const found = await warehouseTarget(ports, job.connection)
  if (!found.ok) return { outcome: found.error }
  const target = found.value
  const subject = {
    document: body.document,
    reason: body.why,
    ...(body.externalId !== undefined && { externalId: body.externalId }),
  }
  if (body.externalId === undefined || job.attempt > 1) {
    const answer = await query(ports, job, target, subject)
    if (answer.class !== 'done')
      return {
        outcome:
          answer.class === 'rejected' || answer.class === 'exists' ? { class: 'retry', detail: answer.detail } : answer,
      }
    if (!answer.value.found) return { outcome: absent(ports, body.since, target) }
    if (answer.value.status === 'cancelled' || answer.value.status === 'rejected')
      return { outcome: { class: 'done', value: {} } }
    if (answer.value.packages.length > 0 || answer.value.status === 'shipped' || answer.value.status === 'delivered') {
      return {
        outcome: { class: 'rejected', code: 'shipped', detail: 'already shipped' },
        events: shippedEvents(ports, job, body.document, answer.value),
      }
    }
  }
  const conversation = target.adapter.outbound.cancel(subject, target.connect())
  const outcome = await talk(ports, target.credential, conversation, target.patience, job.shipBy)
  return { outcome: outcome.class === 'done' ? { class: 'done', value: { later: outcome.value.later } } : outcome }
}

const absent = (ports: DispatchPorts, since: number, target: WarehouseTarget): JobOutcome => {
  const wait = since + target.settleMs - ports.now()
  return wait > 0 ? { class: 'retry', detail: 'not found yet', after: wait } : { class: 'done', value: {} }
}
