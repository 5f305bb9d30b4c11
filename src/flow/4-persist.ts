/** Stage 4: what a turn leaves behind, as rows for one batch of the store. Rows are absolute: written twice they are the same. */
import { type OrderState, stateOf } from '../domain/order-state.ts'
import type { Problem } from '../domain/problem.ts'
import { type StockLevel, type StockOp, short, type Wake } from '../domain/stock.ts'
import type { Forward, Unit } from '../lane/turn.ts'
import { keyOf } from './2-decide.ts'
import { type Draft, placeJob } from './decide/draft.ts'
import { credentialId } from './decide/listings.ts'
import type { Stray } from './decide/stray.ts'
import type { Loaded } from './world.ts'

export interface ExceptionRow {
  readonly id: string
  readonly merchantId: string
  readonly lane: string
  readonly orderId: string | null
  readonly code: string
  readonly subject: string
  readonly openedAt: number
  readonly closedAt: number | null
  readonly body: { readonly problem: Problem; readonly raw?: string }
}

export const exceptionRow = (
  world: Loaded,
  id: string,
  problem: Problem,
  orderId: string | null,
  extra: { closedAt?: number; raw?: string } = {},
): ExceptionRow => ({
  id,
  merchantId: world.merchant.id,
  lane: world.lane,
  orderId,
  code: problem.code,
  subject: problem.at ?? '',
  openedAt: world.now,
  closedAt: extra.closedAt ?? null,
  body: { problem, ...(extra.raw !== undefined && { raw: extra.raw }) },
})

/** One order's rows, jobs and timer. Undefined: nothing of it changed. */
export const orderUnit = (draft: Draft, world: Loaded): Unit | undefined => {
  const { order } = draft
  if (!draft.touched && draft.jobs.length + draft.changes.length + draft.parks.length === 0) return undefined
  order.updatedAt = world.now
  const exceptions = [
    ...Object.entries(draft.opened).map(([id, problem]) => exceptionRow(world, id, problem, order.id)),
    ...Object.entries(draft.closed).map(([id, problem]) =>
      exceptionRow(world, id, problem, order.id, { closedAt: world.now }),
    ),
    ...draft.parks.flatMap((park) =>
      park.problem ? [exceptionRow(world, credentialId(world, park.connection), park.problem, null)] : [],
    ),
  ]
  // A turn record of the release before has no notices.
  const notices = draft.notices ?? []
  for (const { id, problem } of notices) if (problem) exceptions.push(exceptionRow(world, id, problem, null))
  const closes = notices.flatMap(({ id, problem }) => (problem ? [] : [id]))
  const { jobs, changes, parks } = draft
  return {
    orderId: order.id,
    key: keyOf(order),
    jobs,
    changes,
    parks,
    unparks: [],
    forwards: [],
    timer: order.wakeAt ?? null,
    rows: {
      orders: [orderRow(order, world)],
      ...(draft.terms.length > 0 && {
        terms: [...new Set(draft.terms)].map((term) => ({ merchantId: order.merchantId, term, orderId: order.id })),
      }),
      ...(draft.entries.length > 0 && { timeline: [{ orderId: order.id, seq: world.seq, body: draft.entries }] }),
      ...(exceptions.length > 0 && { exceptions }),
      ...(closes.length > 0 && { closes }),
    },
  }
}

const orderRow = (order: OrderState, world: Loaded) => ({
  id: order.id,
  merchantId: order.merchantId,
  shopId: order.shopId,
  platformOrderId: order.platformOrderId,
  state: stateOf(order),
  placedAt: order.placedAt,
  shipBy: order.shipBy ?? null,
  updatedAt: order.updatedAt,
  seq: world.seq,
  body: order,
})

/** The connection's own rows: levels, exceptions without an order, discrepancies, answers to waiting callers. */
export const strayUnit = (
  stray: Stray,
  levels: readonly StockLevel[],
  wakes: readonly Wake[],
  counted: readonly { id: string; difference: number }[],
  world: Loaded,
): Unit => {
  const rows = {
    levels: levels.map((level) => ({ ...level, merchantId: world.merchant.id, counted: level.counted ? 1 : 0 })),
    exceptions: [
      ...stray.exceptions.map((item) =>
        exceptionRow(world, item.id, item.problem, null, item.raw === undefined ? {} : { raw: item.raw }),
      ),
      ...shortExceptions(levels, world),
    ],
    closes: [...stray.closes, ...levels.filter((level) => short(level) === 0).map((level) => shortId(world, level))],
    discrepancies: counted.flatMap(({ id, difference }) => {
      const op = stray.ops.find((item) => item.id === id)
      return op && difference !== 0
        ? [
            {
              id,
              merchantId: world.merchant.id,
              sku: op.sku,
              warehouseId: op.warehouseId,
              difference,
              at: world.now,
              reason: id.split(':')[0],
            },
          ]
        : []
    }),
    movements: stray.movements.flatMap(({ op: id, reason, actor }) => {
      const op = stray.ops.find((item) => item.id === id)
      return op
        ? [
            {
              id,
              merchantId: world.merchant.id,
              sku: op.sku,
              warehouseId: op.warehouseId,
              kind: op.kind,
              quantity: pieces(op),
              at: world.now,
              reason,
              actor,
            },
          ]
        : []
    }),
    operations: stray.operations.map((item) => ({
      id: item.id,
      merchantId: world.merchant.id,
      at: world.now,
      body: levels.filter((level) => level.sku === item.sku),
    })),
    ...(stray.redactShop.length > 0 && { redactShop: [world.shop?.shop.id] }),
  }
  const forwards = [
    ...stray.forwards,
    ...wakes.map(
      (wake, i): Forward => ({
        lane: wake.lane,
        at: world.now,
        event: {
          id: `${world.lane}:${world.seq}:w${i}`,
          at: world.now,
          ref: `o:${wake.orderId}`,
          body: { kind: 'wake', sku: wake.sku },
        },
      }),
    ),
  ]
  const filled = Object.fromEntries(Object.entries(rows).filter(([, list]) => list.length > 0))
  return {
    orderId: '',
    key: '',
    jobs: stray.jobs,
    changes: stray.changes,
    parks: stray.parks,
    unparks: stray.unparks,
    forwards,
    rows: filled,
  }
}

const pieces = (op: StockOp): number =>
  op.kind === 'adjust' ? op.delta : op.kind === 'snapshot' ? op.onHand : 'quantity' in op ? op.quantity : 0

const shortId = (world: Loaded, level: StockLevel): string =>
  `short:${world.merchant.id}:${level.warehouseId}:${level.sku}`

/** 缺货: more promised than there is, through outside facts only. Stays until it is 0 again. */
const shortExceptions = (levels: readonly StockLevel[], world: Loaded): ExceptionRow[] =>
  levels
    .filter((level) => short(level) > 0)
    .map((level) => {
      const warehouse = world.warehouses.find((item) => item.id === level.warehouseId)?.name ?? level.warehouseId
      return exceptionRow(
        world,
        shortId(world, level),
        {
          code: 'stock_short',
          at: `${level.sku}@${level.warehouseId}`,
          facts: { sku: level.sku, warehouse, short: short(level) },
        },
        null,
      )
    })

/** Jobs of a fulfillment that died in the same turn it was granted are no jobs. */
export const withoutDead = (draft: Draft): void => {
  const dead = new Set(
    draft.order.fulfillments.filter((item) => item.status === 'dead').map((item) => placeJob(item.document)),
  )
  for (let i = draft.jobs.length - 1; i >= 0; i--) if (dead.has(draft.jobs[i]?.id ?? '')) draft.jobs.splice(i, 1)
}
