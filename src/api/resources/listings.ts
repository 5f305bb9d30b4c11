import { z } from 'zod'
import { type ListingView, listingView, listListings } from '../../store/read.ts'
import { all, text } from '../../store/rows.ts'
import { deleteListing, knownSkus, type ListingRow, putListings } from '../../store/write/goods.ts'
import { type Call, param, route } from '../call.ts'
import { listingIdOf, listingOwner } from '../owner.ts'
import { conflict, created, type FieldError, notFound, ok, type Reply, refuse } from '../problem.ts'
import { release, showStock } from '../release.ts'
import { Id, MerchantId, Only, Paging, pageOf, pageReply, Sku } from '../schema.ts'

const View = z.object({
  id: z.string(),
  merchantId: z.string(),
  shopId: z.string(),
  listingId: z.string(),
  parentId: z.string().nullable(),
  code: z.string(),
  sku: z.string(),
  title: z.string(),
  createdAt: z.int(),
})
const Released = z.int().describe('Orders that waited for it and look again now')

const fields = {
  parentId: Id.nullable()
    .optional()
    .describe('The parent id where the platform wants one with the listing (product, inventory item)'),
  code: z.string().trim().max(200).optional().describe("The seller's code 商家编码, as the platform has it"),
  title: z.string().max(500).optional(),
}
const Item = z.strictObject({
  shopId: Id,
  listingId: Id.describe("The platform's own id of the thing sold"),
  sku: Sku,
  ...fields,
})
const Body = z.strictObject({ merchantId: MerchantId, ...Item.shape })
const Bulk = z.strictObject({ merchantId: MerchantId, items: z.array(Item).min(1).max(1000) })
const Change = z.strictObject({ sku: Sku.optional(), ...fields })
const Query = z.strictObject({ merchantId: MerchantId, shopId: Id.optional(), sku: Sku.optional(), ...Paging })

const rowOf = ({ parentId, code, title, ...rest }: z.output<typeof Item>): ListingRow => ({
  ...rest,
  parentId: parentId ?? null,
  code: code ?? '',
  title: title ?? '',
})
const shown = (listing: ListingView) => ({ id: `${listing.shopId}:${listing.listingId}`, ...listing })

/** Shops and SKUs that the rows name must be there. `at` names the row. */
const missing = async (
  { db, merchantId }: Call,
  rows: readonly ListingRow[],
  at: (i: number) => string,
): Promise<Reply | undefined> => {
  const skus = await knownSkus(
    db,
    merchantId,
    rows.map((row) => row.sku),
  )
  const shops = new Set(
    (await all(db, 'SELECT id FROM shops WHERE merchant_id = ?', merchantId)).map((row) => text(row.id)),
  )
  const errors = rows.flatMap((row, i): FieldError[] => [
    ...(shops.has(row.shopId)
      ? []
      : [{ field: `${at(i)}shopId`, rule: 'names no shop of this merchant', fix: 'GET /api/v1/shops lists them' }]),
    ...(skus.has(row.sku)
      ? []
      : [
          {
            field: `${at(i)}sku`,
            rule: 'names no SKU of this merchant',
            fix: 'Create the SKU first: POST /api/v1/skus',
          },
        ]),
  ])
  const [first] = errors
  return first && refuse('invalid', `${first.field} ${first.rule}. ${first.fix}.`, errors)
}

/** Orders whose lines had no meaning look again; the shop is shown what there is of the goods. */
const announce = async (call: Call, rows: readonly ListingRow[]): Promise<number> => {
  const subjects = rows.flatMap((row) => [row.listingId, ...(row.code ? [row.code] : [])])
  const released = await release(call, ['sku_unknown', 'sku_missing'], subjects)
  for (const [shopId, list] of Map.groupBy(rows, (row) => row.shopId))
    await showStock(call, shopId, [...new Set(list.map((row) => row.sku))])
  return released
}

const view = async (call: Call): Promise<Reply> => {
  const { shopId, listingId } = listingIdOf(param(call, 'id'))
  const listing = await listingView(call.db, call.merchantId, shopId, listingId)
  return listing ? ok(shown(listing)) : notFound('listing', param(call, 'id'))
}

const create = async (call: Call<unknown, z.output<typeof Body>>): Promise<Reply> => {
  const { merchantId: _, ...item } = call.body
  const row = rowOf(item)
  const refused = await missing(call, [row], () => '')
  if (refused) return refused
  const known = await listingView(call.db, call.merchantId, row.shopId, row.listingId)
  if (known)
    return conflict(
      'listingId',
      `is mapped to ${known.sku} already`,
      `PATCH /api/v1/listings/${encodeURIComponent(shown(known).id)} changes it`,
    )
  await putListings(call.db, call.merchantId, [row], call.now)
  const released = await announce(call, [row])
  const listing = (await listingView(call.db, call.merchantId, row.shopId, row.listingId)) as ListingView
  return created({ ...shown(listing), released }, `/api/v1/listings/${encodeURIComponent(shown(listing).id)}`)
}

const bulk = async (call: Call<unknown, z.output<typeof Bulk>>): Promise<Reply> => {
  const rows = call.body.items.map(rowOf)
  const refused = await missing(call, rows, (i) => `items.${i}.`)
  if (refused) return refused
  await putListings(call.db, call.merchantId, rows, call.now)
  return ok({ written: rows.length, released: await announce(call, rows) })
}

const change = async (call: Call<unknown, z.output<typeof Change>>): Promise<Reply> => {
  const { shopId, listingId } = listingIdOf(param(call, 'id'))
  const old = await listingView(call.db, call.merchantId, shopId, listingId)
  if (!old) return notFound('listing', param(call, 'id'))
  const { sku, parentId, code, title } = call.body
  const row: ListingRow = {
    shopId,
    listingId,
    sku: sku ?? old.sku,
    parentId: parentId === undefined ? old.parentId : parentId,
    code: code ?? old.code,
    title: title ?? old.title,
  }
  const refused = await missing(call, [row], () => '')
  if (refused) return refused
  await putListings(call.db, call.merchantId, [row], call.now)
  await announce(call, [row])
  return view(call)
}

const remove = async (call: Call): Promise<Reply> => {
  const { shopId, listingId } = listingIdOf(param(call, 'id'))
  return (await deleteListing(call.db, call.merchantId, shopId, listingId))
    ? { status: 204, body: null }
    : notFound('listing', param(call, 'id'))
}

export const listings = [
  route({
    method: 'GET',
    path: '/listings',
    summary: 'What shops sell, and the SKU it means',
    role: 'viewer',
    scope: 'merchant',
    query: Query,
    answers: { 200: pageOf(View) },
    run: ({ db, merchantId, query }) =>
      pageReply(query, async (page) => {
        const { items, nextCursor } = await listListings(db, { merchantId, shopId: query.shopId, sku: query.sku }, page)
        return { items: items.map(shown), nextCursor }
      }),
  }),
  route({
    method: 'POST',
    path: '/listings',
    summary: 'Maps a listing to a SKU; orders that waited for it go on',
    role: 'owner',
    scope: 'merchant',
    body: Body,
    answers: { 201: View.extend({ released: Released }) },
    run: create,
  }),
  route({
    method: 'POST',
    path: '/listings/bulk',
    summary: 'Maps many listings, all or none; what was mapped is mapped anew',
    role: 'owner',
    scope: 'merchant',
    body: Bulk,
    answers: { 200: z.object({ written: z.int(), released: Released }) },
    run: bulk,
  }),
  route({
    method: 'GET',
    path: '/listings/{id}',
    summary: 'One listing: `<shop id>:<listing id>`',
    role: 'viewer',
    scope: listingOwner,
    query: Only,
    answers: { 200: View },
    run: view,
  }),
  route({
    method: 'PATCH',
    path: '/listings/{id}',
    summary: 'Maps it to another SKU, or changes what else is known of it',
    role: 'owner',
    scope: listingOwner,
    body: Change,
    answers: { 200: View },
    current: view,
    run: change,
  }),
  route({
    method: 'DELETE',
    path: '/listings/{id}',
    summary: 'Forgets the mapping; orders that have it keep their SKUs',
    role: 'owner',
    scope: listingOwner,
    answers: { 204: null },
    run: remove,
  }),
]
