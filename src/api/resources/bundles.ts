import { z } from 'zod'
import { bundleView, listBundles } from '../../store/read.ts'
import { bundlesAmong, knownSkus, putBundle, putSkus } from '../../store/write/goods.ts'
import { type Call, route } from '../call.ts'
import { conflict, created, type FieldError, notFound, ok, type Reply, refuse } from '../problem.ts'
import { release } from '../release.ts'
import { Listing, MerchantId, Only, pageOf, pageReply, Sku } from '../schema.ts'

const Part = { sku: Sku, quantity: z.int().min(1).max(100_000) }
const View = z.object({
  merchantId: z.string(),
  sku: z.string(),
  parts: z.array(z.object({ sku: z.string(), quantity: z.int() })),
})
const Parts = z.array(z.strictObject(Part)).min(1).max(100)
const Body = z.strictObject({ merchantId: MerchantId, sku: Sku, title: z.string().max(500).optional(), parts: Parts })
const Change = z.strictObject({ parts: Parts })

/** Parts are plain SKUs that exist, each once. */
const wrong = async (
  { db, merchantId }: Call,
  sku: string,
  parts: z.output<typeof Parts>,
): Promise<Reply | undefined> => {
  const codes = parts.map((part) => part.sku)
  const [known, bundles] = [await knownSkus(db, merchantId, codes), await bundlesAmong(db, merchantId, codes)]
  const errors = parts.flatMap((part, i): FieldError[] => {
    const field = `parts.${i}.sku`
    if (part.sku === sku) return [{ field, rule: 'is the bundle itself', fix: 'Name the SKUs that are in it' }]
    if (!known.has(part.sku))
      return [{ field, rule: 'names no SKU of this merchant', fix: 'Create the SKU first: POST /api/v1/skus' }]
    if (bundles.includes(part.sku))
      return [{ field, rule: 'is a bundle', fix: 'Name the parts of that bundle instead' }]
    return codes.indexOf(part.sku) < i ? [{ field, rule: 'comes twice', fix: 'Add the quantities up' }] : []
  })
  const [first] = errors
  return first && refuse('invalid', `${first.field} ${first.rule}. ${first.fix}.`, errors)
}

const view = async ({ db, merchantId, params }: Call): Promise<Reply> => {
  const bundle = await bundleView(db, merchantId, params.sku ?? '')
  return bundle ? ok(bundle) : notFound('bundle', params.sku ?? '')
}

/** A bundle's own code becomes a SKU too, so that orders that name it are understood. */
const create = async (call: Call<unknown, z.output<typeof Body>>): Promise<Reply> => {
  const { db, merchantId, body, now } = call
  if (await bundleView(db, merchantId, body.sku))
    return conflict('sku', 'is a bundle already', 'PATCH /api/v1/bundles/{sku} changes its parts')
  const refused = await wrong(call, body.sku, body.parts)
  if (refused) return refused
  await putBundle(db, merchantId, body.sku, body.parts)
  await putSkus(db, merchantId, [{ sku: body.sku, title: body.title ?? '', barcode: null }], now, false)
  const released = await release(call, ['sku_unknown'], [body.sku])
  return created(
    { ...(await bundleView(db, merchantId, body.sku)), released },
    `/api/v1/bundles/${encodeURIComponent(body.sku)}`,
  )
}

const change = async (call: Call<unknown, z.output<typeof Change>>): Promise<Reply> => {
  const sku = call.params.sku ?? ''
  if (!(await bundleView(call.db, call.merchantId, sku))) return notFound('bundle', sku)
  const refused = await wrong(call, sku, call.body.parts)
  if (refused) return refused
  await putBundle(call.db, call.merchantId, sku, call.body.parts)
  return view(call)
}

const remove = async ({ db, merchantId, params }: Call): Promise<Reply> => {
  const sku = params.sku ?? ''
  if (!(await bundleView(db, merchantId, sku))) return notFound('bundle', sku)
  await putBundle(db, merchantId, sku, [])
  return { status: 204, body: null }
}

export const bundles = [
  route({
    method: 'GET',
    path: '/bundles',
    summary: '组合装: SKUs that stand for several',
    role: 'viewer',
    scope: 'merchant',
    query: Listing,
    answers: { 200: pageOf(View) },
    run: ({ db, merchantId, query }) => pageReply(query, (page) => listBundles(db, merchantId, page)),
  }),
  route({
    method: 'POST',
    path: '/bundles',
    summary: 'Creates a bundle; orders that waited for it go on',
    role: 'owner',
    scope: 'merchant',
    body: Body,
    answers: { 201: View.extend({ released: z.int() }) },
    run: create,
  }),
  route({
    method: 'GET',
    path: '/bundles/{sku}',
    summary: 'One bundle',
    role: 'viewer',
    scope: 'merchant',
    query: Only,
    answers: { 200: View },
    run: view,
  }),
  route({
    method: 'PATCH',
    path: '/bundles/{sku}',
    summary: 'Changes its parts for orders to come; an order keeps the parts it came with',
    role: 'owner',
    scope: 'merchant',
    query: Only,
    body: Change,
    answers: { 200: View },
    current: view,
    run: change,
  }),
  route({
    method: 'DELETE',
    path: '/bundles/{sku}',
    summary: 'Makes it a plain SKU again',
    role: 'owner',
    scope: 'merchant',
    query: Only,
    answers: { 204: null },
    run: remove,
  }),
]
