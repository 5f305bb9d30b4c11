/** 物流查询: connections to those who follow parcels. */
import { z } from 'zod'
import { trackers as systems } from '../../carriers/index.ts'
import type { Tracker } from '../../carriers/tracker.ts'
import { listTrackers, type TrackerView, trackerView } from '../../store/read.ts'
import { one } from '../../store/rows.ts'
import { insertTracker, updateConnection } from '../../store/write/connections.ts'
import { type Call, param, route } from '../call.ts'
import {
  announceCredentials,
  changedMeanwhile,
  connectionAnswer,
  connectionChange,
  EgressBody,
  forgetFailures,
  isReply,
  refusedUrl,
  sealEgress,
  sealFields,
  shopIds,
  workOut,
} from '../connection.ts'
import { settleLane } from '../lanes.ts'
import { rowOwner } from '../owner.ts'
import { created, notFound, ok, type Reply } from '../problem.ts'
import { followLater } from '../release.ts'
import { Listing, MerchantId, Name, Only, pageOf, pageReply } from '../schema.ts'

const Rank = z.int().min(0).max(10_000).describe('Of several that can follow a parcel the lower is asked')

const Shown = z.object({
  ...{ id: z.string(), merchantId: z.string(), system: z.string(), name: z.string() },
  callbackUrl: z.string().describe('Where its pushes come to'),
  ...{ rank: z.int(), enabled: z.boolean() },
  ...connectionAnswer,
})

const bodyOf = (adapter: Tracker) =>
  z.strictObject({
    merchantId: MerchantId,
    system: z.literal(adapter.id),
    name: Name,
    credentials: adapter.credentials.strict(),
    rank: Rank.default(100),
    egress: EgressBody.optional(),
    settings: adapter.settings.strict().prefault({}),
  })

const Body = z.discriminatedUnion('system', Object.values(systems).map(bodyOf) as [ReturnType<typeof bodyOf>])
const Change = z.strictObject({ ...connectionChange, rank: Rank.optional(), enabled: z.boolean().optional() })

const ownUrl = (call: Call, system: string, id: string): string => `${call.origin}/callbacks/${system}/${id}`

const shown = (call: Call, tracker: TrackerView) => {
  const { callbackUrl } = tracker.settings
  return {
    ...tracker,
    callbackUrl: typeof callbackUrl === 'string' ? callbackUrl : ownUrl(call, tracker.system, tracker.id),
  }
}

const view = async (call: Call): Promise<Reply> => {
  const tracker = await trackerView(call.db, call.vault, call.merchantId, param(call, 'id'))
  return tracker ? ok(shown(call, tracker)) : notFound('tracker', param(call, 'id'))
}

const create = async (call: Call<unknown, z.output<typeof Body>>): Promise<Reply> => {
  const { name, rank, system } = call.body
  const id = call.newId('tk')
  // It must be told where to call back: what is called from a queue does not know its own address.
  const settings = { callbackUrl: ownUrl(call, system, id), ...call.body.settings }
  const refused = refusedUrl(call, settings, call.body.egress)
  if (refused) return refused
  const credentials = sealFields(call, 'tracker', id, call.body.credentials as Record<string, string>)
  const egress = sealEgress(call, 'tracker', id, call.body.egress)
  const base = { id, merchantId: call.merchantId, system, name, rank }
  await insertTracker(call.db, { ...base, settings, credentials, egress }, call.now)
  await settleLane(call.env, call.merchantId, `tr:${id}`)
  followLater(call)
  return created((await view({ ...call, params: { id } })).body, `/api/v1/trackers/${id}`)
}

const change = async (call: Call<unknown, z.output<typeof Change>>): Promise<Reply> => {
  const row = await one(
    call.db,
    'SELECT * FROM trackers WHERE id = ? AND merchant_id = ?',
    param(call, 'id'),
    call.merchantId,
  )
  const adapter = row && systems[String(row.system)]
  if (!row || !adapter) return notFound('tracker', param(call, 'id'))
  const forms = { credentials: adapter.credentials, settings: adapter.settings }
  const worked = workOut(call, 'tracker', row, call.body, forms)
  if (isReply(worked)) return worked
  const key = { id: String(row.id), merchantId: call.merchantId }
  const { rank, enabled } = call.body
  const columns = {
    ...worked.columns,
    ...(rank !== undefined && { rank }),
    ...(enabled !== undefined && { enabled: enabled ? 1 : 0 }),
  }
  if (!(await updateConnection(call.db, 'trackers', key, worked.seen, columns))) return changedMeanwhile()
  await forgetFailures(call, `tr:${key.id}`, worked)
  // Its jobs wait in the lanes of the shops whose parcels they follow.
  if (worked.renewed)
    await announceCredentials(
      call,
      (await shopIds(call)).map((id) => [`shop:${id}`, key.id] as const),
    )
  if (enabled !== undefined || rank !== undefined || call.body.settings !== undefined) followLater(call)
  return view(call)
}

const owner = rowOwner('trackers')

export const trackers = [
  route({
    method: 'GET',
    path: '/trackers',
    summary: '物流查询: who follows parcels',
    role: 'viewer',
    scope: 'merchant',
    query: Listing,
    answers: { 200: pageOf(Shown) },
    run: async (call) => {
      const { db, vault, merchantId, query } = call
      return pageReply(query, async (page) => {
        const { items, nextCursor } = await listTrackers(db, vault, merchantId, page)
        return { items: items.map((tracker) => shown(call, tracker)), nextCursor }
      })
    },
  }),
  route({
    method: 'POST',
    path: '/trackers',
    summary: 'Connects a tracker; answers with the address that it is to call back',
    role: 'owner',
    scope: 'merchant',
    body: Body,
    answers: { 201: Shown },
    run: create,
  }),
  route({
    method: 'GET',
    path: '/trackers/{id}',
    summary: 'One tracker',
    role: 'viewer',
    scope: owner,
    query: Only,
    answers: { 200: Shown },
    run: view,
  }),
  route({
    method: 'PATCH',
    path: '/trackers/{id}',
    summary: 'Changes a tracker, its secrets too',
    role: 'owner',
    scope: owner,
    body: Change,
    answers: { 200: Shown },
    current: view,
    run: change,
  }),
]
