/**
 * Intake by asking: reconciliation with platforms that push, the only way in where nothing is pushed. A window reaches back
 * behind the last one, what is known already is dropped, the rest goes the way of a push; only then does the window move.
 */
import { platformOrderIdOf } from '../domain/order.ts'
import type { LaneEvent } from '../lane/event.ts'
import type { Result } from '../lib/result.ts'
import type { PollState, PollStep } from '../store/write/polls.ts'
import type { Connection, Poll } from '../wire/adapter.ts'
import type { Failure } from '../wire/answer.ts'
import { digest } from '../wire/digest.ts'
import { type Addressed, address, addressWarehouse } from './1-receive.ts'
import type { DispatchPorts } from './5-dispatch.ts'
import { AUTH_PAUSE } from './backoff.ts'
import type { Patience } from './converse.ts'
import type { Credential } from './credential.ts'
import { talk } from './pace.ts'
import { shopTarget, warehouseTarget } from './targets.ts'

/** The store of windows (`store/write/polls.ts`). */
export interface Polls {
  readonly claim: (lane: string, now: number, until: number) => Promise<PollState | undefined>
  readonly save: (step: PollStep) => Promise<void>
  /** Versions under which a shop's orders are known. */
  readonly versions: (shopId: string, platformOrderIds: readonly string[]) => Promise<ReadonlyMap<string, number>>
}
export interface PollPorts extends DispatchPorts {
  readonly polls: Polls
}

const LEASE_MS = 90_000
/** A consumer goes on to the next page for this long; then the rest waits for the next ring. */
const TURN_MS = 45_000
const RETRY_MS = 30_000

/** Whom one lane asks, and what its answers become. */
interface Source<Event> {
  readonly poll: Poll<Event>
  readonly connect: () => Connection
  readonly patience: Patience
  readonly credential: Credential
  /** Something tells us of news besides: a push or a socket. */
  readonly pushed: boolean
  /** What is not known yet, by lane, with an id that is the same whenever the same thing is told again. */
  readonly fresh: (events: readonly Event[]) => Promise<readonly (Addressed & { readonly id: string })[]>
}

/** Asks for what a connection has to tell. Returns when it is to be asked again, UTC ms; undefined: not due, or somebody is at it. */
export const pollOnce = async (ports: PollPorts, lane: string): Promise<number | undefined> => {
  const state = await ports.polls.claim(lane, ports.now(), ports.now() + LEASE_MS)
  if (!state) return undefined
  const source = await sourceOf(ports, lane)
  if (!source) return save(ports, { ...state, ...IDLE, nextAt: ports.now() + 3_600_000 })
  const step = source.ok ? await pages(ports, state, source.value) : failed(ports, state, source.error)
  if (step.error?.startsWith('auth') && state.failingSince === null) await sayRefused(ports, lane, step.error)
  return save(ports, step)
}

/** Once per failing: the shop's exception says it, as it does when a call is refused. */
const sayRefused = async (ports: PollPorts, lane: string, message: string): Promise<void> => {
  const [kind, connection = ''] = lane.split(':')
  if (kind !== 'shop') return
  const at = ports.now()
  const body = { kind: 'refused', connection, message, until: at + AUTH_PAUSE } as const
  await ports.append(lane, [{ id: `poll-refused:${lane}:${at}`, at, body }])
}

const IDLE = { news: 0, doneAt: null, error: null } as const

const save = async (ports: PollPorts, step: PollStep): Promise<number> => {
  await ports.polls.save(step)
  return step.nextAt
}

const pages = async <Event>(ports: PollPorts, state: PollState, source: Source<Event>): Promise<PollStep> => {
  const { poll, connect, credential, patience } = source
  const end = ports.now() + TURN_MS
  let at: PollState = { ...state, failingSince: null }
  let news = 0
  for (;;) {
    const from = at.fromAt - poll.overlapMs
    const to = at.toAt ?? Math.min(ports.now(), at.fromAt + poll.maxWindowMs)
    const window = { from, to, ...(at.cursor !== null && { cursor: at.cursor }) }
    const page = await talk(ports, credential, poll.page(window, connect()), patience)
    if (page.class !== 'done') return failed(ports, { ...at, failingSince: state.failingSince }, page, news)
    const { events, next, receipts = [] } = page.value
    news += await take(ports, source, events)
    if (receipts.length > 0 && poll.confirm) await talk(ports, credential, poll.confirm(receipts, connect()), patience)
    at = next === undefined ? { ...at, fromAt: to, toAt: null, cursor: null } : { ...at, toAt: to, cursor: next }
    const now = ports.now()
    const behind = at.cursor !== null || now - at.fromAt > poll.maxWindowMs / 2
    if (!behind) return rested(ports, at, source, news)
    if (now > end) return { ...at, news, nextAt: now, doneAt: now, error: null }
  }
}

/** News draw the next poll nearer, silence puts it off. */
const rested = <Event>(ports: PollPorts, at: PollState, { poll, pushed }: Source<Event>, news: number): PollStep => {
  const { fast, slow } = poll.everyMs
  const gapMs = news > 0 ? Math.max(fast, at.gapMs / (pushed ? 2 : 4)) : Math.min(slow, at.gapMs * 2)
  const now = ports.now()
  return { ...at, gapMs: Math.round(gapMs), news, nextAt: now + Math.round(gapMs), doneAt: now, error: null }
}

/** The window stays where it is: nothing is skipped over. */
const failed = (ports: PollPorts, state: PollState, failure: Failure, news = 0): PollStep => {
  const now = ports.now()
  const wait = 'after' in failure && failure.after !== undefined ? failure.after : RETRY_MS
  return {
    ...state,
    news,
    nextAt: now + Math.max(wait, state.gapMs),
    doneAt: null,
    failingSince: state.failingSince ?? now,
    error: `${failure.class}: ${failure.detail}`.slice(0, 300),
  }
}

const take = async <Event>(ports: PollPorts, source: Source<Event>, events: readonly Event[]): Promise<number> => {
  const fresh = await source.fresh(events)
  const at = ports.now()
  const byLane = Map.groupBy(fresh, ({ lane }) => lane)
  await Promise.all(
    [...byLane].map(([lane, items]) =>
      ports.append(
        lane,
        items.map(({ id, ref, body }): LaneEvent => ({ id, at, body, ...(ref !== undefined && { ref }) })),
      ),
    ),
  )
  return fresh.length
}

const sourceOf = async (ports: PollPorts, lane: string): Promise<Result<Source<unknown>, Failure> | undefined> => {
  const [kind, id = ''] = lane.split(':')
  const found = kind === 'shop' ? await shopSource(ports, id) : await warehouseSource(ports, id)
  // What a source reads and what it is asked for have one type, which the two kinds don't share.
  return found as Result<Source<unknown>, Failure> | undefined
}

const shopSource = async (ports: PollPorts, id: string) => {
  const target = await shopTarget(ports, id)
  if (!target.ok) return target
  const { shop, platform, connect, credential, patience } = target.value
  const { poll, inbound, socket } = platform
  if (!poll || !shop.enabled || !shop.features.orders || !connect().baseUrl) return undefined
  const fresh: Source<Parameters<typeof address>[3]>['fresh'] = async (events) => {
    const ids = events.flatMap(({ event }) => platformOrderIdOf(event) ?? [])
    const known = await ports.polls.versions(id, ids)
    const unknown = events.filter(({ event }) => !isKnown(event, known.get(platformOrderIdOf(event) ?? '')))
    const owner = platform.scope === 'app' && shop.appId !== null ? await ports.config.app(shop.appId) : shop
    const addressed = unknown.map(async (pushed) => {
      const named = platform.scope === 'app' ? { shopKey: shop.shopKey ?? '', ...pushed } : pushed
      return (await address(ports, platform, owner ?? shop, named)).map((one) => ({
        ...one,
        id: eventId(id, pushed.event),
      }))
    })
    return (await Promise.all(addressed)).flat()
  }
  return {
    ok: true,
    value: { poll, connect, credential, patience, pushed: Boolean(inbound ?? socket), fresh },
  } as const
}

type Told = Parameters<typeof platformOrderIdOf>[0]

const isKnown = (event: Told, version: number | undefined): boolean => {
  if (version === undefined) return false
  if (event.type === 'order') return event.order.version <= version
  return event.type === 'changed' && event.at <= version
}

const eventId = (owner: string, event: Told): string => {
  const what = event.type === 'order' ? event.order.version : 'at' in event ? event.at : ''
  const more = event.type === 'refund' ? `:${event.refundId}:${event.status}` : ''
  return `poll:${owner}:${event.type}:${platformOrderIdOf(event) ?? ''}:${what}${more}`
}

const warehouseSource = async (ports: PollPorts, id: string) => {
  const target = await warehouseTarget(ports, id)
  if (!target.ok) return target
  const { adapter, connect, credential, patience } = target.value
  const row = await ports.config.warehouse(id)
  const { poll } = adapter
  if (!poll || !row?.enabled || !connect().baseUrl) return undefined
  const fresh: Source<Parameters<typeof addressWarehouse>[2]>['fresh'] = async (events) => {
    const addressed = events.map(async (event) =>
      (await addressWarehouse(ports, row, event)).map((one) => ({ ...one, id: `poll:${id}:${digestOf(event)}` })),
    )
    return (await Promise.all(addressed)).flat()
  }
  return { ok: true, value: { poll, connect, credential, patience, pushed: Boolean(adapter.inbound), fresh } } as const
}

/** The same report reads the same each time. */
const digestOf = (event: object): string => digest('sha256', JSON.stringify(event), 'hex').slice(0, 32)
