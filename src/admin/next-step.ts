/** Whose turn an order is, and how far it has come. Pure. */
import type { EntryCode } from '../domain/timeline.ts'
import type { OrderView, TimelineView } from '../store/read.ts'
import type { Key } from './i18n/index.ts'

export interface Turn {
  readonly who: 'you' | 'buyer' | 'platform' | 'warehouse' | 'carrier' | 'cangqiao' | 'nobody'
  /** The sentence. */
  readonly what: Key
  readonly facts?: Readonly<Record<string, string>>
  /** A time that the sentence names as `{time}`. */
  readonly at?: number
}

/** `tells`: the platform is to be told of parcels. */
export const turnOf = (order: OrderView, now: number, tells: boolean): Turn => {
  switch (order.state) {
    case 'exception':
      return { who: 'you', what: 'turn.exception' }
    case 'held':
      return heldTurn(order)
    case 'awaiting_payment':
      return { who: 'buyer', what: order.payment === 'deposit' ? 'turn.balance' : 'turn.payment' }
    case 'awaiting_stock':
      return { who: 'you', what: 'turn.stock', facts: { skus: skusOf(order) } }
    case 'received':
      return receivedTurn(order, now)
    case 'reserved':
      return { who: 'cangqiao', what: 'turn.reserved' }
    case 'dispatched':
      return { who: 'cangqiao', what: 'turn.dispatched' }
    case 'accepted':
      return { who: 'warehouse', what: 'turn.accepted', facts: { warehouse: warehousesOf(order) } }
    case 'cancel_requested':
      return { who: 'warehouse', what: 'turn.cancel', facts: { warehouse: warehousesOf(order) } }
    case 'shipped':
      return shippedTurn(order, tells)
    case 'delivered':
    case 'closed':
    case 'cancelled':
      return { who: 'nobody', what: `turn.${order.state}` }
  }
}

const heldTurn = ({ hold }: OrderView): Turn => {
  if (hold?.why === 'observe') return { who: 'nobody', what: 'turn.observe' }
  return hold?.why === 'trial' ? { who: 'you', what: 'turn.trial' } : { who: 'you', what: 'turn.held' }
}

const receivedTurn = (order: OrderView, now: number): Turn => {
  if (order.lines.length === 0) return { who: 'platform', what: 'turn.fetching' }
  const release = order.presale?.releaseAt ?? 0
  return release > now
    ? { who: 'nobody', what: 'turn.presale', at: release }
    : { who: 'cangqiao', what: 'turn.received' }
}

const shippedTurn = (order: OrderView, tells: boolean): Turn => {
  if (order.fulfillments.some((item) => item.status !== 'shipped' && item.status !== 'dead')) {
    return { who: 'warehouse', what: 'turn.partly' }
  }
  if (!tells) return { who: 'carrier', what: 'turn.untold' }
  return order.shipments.every((item) => item.written)
    ? { who: 'carrier', what: 'turn.shipped' }
    : { who: 'cangqiao', what: 'turn.writeback' }
}

const skusOf = (order: OrderView): string => [...new Set(order.lines.flatMap(partsOf))].join(', ')
const partsOf = (line: OrderView['lines'][number]): string[] => line.parts.map((part) => part.sku)

const warehousesOf = (order: OrderView): string => {
  const alive = order.fulfillments.filter((item) => item.status !== 'dead')
  return [...new Set(alive.map((item) => item.warehouseName))].join(', ')
}

export interface Step {
  readonly name: 'received' | 'reserved' | 'accepted' | 'shipped' | 'written'
  /** wait: somebody's stock or word is needed · stuck: an exception. */
  readonly status: 'done' | 'now' | 'wait' | 'stuck' | 'todo'
  readonly at: number | undefined
}

const STEPS: readonly (readonly [Step['name'], EntryCode])[] = [
  ['received', 'order_received'],
  ['reserved', 'allocated'],
  ['accepted', 'accepted'],
  ['shipped', 'shipped'],
  ['written', 'written_back'],
]

/** The five steps a merchant counts in; a step is done if it or any later one is. */
export const stepsOf = (order: OrderView, tells: boolean): Step[] => {
  const steps = tells ? STEPS : STEPS.slice(0, -1)
  const times = steps.map(([, what]) => lastOf(order.timeline, what))
  const reached = times.findLastIndex((at, i) => at !== undefined && stillTrue(order, steps[i]?.[0] ?? 'received'))
  return steps.map(([name], i) => ({
    name,
    at: i <= reached ? times[i] : undefined,
    status: statusOf(order, i, reached),
  }))
}

const lastOf = (timeline: readonly TimelineView[], what: EntryCode): number | undefined =>
  timeline.findLast((entry) => entry.what === what)?.at

/** A warehouse that took the order and then gave it back has undone its steps. */
const stillTrue = (order: OrderView, step: Step['name']): boolean => {
  const alive = order.fulfillments.filter((item) => item.status !== 'dead')
  if (step === 'reserved') return alive.length > 0
  return step !== 'accepted' || alive.some((item) => item.status === 'accepted' || item.status === 'shipped')
}

const OVER = new Set(['cancelled', 'closed', 'delivered'])

const statusOf = (order: OrderView, index: number, reached: number): Step['status'] => {
  if (index <= reached) return 'done'
  if (index > reached + 1 || OVER.has(order.state)) return 'todo'
  if (order.state === 'exception') return 'stuck'
  return order.state === 'awaiting_stock' || order.state === 'held' ? 'wait' : 'now'
}
