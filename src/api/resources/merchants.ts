import { z } from 'zod'
import { listMerchants, merchantView } from '../../store/read.ts'
import { insertMerchant, updateMerchant } from '../../store/write/connections.ts'
import { type Call, param, route } from '../call.ts'
import { created, notFound, ok, type Reply, refuse } from '../problem.ts'
import { Name, Only, Paging, pageOf, pageReply } from '../schema.ts'

/** Location hints that Durable Objects know. */
const REGIONS = ['apac', 'apac-ne', 'apac-se', 'wnam', 'enam', 'sam', 'weur', 'eeur', 'oc', 'afr', 'me'] as const

const isZone = (zone: string): boolean => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }))
  } catch {
    return false
  }
}
const Zone = z
  .string()
  .refine(isZone, { error: 'must be an IANA time zone', params: { fix: 'Send one like Asia/Shanghai' } })

const Merchant = z.object({
  id: z.string(),
  name: z.string(),
  region: z.string(),
  skuGroups: z.int(),
  zone: z.string(),
  createdAt: z.int(),
})

const Body = z.strictObject({
  name: Name,
  region: z.enum(REGIONS).default('apac').describe('Near which place its data is worked on'),
  skuGroups: z
    .int()
    .min(0)
    .max(1024)
    .default(0)
    .describe('0: each SKU has an object of its own; n: they share n. Fixed for ever'),
  zone: Zone.default('Asia/Shanghai').describe('In which times are shown'),
})

/** The path names the merchant itself. */
const self = (_: unknown, params: Readonly<Record<string, string>>): Promise<string> => Promise.resolve(params.id ?? '')

const view = async (call: Call): Promise<Reply> => {
  const merchant = param(call, 'id') === call.merchantId ? await merchantView(call.db, call.merchantId) : undefined
  return merchant ? ok(merchant) : notFound('merchant', param(call, 'id'))
}

export const merchants = [
  route({
    method: 'GET',
    path: '/merchants',
    summary: 'Merchants that the token may see',
    role: 'viewer',
    scope: 'none',
    query: z.strictObject(Paging),
    answers: { 200: pageOf(Merchant) },
    run: ({ db, query, merchantId }) => pageReply(query, (page) => listMerchants(db, merchantId || undefined, page)),
  }),
  route({
    method: 'POST',
    path: '/merchants',
    summary: 'Creates a merchant; needs a token of all merchants',
    role: 'owner',
    scope: 'none',
    body: Body,
    answers: { 201: Merchant },
    run: async ({ db, caller, body, newId, now }) => {
      if (caller.merchantId !== null) {
        const [rule, fix] = ['is of one merchant', 'Use a token of all merchants, such as ADMIN_TOKEN']
        return refuse('forbidden', `This token ${rule}. ${fix}.`, [{ field: 'Authorization', rule, fix }])
      }
      const id = newId('m')
      await insertMerchant(db, { id, ...body }, now)
      return created(await merchantView(db, id), `/api/v1/merchants/${id}`)
    },
  }),
  route({
    method: 'GET',
    path: '/merchants/{id}',
    summary: 'One merchant',
    role: 'viewer',
    scope: self,
    query: Only,
    answers: { 200: Merchant },
    run: view,
  }),
  route({
    method: 'PATCH',
    path: '/merchants/{id}',
    summary: 'Changes its name or time zone',
    role: 'owner',
    scope: self,
    answers: { 200: Merchant },
    current: view,
    body: z.strictObject({ name: Name.optional(), zone: Zone.optional() }),
    run: async (call) => {
      const found = await view(call)
      if (found.status !== 200) return found
      await updateMerchant(call.db, call.merchantId, call.body)
      return view(call)
    },
  }),
]
