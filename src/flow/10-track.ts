/** Stage 9, 物流跟踪: a tracker is asked to follow a parcel, or what it knows of it. What it pushes later comes in like any message. */
import { trackers } from '../carriers/index.ts'
import type { TrackSubject } from '../carriers/tracker.ts'
import type { LaneEvent, TrackBody } from '../lane/event.ts'
import type { ClaimedJob } from '../lane/outbox.ts'
import type { DispatchPorts, Done } from './5-dispatch.ts'
import { openCredentials, openEgress } from './config.ts'
import { type Credential, limitsOf } from './credential.ts'
import { talk } from './pace.ts'
import { openOrder } from './seal.ts'
import { trackerConnection } from './trackers.ts'

export const track = async (ports: DispatchPorts, job: ClaimedJob, body: TrackBody): Promise<Done> => {
  const row = await ports.config.tracker(job.connection)
  const adapter = row && trackers[row.system]
  if (!row || !adapter) return { outcome: { class: 'retry', detail: 'the tracker is not configured any more' } }
  const credentials = openCredentials('tracker', row, ports.vault)[0] ?? {}
  const connection = trackerConnection(row, adapter, credentials, { now: ports.now(), nonce: ports.random() })
  const patience = { perCallMs: adapter.timeoutMs, allMs: ports.patienceMs, now: ports.now }
  const credential: Credential = {
    key: `tr:${row.id}`,
    limits: limitsOf(undefined, row.settings.limits),
    egress: openEgress('tracker', row, ports.vault),
  }
  const parcel = parcelOf(ports, body)
  if (body.want === 'subscribe') {
    const outcome = await talk(ports, credential, adapter.outbound.subscribe(parcel, connection), patience)
    return { outcome: outcome.class === 'done' ? { class: 'done', value: {} } : outcome }
  }
  const outcome = await talk(ports, credential, adapter.outbound.query(parcel, connection), patience)
  if (outcome.class !== 'done') return { outcome }
  const at = ports.now()
  const events = outcome.value.map(
    (event, i): LaneEvent => ({
      ...{ id: `q:${job.id}:${at}:${i}`, at, body: { kind: 'tracking', tracker: row.id, event } },
      ...(job.ref !== undefined && { ref: job.ref }),
    }),
  )
  return { outcome: { class: 'done', value: {} }, events }
}

/** The receiver's phone is opened only for carriers that show nothing without it. A platform's cipher holds none for us. */
const parcelOf = (ports: DispatchPorts, { carrier, waybill, receiver }: TrackBody): TrackSubject => {
  const parts = receiver && openOrder(receiver.sealed, receiver.shopId, receiver.platformOrderId, ports.vault)
  const digits = parts?.receiver.readable.phone?.replace(/[^\d-]/g, '') ?? ''
  return { carrier, waybill, ...(/^[\d-]{4,20}$/.test(digits) && { phone: digits }) }
}
