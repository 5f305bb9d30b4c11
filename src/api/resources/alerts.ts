/** 告警: where a merchant is told, of what, and how it went. */
import { z } from 'zod'
import type { Channel } from '../../channels/channel.ts'
import { channels } from '../../channels/index.ts'
import { ALERT_CODES } from '../../domain/alert.ts'
import { type AlertPorts, tell, testMessage } from '../../flow/9-alert.ts'
import { channelSender } from '../../flow/channel-send.ts'
import { alertView, listAlerts } from '../../store/read.ts'
import { one } from '../../store/rows.ts'
import { deleteAlert, forgetUnasked, insertAlert, ruleColumns } from '../../store/write/alert-rules.ts'
import { alertFor } from '../../store/write/alerts.ts'
import { updateConnection } from '../../store/write/connections.ts'
import { type Call, param, route } from '../call.ts'
import { changedMeanwhile, connectionAnswer, isReply, refusedUrl, sealFields, workOut } from '../connection.ts'
import { rowOwner } from '../owner.ts'
import { created, notFound, ok, type Reply } from '../problem.ts'
import { Listing, MerchantId, Name, Only, pageOf, pageReply, Time } from '../schema.ts'

const Codes = z
  .array(z.enum(ALERT_CODES))
  .min(1)
  .max(ALERT_CODES.length)
  .nullable()
  .describe('What to tell: codes of problems, and conditions of connections. Null: all that waits for a person')
const Quiet = z
  .int()
  .min(1)
  .max(1440)
  .describe('The same cause is told once in so many minutes, with a count, and once more if it went on')
const Language = z.enum(['zh', 'en'])

const Shown = z.object({
  id: z.string(),
  merchantId: z.string(),
  channel: z.string(),
  name: z.string(),
  codes: z.array(z.string()).nullable(),
  quietMinutes: z.number(),
  language: Language,
  enabled: z.boolean(),
  createdAt: Time,
  settings: connectionAnswer.settings,
  credentials: connectionAnswer.credentials,
  state: z.enum(['new', 'ok', 'failing', 'off']),
  sent: z.int().describe('Messages that the channel took'),
  lastSentAt: Time.nullable(),
  failures: z.int().describe('Tries in a row that failed'),
  lastError: z.string().nullable(),
  lastErrorAt: Time.nullable(),
  nextTryAt: Time.nullable().describe('A message that failed is tried again then; null: none waits'),
  waiting: z.int().describe('Causes that were not told yet'),
})

const bodyOf = (channel: Channel) =>
  z.strictObject({
    merchantId: MerchantId,
    channel: z.literal(channel.id),
    name: Name,
    credentials: channel.credentials.strict().prefault({}),
    settings: channel.settings.strict().prefault({}),
    codes: Codes.default(null),
    quietMinutes: Quiet.default(30),
    language: Language.default('zh'),
  })

const Body = z.discriminatedUnion('channel', Object.values(channels).map(bodyOf) as [ReturnType<typeof bodyOf>])

const Change = z.strictObject({
  name: Name.optional(),
  credentials: z.record(z.string(), z.string()).optional().describe('Fields named here are replaced'),
  settings: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('Fields named here are replaced; null takes one away'),
  codes: Codes.optional(),
  quietMinutes: Quiet.optional(),
  language: Language.optional(),
  enabled: z.boolean().optional(),
})

const portsOf = ({ env, db, vault }: Call): AlertPorts => ({
  db,
  vault,
  now: Date.now,
  random: () => crypto.randomUUID(),
  send: channelSender(env),
  report: (what, facts) => console.error(JSON.stringify({ what, ...facts })),
})

const view = async (call: Call): Promise<Reply> => {
  const alert = await alertView(call.db, call.vault, call.merchantId, param(call, 'id'))
  return alert ? ok(alert) : notFound('alert', param(call, 'id'))
}

const create = async (call: Call<unknown, z.output<typeof Body>>): Promise<Reply> => {
  const { channel, name, codes, quietMinutes, language, settings } = call.body
  const refused = refusedUrl(call, settings)
  if (refused) return refused
  const id = call.newId('al')
  const credentials = sealFields(call, 'alert', id, call.body.credentials as Record<string, string>)
  const rule = { channel, name, codes, quietMs: quietMinutes * 60_000, language, settings, credentials }
  await insertAlert(call.db, { id, merchantId: call.merchantId, origin: call.origin, ...rule }, call.now)
  return created((await view({ ...call, params: { id } })).body, `/api/v1/alerts/${id}`)
}

const change = async (call: Call<unknown, z.output<typeof Change>>): Promise<Reply> => {
  const key = { id: param(call, 'id'), merchantId: call.merchantId }
  const row = await one(call.db, 'SELECT * FROM alerts WHERE id = ? AND merchant_id = ?', key.id, key.merchantId)
  const channel = row && channels[String(row.channel)]
  if (!row || !channel) return notFound('alert', key.id)
  const { codes, quietMinutes, language, enabled, ...change } = call.body
  const worked = workOut(call, 'alert', row, change, channel)
  if (isReply(worked)) return worked
  const quietMs = quietMinutes === undefined ? undefined : quietMinutes * 60_000
  // Nothing is signed by a channel, and none has tokens that end: of former credentials nothing is kept.
  const columns = Object.fromEntries(
    ['name', 'settings', 'credentials'].flatMap((name) => {
      const value = worked.columns[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
  const rule = ruleColumns({ codes, quietMs, language, enabled, origin: call.origin })
  if (!(await updateConnection(call.db, 'alerts', key, worked.seen, { ...columns, ...rule }))) return changedMeanwhile()
  await forgetUnasked(call.db, key.id)
  const ports = portsOf(call)
  // What fails here is tried again by the clock.
  call.later(
    tell(ports, [call.merchantId]).catch((error: unknown) => ports.report('alerts failed', { error: String(error) })),
  )
  return view(call)
}

const test = async (call: Call): Promise<Reply> => {
  const rule = await alertFor(call.db, call.merchantId, param(call, 'id'))
  if (!rule) return notFound('alert', param(call, 'id'))
  const outcome = await testMessage(portsOf(call), rule)
  const detail = outcome.class === 'done' ? null : outcome.detail
  return ok({ delivered: outcome.class === 'done', outcome: outcome.class, detail, alert: (await view(call)).body })
}

const remove = async (call: Call): Promise<Reply> =>
  (await deleteAlert(call.db, call.merchantId, param(call, 'id')))
    ? { status: 204, body: null }
    : notFound('alert', param(call, 'id'))

const owner = rowOwner('alerts')

export const alerts = [
  route({
    method: 'GET',
    path: '/alerts',
    summary: 'Channels that are told what waits for a person, and how each one is',
    role: 'viewer',
    scope: 'merchant',
    query: Listing,
    answers: { 200: pageOf(Shown) },
    run: ({ db, vault, merchantId, query }) => pageReply(query, (page) => listAlerts(db, vault, merchantId, page)),
  }),
  route({
    method: 'POST',
    path: '/alerts',
    summary: 'Adds a channel with its rule',
    role: 'owner',
    scope: 'merchant',
    body: Body,
    answers: { 201: Shown },
    run: create,
  }),
  route({
    method: 'GET',
    path: '/alerts/{id}',
    summary: 'One channel',
    role: 'viewer',
    scope: owner,
    query: Only,
    answers: { 200: Shown },
    run: view,
  }),
  route({
    method: 'PATCH',
    path: '/alerts/{id}',
    summary: 'Changes a channel or its rule; a message that waits is tried at once',
    role: 'owner',
    scope: owner,
    body: Change,
    answers: { 200: Shown },
    current: view,
    run: change,
  }),
  route({
    method: 'DELETE',
    path: '/alerts/{id}',
    summary: 'Forgets a channel, and what it was still to be told',
    role: 'owner',
    scope: owner,
    answers: { 204: null },
    run: remove,
  }),
  route({
    method: 'POST',
    path: '/alerts/{id}/test',
    summary: 'Sends a test message now, and says what became of it',
    role: 'operator',
    scope: owner,
    body: z.strictObject({}),
    answers: {
      200: z.object({
        delivered: z.boolean(),
        outcome: z.string().describe('done · retry · unknown · rejected · auth · quota'),
        detail: z.string().nullable().describe("The channel's own words"),
        alert: Shown,
      }),
    },
    run: test,
  }),
]
