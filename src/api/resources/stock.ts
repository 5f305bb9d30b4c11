import { z } from 'zod'
import type { StockCommand } from '../../lane/event.ts'
import { listDiscrepancies, listStock, stockOf, warehouseView } from '../../store/read.ts'
import { bundlesAmong, knownSkus } from '../../store/write/goods.ts'
import { operationRow } from '../../store/write/operations.ts'
import { type Call, param, route } from '../call.ts'
import { operationId, pending } from '../commands.ts'
import { append, within } from '../lanes.ts'
import { invalid, notFound, ok, type Reply } from '../problem.ts'
import { Flag, Id, Listing, MerchantId, Only, pageOf, pageReply, Sku } from '../schema.ts'
import { Pending } from './operations.ts'

const figures = {
  onHand: z.int(),
  reserved: z.int(),
  available: z.int().describe('可售'),
  short: z.int().describe('缺货: promised beyond what is there'),
}
const Level = z.object({
  warehouseId: z.string(),
  warehouseName: z.string(),
  ...figures,
  inTransit: z.int(),
  version: z.int().describe('Grows with each change'),
  counted: z.boolean().describe('false: nobody has counted it here; unknown, not 0'),
})
const Stock = z.object({
  merchantId: z.string(),
  sku: z.string(),
  title: z.string(),
  levels: z.array(Level),
  total: z.object(figures),
})

const pieces = z.int().min(0).max(1_000_000_000)
const Body = z
  .strictObject({
    merchantId: MerchantId,
    warehouseId: Id,
    sku: Sku,
    onHand: pieces.optional().describe('A count: this many are there now'),
    delta: z
      .int()
      .min(-1_000_000_000)
      .max(1_000_000_000)
      .optional()
      .describe('A correction: this many more (or fewer)'),
    reason: z.string().trim().min(1).max(200),
  })
  .refine((body) => (body.onHand === undefined) !== (body.delta === undefined), {
    path: ['onHand'],
    error: 'exactly one of onHand and delta must be there',
    params: { fix: 'Send onHand after a count, delta for a correction' },
  })
  .refine((body) => body.delta !== 0, {
    path: ['delta'],
    error: 'must not be 0',
    params: { fix: 'Send the difference, with its sign' },
  })

const view = async (call: Call): Promise<Reply> => {
  const stock = await stockOf(call.db, call.merchantId, param(call, 'sku'))
  return stock ? ok(stock) : notFound('SKU', param(call, 'sku'))
}

const adjust = async (call: Call<unknown, z.output<typeof Body>>): Promise<Reply> => {
  const { db, vault, merchantId, body, caller, now } = call
  const { sku, warehouseId, onHand, delta, reason } = body
  if (!(await warehouseView(db, vault, merchantId, warehouseId)))
    return invalid('warehouseId', 'names no warehouse of this merchant', 'GET /api/v1/warehouses lists them')
  if (!(await knownSkus(db, merchantId, [sku])).has(sku))
    return invalid('sku', 'names no SKU of this merchant', 'Create the SKU first: POST /api/v1/skus')
  if ((await bundlesAmong(db, merchantId, [sku])).length > 0)
    return invalid('sku', 'is a bundle, which has no stock of its own', 'Adjust its parts')
  const command: StockCommand = {
    sku,
    warehouseId,
    reason,
    actor: caller.name,
    ...(onHand !== undefined ? { kind: 'set', quantity: onHand } : { kind: 'adjust', quantity: delta ?? 0 }),
  }
  const operation = operationId(call)
  await append(call.env, `wh:${warehouseId}`, [
    { id: `a:${operation}`, at: now, body: { kind: 'stock', command, operation } },
  ])
  const done = await within(async () =>
    (await operationRow(db, merchantId, operation))?.status === 'done' ? true : undefined,
  )
  if (!done) return pending(call, { kind: 'stock', sku, warehouseId })
  return ok({ status: 'done', operationId: operation, ...(await stockOf(db, merchantId, sku)) })
}

const Query = z.strictObject({
  ...Listing.shape,
  short: Flag.optional().describe('true: only SKUs that are promised beyond what is there'),
})
const Difference = z.object({
  id: z.string(),
  sku: z.string(),
  warehouseId: z.string(),
  difference: z.int(),
  at: z.int(),
  reason: z.string(),
})

export const stock = [
  route({
    method: 'GET',
    path: '/stock',
    summary: 'Levels of every SKU, per warehouse',
    role: 'viewer',
    scope: 'merchant',
    query: Query,
    answers: { 200: pageOf(Stock) },
    run: ({ db, merchantId, query }) =>
      pageReply(query, (page) => listStock(db, { merchantId, short: query.short }, page)),
  }),
  route({
    method: 'GET',
    path: '/stock/discrepancies',
    summary: '库存差异: what counts said against the books, newest first',
    role: 'viewer',
    scope: 'merchant',
    query: Listing,
    answers: { 200: pageOf(Difference) },
    run: ({ db, merchantId, query }) => pageReply(query, (page) => listDiscrepancies(db, merchantId, page)),
  }),
  route({
    method: 'GET',
    path: '/stock/{sku}',
    summary: 'Levels of one SKU, per warehouse',
    role: 'viewer',
    scope: 'merchant',
    query: Only,
    answers: { 200: Stock },
    run: view,
  }),
  route({
    method: 'POST',
    path: '/stock/adjustments',
    summary: 'Sets or corrects a level',
    role: 'operator',
    scope: 'merchant',
    body: Body,
    run: adjust,
    answers: { 200: z.object({ status: z.literal('done'), operationId: z.string(), ...Stock.shape }), 202: Pending },
  }),
]
