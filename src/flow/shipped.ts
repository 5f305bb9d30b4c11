/** What a warehouse's answer to a question says of goods that have left: an event, as if it had called. */
import type { DocumentStatus } from '../domain/fulfillment.ts'
import type { LaneEvent } from '../lane/event.ts'
import type { ClaimedJob } from '../lane/outbox.ts'
import type { DispatchPorts } from './5-dispatch.ts'

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
