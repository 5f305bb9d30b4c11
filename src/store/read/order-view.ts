/** One order, as a person or a program may see it: everything but what is private. */
import type { OrderState, OrderStateName } from '../../domain/order-state.ts'
import { fix, type ProblemCode, sentence } from '../../domain/problem.ts'
import { type Entry, tell } from '../../domain/timeline.ts'
import { mayWaive } from '../../domain/waive.ts'
import { pick } from '../../lib/pick.ts'
import { all, type Db, json, one } from '../rows.ts'
import {
  type FulfillmentView,
  fulfillmentsOf,
  type Names,
  type ShipmentView,
  shipmentsOf,
  warehouseNames,
} from './shipments.ts'

export interface TimelineView extends Pick<Entry, 'at' | 'who' | 'what'> {
  /** Of a warehouse its name, else `who`. */
  readonly whoName: string
  readonly zh: string
  readonly en: string
  readonly facts: Readonly<Record<string, string | number>>
  /** How long the call took. */
  readonly ms: number | null
  /** Id of the raw message behind it, for `/api/v1/deliveries/{id}`. */
  readonly raw: string | null
}

export interface ProblemView {
  /** Also the id of its exception. */
  readonly id: string
  readonly code: ProblemCode
  readonly subject: string
  readonly openedAt: number
  readonly zh: string
  readonly en: string
  readonly fixZh: string
  readonly fixEn: string
  readonly overridable: boolean
}

/** What is shown as it is kept. */
const KEPT = [
  'id',
  'merchantId',
  'shopId',
  'platformOrderId',
  'placedAt',
  'receivedAt',
  'updatedAt',
  'platformStatus',
  'payment',
  'total',
  'hasNote',
  'lines',
  'customKeys',
  'waiting',
] as const

export interface OrderView extends Pick<OrderState, (typeof KEPT)[number]> {
  readonly state: OrderStateName
  readonly paidAt: number | null
  readonly shipBy: number | null
  readonly collectBy: number | null
  readonly cod: OrderState['cod'] | null
  readonly presale: OrderState['presale'] | null
  readonly flag: string | null
  readonly hold: OrderState['hold'] | null
  readonly receiver: OrderState['receiver'] | null
  readonly redacted: boolean
  readonly refunds: readonly {
    readonly refundId: string
    readonly lineIds: readonly string[]
    readonly status: string
    readonly at: number
  }[]
  readonly fulfillments: readonly FulfillmentView[]
  readonly shipments: readonly ShipmentView[]
  readonly problems: readonly ProblemView[]
  readonly timeline: readonly TimelineView[]
  /** Grows with every turn that touched the order. */
  readonly seq: number
}

/** Undefined: the merchant has no such order. */
export const orderView = async (db: Db, merchantId: string, id: string): Promise<OrderView | undefined> => {
  const row = await one(db, 'SELECT state, seq, body FROM orders WHERE id = ? AND merchant_id = ?', id, merchantId)
  if (!row) return undefined
  const order = json<OrderState>(row.body)
  const names = await warehouseNames(db, merchantId)
  const entries = await all(
    db,
    'SELECT t.body FROM timeline t JOIN orders o ON o.id = t.order_id AND o.merchant_id = ?2 WHERE t.order_id = ?1 ORDER BY t.seq',
    id,
    merchantId,
  )
  return {
    ...pick(order, KEPT),
    state: row.state as OrderStateName,
    seq: Number(row.seq),
    paidAt: order.paidAt ?? null,
    shipBy: order.shipBy ?? null,
    collectBy: order.collectBy ?? null,
    cod: order.cod ?? null,
    presale: order.presale ?? null,
    flag: order.flag ?? null,
    hold: order.hold ?? null,
    receiver: order.receiver ?? null,
    redacted: order.redacted ?? false,
    refunds: Object.entries(order.refunds).map(([refundId, refund]) => ({ refundId, ...refund })),
    fulfillments: fulfillmentsOf(order, names),
    shipments: shipmentsOf(order, names),
    problems: order.problems.map(problemView),
    timeline: entries.flatMap((entry) => json<Entry[]>(entry.body)).map((entry) => timelineView(entry, names)),
  }
}

const problemView = (problem: OrderState['problems'][number]): ProblemView => ({
  id: problem.id,
  code: problem.code,
  subject: problem.at ?? '',
  openedAt: problem.openedAt,
  zh: sentence(problem, 'zh'),
  en: sentence(problem, 'en'),
  fixZh: fix(problem, 'zh'),
  fixEn: fix(problem, 'en'),
  overridable: mayWaive(problem),
})

const timelineView = (entry: Entry, names: Names): TimelineView => ({
  at: entry.at,
  who: entry.who,
  whoName: names.get(entry.who) ?? entry.who,
  what: entry.what,
  zh: tell(entry, 'zh'),
  en: tell(entry, 'en'),
  facts: entry.facts ?? {},
  ms: entry.ms ?? null,
  raw: entry.raw ?? null,
})
