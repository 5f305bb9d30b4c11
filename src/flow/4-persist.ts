/** Stage 4: what a turn leaves behind, as rows for one batch of the store. Rows are absolute: written twice they are the same. */
import { type OrderState, stateOf } from '../domain/order-state.ts'
import type { Problem } from '../domain/problem.ts'
import { type StockLevel, short, type Wake } from '../domain/stock.ts'
import type { Statement } from '../lane/ports.ts'
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

const SQL: Readonly<Record<string, string>> = {
  orders: `INSERT INTO orders (id, merchant_id, shop_id, platform_order_id, state, placed_at, ship_by, updated_at, seq, body)
    SELECT value->>'id', value->>'merchantId', value->>'shopId', value->>'platformOrderId', value->>'state', value->>'placedAt', value->>'shipBy', value->>'updatedAt', value->>'seq', value->>'body'
    FROM json_each(?1) WHERE true ON CONFLICT(id) DO UPDATE SET state = excluded.state, placed_at = excluded.placed_at, ship_by = excluded.ship_by, updated_at = excluded.updated_at, seq = excluded.seq, body = excluded.body`,
  terms: `INSERT INTO order_terms (merchant_id, term, order_id) SELECT value->>'merchantId', value->>'term', value->>'orderId' FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING`,
  timeline: `INSERT INTO timeline (order_id, seq, body) SELECT value->>'orderId', value->>'seq', value->>'body' FROM json_each(?1) WHERE true ON CONFLICT(order_id, seq) DO UPDATE SET body = excluded.body`,
  exceptions: `INSERT INTO exceptions (id, merchant_id, lane, order_id, code, subject, opened_at, closed_at, body)
    SELECT value->>'id', value->>'merchantId', value->>'lane', value->>'orderId', value->>'code', value->>'subject', value->>'openedAt', value->>'closedAt', value->>'body' FROM json_each(?1) WHERE true
    ON CONFLICT(id) DO UPDATE SET closed_at = excluded.closed_at, body = excluded.body, opened_at = CASE WHEN exceptions.closed_at IS NOT NULL AND excluded.closed_at IS NULL THEN excluded.opened_at ELSE exceptions.opened_at END`,
  closes: `UPDATE exceptions SET closed_at = ?2 WHERE id IN (SELECT value FROM json_each(?1)) AND closed_at IS NULL`,
  levels: `INSERT INTO stock_levels (merchant_id, sku, warehouse_id, counted, on_hand, reserved, in_transit, version)
    SELECT value->>'merchantId', value->>'sku', value->>'warehouseId', value->>'counted', value->>'onHand', value->>'reserved', value->>'inTransit', value->>'version' FROM json_each(?1) WHERE true
    ON CONFLICT(merchant_id, sku, warehouse_id) DO UPDATE SET counted = excluded.counted, on_hand = excluded.on_hand, reserved = excluded.reserved, in_transit = excluded.in_transit, version = excluded.version
    WHERE excluded.version > stock_levels.version`,
  discrepancies: `INSERT INTO discrepancies (id, merchant_id, sku, warehouse_id, difference, at, reason)
    SELECT value->>'id', value->>'merchantId', value->>'sku', value->>'warehouseId', value->>'difference', value->>'at', value->>'reason' FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING`,
  operations: `INSERT INTO operations (id, merchant_id, status, body, at) SELECT value->>'id', value->>'merchantId', 'done', value->>'body', value->>'at' FROM json_each(?1) WHERE true
    ON CONFLICT(id) DO UPDATE SET status = 'done', body = excluded.body`,
  redactShop: `UPDATE orders SET body = json_set(body, '$.sealed', '', '$.redacted', json('true'), '$.receiver.masked', json('{"name":"","phone":"","address":""}')) WHERE shop_id IN (SELECT value FROM json_each(?1))`,
}

/** One parameter may hold 2 MB in production: longer lists become several statements. */
const MAX_CHARS = 900_000

export const statements = (units: readonly Unit[], at: number): Statement[] =>
  Object.entries(SQL).flatMap(([name, sql]) =>
    chunks(units.flatMap((unit) => unit.rows[name] ?? [])).map((json) => ({
      sql,
      values: sql.includes('?2') ? [json, at] : [json],
    })),
  )

const chunks = (rows: readonly unknown[]): string[] => {
  const texts: string[] = []
  let current: string[] = []
  let size = 0
  for (const row of rows.map((item) => JSON.stringify(item))) {
    if (size + row.length > MAX_CHARS && current.length > 0) {
      texts.push(`[${current.join(',')}]`)
      current = []
      size = 0
    }
    current.push(row)
    size += row.length
  }
  return current.length > 0 ? [...texts, `[${current.join(',')}]`] : texts
}

/** Jobs of a fulfillment that died in the same turn it was granted are no jobs. */
export const withoutDead = (draft: Draft): void => {
  const dead = new Set(
    draft.order.fulfillments.filter((item) => item.status === 'dead').map((item) => placeJob(item.document)),
  )
  for (let i = draft.jobs.length - 1; i >= 0; i--) if (dead.has(draft.jobs[i]?.id ?? '')) draft.jobs.splice(i, 1)
}
