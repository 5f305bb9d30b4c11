/** A warehouse as a job calls it, and what its answers to a question bring. */
import type { DocumentStatus } from '../domain/fulfillment.ts'
import type { LaneEvent } from '../lane/event.ts'
import type { ClaimedJob } from '../lane/outbox.ts'
import { warehouses } from '../warehouses/index.ts'
import type { Warehouse } from '../warehouses/warehouse.ts'
import type { Connection } from '../wire/adapter.ts'
import type { DispatchPorts, Done } from './5-dispatch.ts'
import { openEgress, warehouseConnection } from './config.ts'
import type { Patience } from './converse.ts'
import { type Credential, limitsOf } from './pace.ts'

export interface Target {
  readonly adapter: Warehouse
  /** A connection for one conversation: its time and its nonce are never used for another. */
  readonly connect: () => Connection
  readonly patience: Patience
  readonly credential: Credential
  /** Time after a call until "not found" means that it will never appear, ms: the adapter's, or the connection's own. */
  readonly settleMs: number
}

export const gone = (what: string): Done => ({
  outcome: { class: 'retry', detail: `${what} is not configured any more` },
})

export const targetOf = async (ports: DispatchPorts, id: string): Promise<Target | undefined> => {
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
    credential: {
      key: `wh:${row.id}`,
      limits: limitsOf(adapter.limits, row.settings.limits),
      egress: openEgress('warehouse', row, ports.vault),
    },
    patience: { perCallMs: adapter.timeoutMs, allMs: ports.patienceMs, now: ports.now },
  }
}

export type Found = Extract<DocumentStatus, { found: true }>

/** The warehouse has shipped and we did not hear of it: its packages are booked as if it had called. */
export const shippedEvents = (ports: DispatchPorts, job: ClaimedJob, document: string, found: Found): LaneEvent[] => {
  if (found.packages.length === 0 || job.ref === undefined) return []
  const at = ports.now()
  const final = found.status === 'shipped' || found.status === 'delivered'
  // Another waybill, one more package, or that no more will follow: each is news under an id of its own.
  const parcels = found.packages.map(({ packageId, waybill }) =>
    packageId === waybill ? waybill : `${packageId}=${waybill}`,
  )
  const bizId = `query:${final ? '' : 'partly:'}${parcels.join(',')}`
  const event = {
    type: 'shipped',
    ref: { document },
    bizId,
    final,
    at,
    packages: found.packages,
  } as const
  return [
    { id: `q:${document}:${bizId}`, at, ref: job.ref, body: { kind: 'warehouse', warehouseId: job.connection, event } },
  ]
}
