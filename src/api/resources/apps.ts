import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { authorizationLink } from '../../flow/authorize.ts'
import { platforms } from '../../platforms/index.ts'
import type { Platform } from '../../platforms/platform.ts'
import { type AppView, appView, listApps } from '../../store/read.ts'
import { one } from '../../store/rows.ts'
import { insertApp, updateConnection } from '../../store/write/connections.ts'
import { Pacing } from '../../wire/capability.ts'
import { type Call, param, route } from '../call.ts'
import {
  announceCredentials,
  changedMeanwhile,
  connectionAnswer,
  connectionChange,
  connectionPage,
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
import { conflict, created, notFound, ok, type Reply } from '../problem.ts'
import { Listing, MerchantId, Name, Only, pageOf } from '../schema.ts'

const App = z.object({
  id: z.string(),
  merchantId: z.string(),
  platform: z.string(),
  name: z.string(),
  hookUrl: z.string(),
  ...connectionAnswer,
})

/** Platforms whose key in the hook URL is an app's. */
const ofApps = Object.values(platforms).flatMap((platform) =>
  platform.credentials.app ? [{ platform, credentials: platform.credentials.app }] : [],
)

/** An app knows no shop's own settings: only where the platform is. */
const AppSettings = z.strictObject({
  ...Pacing,
  baseUrl: z.url().optional().describe("A relay or sandbox in place of the platform's own address, for all its shops"),
  socketUrl: z.url().optional().describe('The same for platforms that push over a socket (wss://…)'),
})

const bodyOf = ({ platform, credentials }: (typeof ofApps)[number]) =>
  z.strictObject({
    merchantId: MerchantId,
    platform: z.literal(platform.id),
    name: Name,
    credentials: credentials.strict(),
    settings: AppSettings.prefault({}),
    egress: EgressBody.optional(),
  })

const Body = z.discriminatedUnion('platform', ofApps.map(bodyOf) as [ReturnType<typeof bodyOf>])
const Change = z.strictObject(connectionChange)

/** Where the platform is to push: the app's own address for a platform with apps, else the shop's. */
export const hookUrl = (origin: string, platform: string, key: string): string => `${origin}/hooks/${platform}/${key}`

const shown = (call: Call, app: AppView) => ({ ...app, hookUrl: hookUrl(call.origin, app.platform, app.id) })

const view = async (call: Call): Promise<Reply> => {
  const app = await appView(call.db, call.vault, call.merchantId, param(call, 'id'))
  return app ? ok(shown(call, app)) : notFound('app', param(call, 'id'))
}

const create = async (call: Call<unknown, z.output<typeof Body>>): Promise<Reply> => {
  const { platform, name, credentials, settings } = call.body
  const refused = refusedUrl(call, settings, call.body.egress)
  if (refused) return refused
  const id = call.newId('app')
  await insertApp(
    call.db,
    {
      id,
      merchantId: call.merchantId,
      platform,
      name,
      settings,
      egress: sealEgress(call, 'app', id, call.body.egress),
      credentials: sealFields(call, 'app', id, credentials as Record<string, string>),
    },
    call.now,
  )
  await settleLane(call.env, call.merchantId, `app:${id}`)
  return created(((await view({ ...call, params: { id } })) as Reply).body, `/api/v1/apps/${id}`)
}

const change = async (call: Call<unknown, z.output<typeof Change>>): Promise<Reply> => {
  const row = await one(
    call.db,
    'SELECT * FROM apps WHERE id = ? AND merchant_id = ?',
    param(call, 'id'),
    call.merchantId,
  )
  const credentials = row && (platforms[String(row.platform)] as Platform | undefined)?.credentials.app
  if (!row || !credentials) return notFound('app', param(call, 'id'))
  const worked = workOut(call, 'app', row, call.body, { credentials, settings: AppSettings })
  if (isReply(worked)) return worked
  const key = { id: String(row.id), merchantId: call.merchantId }
  if (!(await updateConnection(call.db, 'apps', key, worked.seen, worked.columns))) return changedMeanwhile()
  await forgetFailures(call, `app:${key.id}`, worked)
  if (worked.renewed)
    await announceCredentials(
      call,
      (await shopIds(call, key.id)).map((id) => [`shop:${id}`, id]),
    )
  return view(call)
}

const Link = z.object({ url: z.string(), expiresAt: z.int() })

const authorize = async (call: Call): Promise<Reply> => {
  const app = await call.config.app(param(call, 'id'), 0)
  if (!app || app.merchantId !== call.merchantId) return notFound('app', param(call, 'id'))
  const link = authorizationLink({ vault: call.vault, now: () => call.now, random: randomUUID }, app, call.origin)
  return link
    ? created(link, link.url)
    : conflict(
        'id',
        `${app.platform} has no authorization by link`,
        "Enter the shop's credentials with POST /api/v1/shops",
      )
}

const owner = rowOwner('apps')

export const apps = [
  route({
    method: 'GET',
    path: '/apps',
    summary: "Credentials at platforms' open platforms",
    role: 'viewer',
    scope: 'merchant',
    query: Listing,
    answers: { 200: pageOf(App) },
    run: (call) => connectionPage(call, listApps, shown),
  }),
  route({
    method: 'POST',
    path: '/apps',
    summary: 'Creates an app; answers with the address that its platform is to push to',
    role: 'owner',
    scope: 'merchant',
    body: Body,
    answers: { 201: App },
    run: create,
  }),
  route({
    method: 'GET',
    path: '/apps/{id}',
    summary: 'One app',
    role: 'viewer',
    scope: owner,
    query: Only,
    answers: { 200: App },
    run: view,
  }),
  route({
    method: 'PATCH',
    path: '/apps/{id}',
    summary: 'Changes an app, its secrets too',
    role: 'owner',
    scope: owner,
    body: Change,
    answers: { 200: App },
    current: view,
    run: change,
  }),
  route({
    method: 'POST',
    path: '/apps/{id}/authorizations',
    summary: 'Makes the link that a merchant opens to authorize a shop for this app; good for an hour',
    role: 'owner',
    scope: owner,
    body: z.strictObject({}),
    answers: { 201: Link },
    run: authorize,
  }),
]
