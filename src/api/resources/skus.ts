import { z } from 'zod'
import { listSkus, skuView } from '../../store/read.ts'
import { knownSkus, putSkus, type SkuRow } from '../../store/write/goods.ts'
import { type Call, param, route } from '../call.ts'
import { conflict, created, notFound, ok, type Reply } from '../problem.ts'
import { release } from '../release.ts'
import { Listing, MerchantId, Only, pageOf, pageReply, Sku } from '../schema.ts'

const View = z.object({
  merchantId: z.string(),
  sku: z.string(),
  title: z.string(),
  barcode: z.string().nullable(),
  createdAt: z.int(),
})
const Released = z.int().describe('Orders that waited for it and look again now')

const fields = { title: z.string().max(500).optional(), barcode: z.string().max(100).nullable().optional() }
const Item = z.strictObject({ sku: Sku, ...fields })
const Body = z.strictObject({ merchantId: MerchantId, ...Item.shape })
const Bulk = z.strictObject({ merchantId: MerchantId, items: z.array(Item).min(1).max(1000) })
const Change = z.strictObject(fields)

const rowOf = ({ sku, title, barcode }: z.output<typeof Item>): SkuRow => ({
  sku,
  title: title ?? '',
  barcode: barcode ?? null,
})

const view = async ({ db, merchantId, params }: Call): Promise<Reply> => {
  const sku = await skuView(db, merchantId, params.sku ?? '')
  return sku ? ok(sku) : notFound('SKU', params.sku ?? '')
}

const create = async (call: Call<unknown, z.output<typeof Body>>): Promise<Reply> => {
  const { db, merchantId, body, now } = call
  const known = await knownSkus(db, merchantId, [body.sku])
  if (known.size > 0)
    return conflict(
      'sku',
      'exists already',
      'PATCH /api/v1/skus/{sku} changes it; POST /api/v1/skus/bulk makes and changes many',
    )
  await putSkus(db, merchantId, [rowOf(body)], now, false)
  const released = await release(call, ['sku_unknown'], [body.sku])
  return created(
    { ...(await skuView(db, merchantId, body.sku)), released },
    `/api/v1/skus/${encodeURIComponent(body.sku)}`,
  )
}

/** All or nothing. What is not named of a SKU that exists is emptied: the list is the whole truth of its rows. */
const bulk = async (call: Call<unknown, z.output<typeof Bulk>>): Promise<Reply> => {
  const { db, merchantId, body, now } = call
  const rows = [...new Map(body.items.map((item) => [item.sku, rowOf(item)])).values()]
  const fresh = await putSkus(db, merchantId, rows, now, true)
  const released = fresh.length > 0 ? await release(call, ['sku_unknown'], fresh) : 0
  return ok({ created: fresh.length, updated: rows.length - fresh.length, released })
}

const change = async (call: Call<unknown, z.output<typeof Change>>): Promise<Reply> => {
  const { db, merchantId, body, now } = call
  const old = await skuView(db, merchantId, param(call, 'sku'))
  if (!old) return notFound('SKU', param(call, 'sku'))
  const barcode = body.barcode === undefined ? old.barcode : body.barcode
  await putSkus(db, merchantId, [{ sku: old.sku, title: body.title ?? old.title, barcode }], now, true)
  return view(call)
}

export const skus = [
  route({
    method: 'GET',
    path: '/skus',
    summary: 'SKUs, in order of their code',
    role: 'viewer',
    scope: 'merchant',
    query: Listing,
    answers: { 200: pageOf(View) },
    run: ({ db, merchantId, query }) => pageReply(query, (page) => listSkus(db, merchantId, page)),
  }),
  route({
    method: 'POST',
    path: '/skus',
    summary: 'Creates a SKU; orders that waited for it go on',
    role: 'owner',
    scope: 'merchant',
    body: Body,
    answers: { 201: View.extend({ released: Released }) },
    run: create,
  }),
  route({
    method: 'POST',
    path: '/skus/bulk',
    summary: 'Creates and changes many SKUs, all or none',
    role: 'owner',
    scope: 'merchant',
    body: Bulk,
    answers: { 200: z.object({ created: z.int(), updated: z.int(), released: Released }) },
    run: bulk,
  }),
  route({
    method: 'GET',
    path: '/skus/{sku}',
    summary: 'One SKU',
    role: 'viewer',
    scope: 'merchant',
    query: Only,
    answers: { 200: View },
    run: view,
  }),
  route({
    method: 'PATCH',
    path: '/skus/{sku}',
    summary: 'Changes its title or barcode',
    role: 'owner',
    scope: 'merchant',
    query: Only,
    body: Change,
    answers: { 200: View },
    current: view,
    run: change,
  }),
]
