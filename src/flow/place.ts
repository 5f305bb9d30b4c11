/** Stage 5, 推单: place a document at a warehouse, or cancel it. Ask first where anything may have been sent before. */
import type { DocumentStatus, Placement } from '../domain/fulfillment.ts'
import type { JobBody, JobOutcome, LaneEvent, PlaceFacts } from '../lane/event.ts'
import type { ClaimedJob } from '../lane/outbox.ts'
import { platforms } from '../platforms/index.ts'
import { warehouses } from '../warehouses/index.ts'
import type { Warehouse } from '../warehouses/warehouse.ts'
import type { Connection } from '../wire/adapter.ts'
import type { DispatchPorts, Done } from './5-dispatch.ts'
import { ourCarriers } from './carriers.ts'
import { shopConnection, warehouseConnection } from './config.ts'
import { converse, type Patience } from './converse.ts'
import { openOrder } from './seal.ts'

interface Target {
  readonly adapter: Warehouse
  /** A connection for one conversation: its time and its nonce are never used for another. */
  readonly connect: () => Connection
  readonly patience: Patience
  /** Time after a call until "not found" means that it will never appear, ms: the adapter's, or the connection's own. */
  readonly settleMs: number
  /** Packages that a query shows, with our carriers. */
  readonly named: (packages: Found['packages']) => Found['packages']
}

const gone = (what: string): Done => ({ outcome: { class: 'retry', detail: `${what} is not configured any more` } })

export const place = async (
  ports: DispatchPorts,
  job: ClaimedJob,
  { order }: Extract<JobBody, { kind: 'place' }>,
): Promise<Done> => {
  const target = await targetOf(ports, job.connection)
  if (!target) return gone('the warehouse')
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
  const outcome = await converse(
    target.adapter.outbound.place(placement, target.connect()),
    ports.send,
    target.patience,
  )
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

const targetOf = async (ports: DispatchPorts, id: string): Promise<Target | undefined> => {
  const row = await ports.config.warehouse(id)
  const adapter = row && warehouses[row.system]
  if (!row || !adapter) return undefined
  const connect = (): Connection =>
    warehouseConnection(row, adapter, ports.vault, { now: ports.now(), nonce: ports.random() })
  const own = row.settings.settleSeconds
  const settleMs = typeof own === 'number' ? own * 1000 : adapter.settleMs
  return {
    adapter,
    connect,
    settleMs,
    named: (packages) => ourCarriers(packages, row.settings),
    patience: { perCallMs: adapter.timeoutMs, allMs: ports.patienceMs, now: ports.now },
  }
}

/**
 * A former attempt may have arrived. Found alive: done. Found dead: proof. Not found: only once the settle time has passed
 * does it mean that it will never appear, and then the caller goes on.
 */
const ask = async (
  ports: DispatchPorts,
  job: ClaimedJob,
  target: Target,
  subject: { document: string; externalId?: string },
): Promise<Done | undefined> => {
  const answer = await converse(target.adapter.outbound.query(subject, target.connect()), ports.send, target.patience)
  if (answer.class !== 'done')
    return {
      outcome:
        answer.class === 'rejected' || answer.class === 'exists'
          ? { class: 'retry', detail: `query: ${answer.detail}` }
          : answer,
    }
  if (answer.value.found) return alive(ports, job, target, subject.document, answer.value)
  const wait = job.sentAt + target.settleMs - ports.now()
  return wait > 0 ? { outcome: { class: 'retry', detail: 'not found yet', after: wait } } : undefined
}

type Found = Extract<DocumentStatus, { found: true }>

const alive = (ports: DispatchPorts, job: ClaimedJob, target: Target, document: string, found: Found): Done => {
  if (found.status === 'rejected' || found.status === 'cancelled')
    return { outcome: { class: 'rejected', code: found.status, detail: `the warehouse has it as ${found.status}` } }
  const value = { found: found.status, ...(found.externalId !== undefined && { externalId: found.externalId }) }
  return { outcome: { class: 'done', value }, events: shippedEvents(ports, job, target, document, found) }
}

/** The warehouse has shipped and we did not hear of it: its packages are booked as if it had called. */
const shippedEvents = (
  ports: DispatchPorts,
  job: ClaimedJob,
  { named }: Target,
  document: string,
  found: Found,
): LaneEvent[] => {
  if (found.packages.length === 0 || job.ref === undefined) return []
  const at = ports.now()
  const bizId = `query:${found.packages.map((item) => item.packageId).join(',')}`
  const event = {
    type: 'shipped',
    ref: { document },
    bizId,
    final: found.status === 'shipped' || found.status === 'delivered',
    at,
    packages: named(found.packages),
  } as const
  return [
    { id: `q:${document}:${bizId}`, at, ref: job.ref, body: { kind: 'warehouse', warehouseId: job.connection, event } },
  ]
}

/** "Exists" is success only if what exists is alive and the same. */
const compare = async (
  ports: DispatchPorts,
  job: ClaimedJob,
  target: Target,
  order: PlaceFacts,
): Promise<Done | undefined> => {
  const answer = await converse(
    target.adapter.outbound.query({ document: order.document }, target.connect()),
    ports.send,
    target.patience,
  )
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
  return same ? alive(ports, job, target, order.document, answer.value) : undefined
}

/** Before anything is sent, the platform is asked once more. A failed read delays nothing. */
const lastLook = async (
  ports: DispatchPorts,
  order: PlaceFacts,
): Promise<'cancelled' | 'refund' | 'unshippable' | undefined> => {
  const shop = await ports.config.shop(order.shopId)
  const platform = shop && platforms[shop.platform]
  if (!shop || !platform?.outbound.status || shop.settings.lastLook === false) return undefined
  const app = shop.appId === null ? undefined : await ports.config.app(shop.appId)
  const connection = shopConnection(shop, app, platform, ports.vault, { now: ports.now(), nonce: ports.random() })
  if (!connection.baseUrl) return undefined
  const answer = await converse(platform.outbound.status(order.platformOrderId, connection), ports.send, {
    perCallMs: Math.min(5_000, platform.timeoutMs),
    allMs: LOOK_MS,
    now: ports.now,
  })
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
  const target = await targetOf(ports, job.connection)
  if (!target) return gone('the warehouse')
  const subject = {
    document: body.document,
    reason: body.why,
    ...(body.externalId !== undefined && { externalId: body.externalId }),
  }
  if (body.externalId === undefined || job.attempt > 1) {
    const answer = await converse(target.adapter.outbound.query(subject, target.connect()), ports.send, target.patience)
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
        events: shippedEvents(ports, job, target, body.document, answer.value),
      }
    }
  }
  const outcome = await converse(target.adapter.outbound.cancel(subject, target.connect()), ports.send, target.patience)
  return { outcome: outcome.class === 'done' ? { class: 'done', value: { later: outcome.value.later } } : outcome }
}

const absent = (ports: DispatchPorts, since: number, target: Target): JobOutcome => {
  const wait = since + target.settleMs - ports.now()
  return wait > 0 ? { class: 'retry', detail: 'not found yet', after: wait } : { class: 'done', value: {} }
}
