import { z } from 'zod'
import { PROBLEMS, type ProblemCode } from '../../domain/problem.ts'
import {
  type ExceptionRecord,
  exceptionGroups,
  exceptionRecords,
  exceptionView,
  listExceptions,
} from '../../store/read.ts'
import { type OrderPlace, orderPlaces } from '../../store/write/operations.ts'
import { type Call, param, route } from '../call.ts'
import { commandMany, commandOne } from '../commands.ts'
import { rowOwner } from '../owner.ts'
import { conflict, notFound, ok, type Reply } from '../problem.ts'
import { Id, Listing, MerchantId, Only, pageOf, pageReply, Time } from '../schema.ts'
import { dismissStray, isStray, retryStray } from '../stray.ts'
import { mayWaive, settled } from '../waive.ts'
import { Pending } from './operations.ts'
import { Order } from './order-schema.ts'

const sentences = { zh: z.string(), en: z.string(), fixZh: z.string(), fixEn: z.string() }
const Exception = z.object({
  id: z.string(),
  merchantId: z.string(),
  code: z.string(),
  subject: z.string(),
  orderId: z.string().nullable(),
  platformOrderId: z.string().nullable(),
  orderState: z.string().nullable(),
  connection: z.object({ kind: z.string().describe('shop, wh or app'), id: z.string() }),
  openedAt: Time,
  closedAt: Time.nullable(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
  hasRaw: z.boolean().describe('Its message is kept: GET /deliveries/{id} with the same id'),
  ...sentences,
})
const Group = z.object({ code: z.string(), subject: z.string(), count: z.int(), oldestAt: Time, ...sentences })

const Code = z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]])
const Subject = z.string().max(500)
const Query = z.strictObject({
  ...Listing.shape,
  code: Code.optional(),
  subject: Subject.optional(),
  orderId: Id.optional().describe('With an order also what is closed by now'),
})
const Act = z.strictObject({ why: z.string().trim().max(200).optional() })
const Bulk = z.strictObject({
  merchantId: MerchantId,
  code: Code,
  subject: Subject,
  why: z.string().trim().max(200).optional(),
})

type Action = 'retry' | 'dismiss'

const view = async (call: Call): Promise<Reply> => {
  const exception = await exceptionView(call.db, call.merchantId, param(call, 'id'))
  return exception ? ok(exception) : notFound('exception', param(call, 'id'))
}

const stray = (call: Call, action: Action, record: ExceptionRecord): Promise<Reply | undefined> =>
  action === 'retry' ? retryStray(call, record) : dismissStray(call, record)

const single =
  (action: Action) =>
  async (call: Call<unknown, z.output<typeof Act>>): Promise<Reply> => {
    const [record] = await exceptionRecords(call.db, call.merchantId, { id: param(call, 'id') })
    if (!record) return notFound('exception', param(call, 'id'))
    if (record.closedAt !== null) return conflict('id', 'it is closed already', 'Nothing needs to be done')
    if (isStray(record))
      return (await stray(call, action, record)) ?? ok({ status: 'done', exception: (await view(call)).body })
    if (action === 'dismiss' && !mayWaive(record.code, record.subject))
      return settled({ code: record.code, at: record.subject })
    const [place] = await orderPlaces(call.db, call.merchantId, [record.orderId ?? ''])
    if (!place) return conflict('id', 'its order is not stored', 'Dismiss it once it is settled')
    return commandOne(
      call,
      { ...place, problemId: record.id },
      { action, ...(call.body.why && { why: call.body.why }) },
    )
  }

/** Of one call; the answer says how many are left. */
const MOST = 5_000
const PAGE = 500
const STRAYS = 50

const collect = async (
  call: Call,
  which: { readonly code: string; readonly subject: string },
): Promise<ExceptionRecord[]> => {
  const records: ExceptionRecord[] = []
  while (records.length < MOST) {
    const page = await exceptionRecords(call.db, call.merchantId, which, records.at(-1)?.id ?? '', PAGE)
    records.push(...page)
    if (page.length < PAGE) break
  }
  return records
}

const bulk =
  (action: Action) =>
  async (call: Call<unknown, z.output<typeof Bulk>>): Promise<Reply> => {
    const { code, subject, why } = call.body
    const records = await collect(call, { code, subject })
    if (records.length === 0) return notFound('open exception of this code and subject', `${code} ${subject}`)
    if (action === 'dismiss' && !records.every(isStray) && !mayWaive(code, subject))
      return settled({ code, at: subject })
    const strays = records.filter(isStray).slice(0, STRAYS)
    const refused = (await Promise.all(strays.map((record) => stray(call, action, record)))).filter(
      (reply) => reply !== undefined,
    )
    if (refused[0] && refused.length === records.length) return refused[0]
    const problems = new Map(
      records.filter((record) => !isStray(record)).map((record) => [record.orderId ?? '', record.id]),
    )
    const places = await orderPlaces(call.db, call.merchantId, [...problems.keys()])
    const targets = places.map((place): OrderPlace => ({ ...place, problemId: problems.get(place.id) ?? '' }))
    const reply = await commandMany(call, targets, { action, ...(why && { why }) })
    return {
      ...reply,
      body: {
        ...(reply.body as object),
        orders: targets.length,
        messages: strays.length - refused.length,
        refused: refused.length,
        more: records.length >= MOST || records.filter(isStray).length > STRAYS,
      },
    }
  }

const owner = rowOwner('exceptions')
const One = z.object({ status: z.literal('done'), order: Order.optional(), exception: Exception.optional() })
const counts = {
  orders: z.int(),
  messages: z.int().describe('Exceptions without an order that are settled now'),
  refused: z.int(),
  more: z.boolean().describe('There are more than one call takes: send it again'),
}
const Many = z.object({ status: z.literal('done'), total: z.int(), done: z.int(), ...counts })

export const exceptions = [
  route({
    method: 'GET',
    path: '/exceptions',
    summary: 'What waits for a person',
    role: 'viewer',
    scope: 'merchant',
    query: Query,
    answers: { 200: pageOf(Exception) },
    run: ({ db, merchantId, query }) =>
      pageReply(query, (page) =>
        listExceptions(db, { merchantId, code: query.code, subject: query.subject, orderId: query.orderId }, page),
      ),
  }),
  route({
    method: 'GET',
    path: '/exceptions/groups',
    summary: 'The same by cause: fix once, release many',
    role: 'viewer',
    scope: 'merchant',
    query: Only,
    answers: { 200: pageOf(Group) },
    run: async ({ db, merchantId }) => ok({ items: await exceptionGroups(db, merchantId), nextCursor: null }),
  }),
  route({
    method: 'POST',
    path: '/exceptions/retry',
    summary: 'Tries every open one of this code and subject again',
    role: 'operator',
    scope: 'merchant',
    body: Bulk,
    answers: { 200: Many, 202: Pending.extend(counts) },
    run: bulk('retry'),
  }),
  route({
    method: 'POST',
    path: '/exceptions/dismiss',
    summary: 'Declares every open one of this code and subject settled',
    role: 'operator',
    scope: 'merchant',
    body: Bulk,
    answers: { 200: Many, 202: Pending.extend(counts) },
    run: bulk('dismiss'),
  }),
  route({
    method: 'GET',
    path: '/exceptions/{id}',
    summary: 'One exception',
    role: 'viewer',
    scope: owner,
    query: Only,
    answers: { 200: Exception },
    run: view,
  }),
  route({
    method: 'POST',
    path: '/exceptions/{id}/retry',
    summary: 'Tries it again',
    role: 'operator',
    scope: owner,
    body: Act,
    answers: { 200: One, 202: Pending },
    current: view,
    run: single('retry'),
  }),
  route({
    method: 'POST',
    path: '/exceptions/{id}/dismiss',
    summary: 'Declares it settled',
    role: 'operator',
    scope: owner,
    body: Act,
    answers: { 200: One, 202: Pending },
    current: view,
    run: single('dismiss'),
  }),
]
