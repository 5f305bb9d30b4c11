/** A tracker's push to `/callbacks/:system/:key`, as in stage 1: on disk in the connection's own lane, then acknowledged. */
import { trackers } from '../carriers/index.ts'
import type { TrackerEvent } from '../domain/tracking.ts'
import type { TrackerRow } from '../store/config.ts'
import { empty } from '../wire/ack.ts'
import { acceptance, type Fields } from '../wire/adapter.ts'
import type { WireRequest, WireResponse } from '../wire/message.ts'
import { type Addressed, type ReceivePorts, store } from './1-receive.ts'
import { openCredentials } from './config.ts'
import { refuse, verify } from './verify.ts'

export const isTracker = (system: string): boolean => Object.hasOwn(trackers, system)

export const receiveTracking = async (
  ports: ReceivePorts,
  system: string,
  key: string,
  request: WireRequest,
): Promise<WireResponse> => {
  const adapter = trackers[system]
  const row = adapter && (await ports.config.tracker(key))
  if (!adapter || !row || row.system !== system) return empty(404)
  const open = (one: TrackerRow): Fields[] => openCredentials('tracker', one, ports.vault)
  const name = `tracker:${row.id}`
  const verified = await verify(ports, adapter.inbound, request, name, open(row), async () => {
    const fresh = await ports.config.tracker(row.id, 0)
    return fresh ? open(fresh) : []
  })
  const ack = adapter.ack(open(row)[0] ?? {}, ports.now())
  if (!verified.ok) return refuse(ports, name, verified.error, request, { ack })
  const read = adapter.inbound.read(request, verified.value)
  const home = trackerLane(row.id)
  const events = read.ok
    ? addressTracking(row, read.value)
    : [{ lane: home, body: { kind: 'problem', problem: read.error } } as const]
  await store(ports, adapter.inbound, { request, credentials: verified.value }, home, events)
  return acceptance(ack, request)
}

const trackerLane = (id: string): string => `tr:${id}`

/** Which orders have the waybill, that lane asks the store. */
export const addressTracking = ({ id }: TrackerRow, events: readonly TrackerEvent[]): Addressed[] =>
  events.map((event) => ({ lane: trackerLane(id), body: { kind: 'tracking', tracker: id, event } }))
