import { z } from 'zod'
import { all, text } from '../../store/rows.ts'
import { type Call, route } from '../call.ts'
import { laneStub } from '../lanes.ts'
import { invalid, ok, type Reply } from '../problem.ts'
import { Id, MerchantId, Paging, pageOf, Time } from '../schema.ts'

const Job = z.object({
  id: z.string(),
  kind: z.enum(['place', 'cancel', 'ask', 'ship', 'fetch', 'stock', 'track']),
  shopId: z.string().describe('Whose order or listing it is for'),
  connection: z.string().describe('The shop, warehouse or tracker that is called'),
  subject: z.string(),
  orderId: z.string().nullable(),
  attempts: z.int(),
  nextAt: Time.nullable().describe('Null: it waits for a person'),
  underWay: z.boolean(),
  shipBy: Time.nullable(),
})

const Query = z.strictObject({ merchantId: MerchantId, shopId: Id.optional(), ...Paging })

const SHOPS_A_PAGE = 20
/** The outbox writes "no ship-by time" as the greatest number there is. */
const NEVER = Number.MAX_SAFE_INTEGER

const jobOf =
  (shopId: string, now: number) =>
  (row: Readonly<Record<string, string | number | null>>): z.output<typeof Job> => {
    const ref = text(row.ref)
    return {
      id: text(row.id),
      kind: row.kind as z.output<typeof Job>['kind'],
      shopId,
      connection: text(row.connection),
      subject: text(row.subject),
      orderId: ref.startsWith('o:') ? ref.slice(2) : null,
      attempts: Number(row.attempts),
      nextAt: row.at === null || row.at === undefined ? null : Math.round(Number(row.at)),
      underWay: Number(row.leased_until) > now,
      shipBy: Number(row.ship_by) === NEVER ? null : Number(row.ship_by),
    }
  }

/** A page is some shops' jobs, those with most attempts first; the cursor is the last shop's id. */
const list = async ({ db, env, merchantId, query, now }: Call<z.output<typeof Query>>): Promise<Reply> => {
  if (query.cursor !== undefined && !/^[\w-]+$/.test(query.cursor))
    return invalid('cursor', 'is no cursor of this list', 'Send nextCursor of the page before as it came')
  const named = query.shopId === undefined ? '?3 = ?3' : 'id = ?3'
  const rows = await all(
    db,
    `SELECT id FROM shops WHERE merchant_id = ?1 AND id > ?2 AND ${named} ORDER BY id LIMIT ?4`,
    merchantId,
    query.cursor ?? '',
    query.shopId ?? '',
    SHOPS_A_PAGE + 1,
  )
  const shops = rows.slice(0, SHOPS_A_PAGE).map((row) => text(row.id))
  const items = await Promise.all(
    shops.map(async (id) => (await laneStub(env, `shop:${id}`).jobs(query.limit ?? 50)).map(jobOf(id, now))),
  )
  return ok({ items: items.flat(), nextCursor: rows.length > SHOPS_A_PAGE ? (shops.at(-1) ?? null) : null })
}

export const jobs = [
  route({
    method: 'GET',
    path: '/jobs',
    summary: 'Calls to partners that wait or are under way. `limit` counts per shop',
    role: 'viewer',
    scope: 'merchant',
    query: Query,
    answers: { 200: pageOf(Job) },
    run: list,
  }),
]
