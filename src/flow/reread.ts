/**
 * Reads a stored message again, as the adapter reads it now: after the adapter was mended, or the shop it names was
 * registered. Its signature was checked when it came.
 */
import { trackers } from '../carriers/index.ts'
import { type Problem, sentence } from '../domain/problem.ts'
import type { LaneEvent } from '../lane/event.ts'
import { err, ok, type Result } from '../lib/result.ts'
import { platforms } from '../platforms/index.ts'
import { places } from '../store/vault.ts'
import { warehouses } from '../warehouses/index.ts'
import type { Fields, Inbound } from '../wire/adapter.ts'
import { bytes, text, type WireRequest } from '../wire/message.ts'
import { type Addressed, address, addressWarehouse, byConnectionKey, type ReceivePorts, sealRaw } from './1-receive.ts'
import { openCredentials } from './config.ts'
import { addressTracking } from './receive-tracking.ts'

type Ports = Pick<ReceivePorts, 'config' | 'vault'>

/** Why it can't be booked still, in English, or its events by lane. Their ids are made from `id`, so a repeat is harmless. */
export const reread = async (
  ports: Ports,
  lane: string,
  raw: string,
  id: string,
  at: number,
): Promise<Result<ReadonlyMap<string, readonly LaneEvent[]>, string>> => {
  const text = ports.vault.openRaw(places.raw(lane), raw)
  if (text === undefined) return err('the stored message cannot be opened: its key is gone')
  if (/\n… \(\d+ bytes\)$/.test(text)) return err('only the beginning of this large message was kept')
  const request = requestOf(text)
  const read = await addressed(ports, request)
  if (!read.ok) return read
  const problem = read.value.map(({ body }) => body).find((body) => body.kind === 'problem')
  if (problem) return err(sentence(problem.problem, 'en'))
  const events = read.value.map(({ lane: to, ref, body }, i): [string, LaneEvent] => [
    to,
    { id: `again:${id}:${i}`, at, raw: sealRaw(ports.vault, to, request), body, ...(ref !== undefined && { ref }) },
  ])
  return ok(new Map([...Map.groupBy(events, ([to]) => to)].map(([to, list]) => [to, list.map(([, event]) => event)])))
}

/** `METHOD /path`, headers that decide how the body reads, an empty line, the body. */
const requestOf = (text: string): WireRequest => {
  const cut = text.indexOf('\n\n')
  const [first = '', ...lines] = text.slice(0, cut).split('\n')
  const [method = 'POST', path = '/'] = first.split(' ')
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  )
  return { method, url: `https://again.invalid${path}`, headers, body: bytes(text.slice(cut + 2)) }
}

const addressed = async (ports: Ports, request: WireRequest): Promise<Result<Addressed[], string>> => {
  const [, way, system = '', key = ''] = new URL(request.url).pathname.split('/').map(decodeURIComponent)
  if (way === 'hooks') {
    const platform = platforms[system]
    const owner =
      platform && (platform.scope === 'app' ? await ports.config.app(key, 0) : await ports.config.shop(key, 0))
    if (!platform?.inbound || !owner) return err('the connection it came through is gone')
    const read = openedBy(platform.inbound, request, openCredentials(platform.scope, owner, ports.vault))
    return read.ok
      ? ok((await Promise.all(read.value.map((pushed) => address(ports, platform, owner, pushed)))).flat())
      : err(sentence(read.error, 'en'))
  }
  if (way === 'sockets') return addressedFrame(ports, system, key, text(request.body))
  const follower = trackers[system]
  if (follower) {
    const row = await ports.config.tracker(key, 0)
    if (!row) return err('the connection it came through is gone')
    const read = openedBy(follower.inbound, request, openCredentials('tracker', row, ports.vault))
    return read.ok ? ok(addressTracking(row, read.value)) : err(sentence(read.error, 'en'))
  }
  const adapter = warehouses[system]
  const named = adapter?.inbound && (await ports.config.warehouse(key, 0))
  if (!adapter?.inbound || !named) return err('the connection it came through is gone')
  const row = await byConnectionKey(ports, adapter, named, request)
  const read = openedBy(adapter.inbound, request, openCredentials('warehouse', row, ports.vault))
  return read.ok
    ? ok((await Promise.all(read.value.map((event) => addressWarehouse(ports, row, event)))).flat())
    : err(sentence(read.error, 'en'))
}

/** A message that came over the socket of an app. */
const addressedFrame = async (
  ports: Ports,
  system: string,
  key: string,
  raw: string,
): Promise<Result<Addressed[], string>> => {
  const platform = platforms[system]
  const app = await ports.config.app(key, 0)
  if (!platform?.socket || !app) return err('the connection it came through is gone')
  const read = platform.socket.again(raw)
  return read.ok
    ? ok((await Promise.all(read.value.map((pushed) => address(ports, platform, app, pushed)))).flat())
    : err(sentence(read.error, 'en'))
}

/** An encrypted body opens with one of the secrets that are live; any other reads the same by each. */
const openedBy = <Event>(
  inbound: Pick<Inbound<Event>, 'read'>,
  request: WireRequest,
  sets: readonly Fields[],
): Result<readonly Event[], Problem> => {
  const reads = (sets.length > 0 ? sets : [{}]).map((fields) => inbound.read(request, fields))
  return reads.find((read) => read.ok) ?? (reads[0] as Result<readonly Event[], Problem>)
}
