/** What apps, shops and warehouses have in common: secrets that are sealed, settings that an adapter describes, URLs that may be refused. */
import { z } from 'zod'
import { refuseUrl } from '../send.ts'
import type { Page, PageRequest } from '../store/page.ts'
import { forgetPause } from '../store/pauses.ts'
import type { Db, Row } from '../store/rows.ts'
import { places, type Vault } from '../store/vault.ts'
import type { Seen } from '../store/write/connections.ts'
import type { Egress } from '../wire/relay.ts'
import type { Call } from './call.ts'
import { append } from './lanes.ts'
import { invalid, invalidBy, type Reply, refuse } from './problem.ts'
import { pageReply } from './schema.ts'

export type Kind = 'app' | 'shop' | 'warehouse' | 'tracker' | 'alert'
type Fields = Readonly<Record<string, string>>
type Settings = Readonly<Record<string, unknown>>

const ShownSchema = z
  .record(z.string(), z.object({ set: z.literal(true), last4: z.string().optional() }))
  .describe('Of a secret only that it is set, and its end if it is long')

export const connectionAnswer = {
  createdAt: z.int(),
  credentials: ShownSchema,
  previous: ShownSchema.nullable().describe('The former ones, while both verify'),
  settings: z.record(z.string(), z.unknown()),
  egress: z
    .object({ relay: z.string(), secret: z.object({ set: z.literal(true), last4: z.string().optional() }) })
    .nullable()
    .describe('The relay that its calls go out through; null: directly'),
}

/** For partners that know callers by their IP: `relay/` is the relay itself. */
export const EgressBody = z
  .strictObject({
    relay: z.url().describe("The relay's address"),
    secret: z.string().min(32).max(200).describe('Shared with the relay; kept sealed, never shown'),
  })
  .describe('Calls go out through this relay')

/** A page of connections as the API shows them. */
export const connectionPage = <View>(
  call: Call<PageRequest>,
  list: (db: Db, vault: Vault, merchantId: string, page: PageRequest) => Promise<Page<View>>,
  shown: (call: Call, item: View) => unknown,
): Promise<Reply> =>
  pageReply(call.query, async (page) => {
    const { items, nextCursor } = await list(call.db, call.vault, call.merchantId, page)
    return { items: items.map((item) => shown(call, item)), nextCursor }
  })

/** Of an access token that ends; all null where there is none, or its end is not known. */
export const tokenAnswer = {
  tokenExpiresAt: z.int().nullable(),
  tokenUntil: z.int().nullable().describe('Until when it can be refreshed without a person'),
  tokenError: z.string().nullable().describe('Why it could not be: authorize anew'),
}

export const sealFields = ({ vault }: Pick<Call, 'vault'>, kind: Kind, id: string, fields: Fields): string =>
  vault.seal(places.credentials(kind, id), JSON.stringify(fields))

const openFields = ({ vault }: Pick<Call, 'vault'>, kind: Kind, id: string, sealed: string): Fields => {
  const text = vault.open(places.credentials(kind, id), sealed)
  return text === undefined ? {} : (JSON.parse(text) as Fields)
}

/** Merchants' URLs: the guard that stands before every call is asked before they are stored. */
export const refusedUrl = (
  { env }: Pick<Call, 'env'>,
  { baseUrl, socketUrl }: Settings,
  egress?: Egress | null,
): Reply | undefined => {
  const urls = { 'settings.baseUrl': baseUrl, 'settings.socketUrl': socketUrl, 'egress.relay': egress?.relay }
  for (const [field, url] of Object.entries(urls)) {
    const reason =
      typeof url === 'string' && url !== '' ? refuseUrl(url.replace(/^ws/, 'http'), env.OUTBOUND_ALLOW) : undefined
    if (reason !== undefined)
      return invalid(field, reason, 'Give a public https address without port, user or password')
  }
  return undefined
}

/** The column: sealed, or null for calls that go out directly. */
export const sealEgress = (
  { vault }: Pick<Call, 'vault'>,
  kind: Kind,
  id: string,
  egress: Egress | null | undefined,
): string | null => (egress ? vault.seal(places.egress(kind, id), JSON.stringify(egress)) : null)

const CredentialsChange = z
  .record(z.string(), z.string())
  .optional()
  .describe('Fields named here are replaced; the former credentials verify until `dropPrevious`')
const SettingsChange = z
  .record(z.string(), z.unknown())
  .optional()
  .describe('Fields named here are replaced; null takes one away')

export const connectionChange = {
  name: z.string().trim().min(1).max(100).optional(),
  credentials: CredentialsChange,
  settings: SettingsChange,
  egress: EgressBody.nullish().describe('A relay for its calls; null: directly again'),
  dropPrevious: z.literal(true).optional().describe('Ends a change of secrets: the former credentials verify no more'),
}

interface Change {
  readonly name?: string | undefined
  readonly credentials?: Fields | undefined
  readonly settings?: Settings | undefined
  readonly egress?: Egress | null | undefined
  readonly dropPrevious?: true | undefined
}

export interface Worked {
  /** Columns to write. */
  readonly columns: Readonly<Record<string, string | number | null>>
  readonly seen: Seen
  readonly credentials: Fields
  readonly settings: Settings
  readonly rotated: boolean
  /** What waited because it was refused may go on: new credentials, or another way out. */
  readonly renewed: boolean
}

/** Works out what a change makes of a row, and checks the whole of it by the adapter's own description. */
export const workOut = (
  call: Call,
  kind: Kind,
  row: Row,
  change: Change,
  forms: { readonly credentials: z.ZodObject; readonly settings: z.ZodObject },
): Worked | Reply => {
  const seen = { credentials: String(row.credentials), settings: String(row.settings) }
  const id = String(row.id)
  const credentials = forms.credentials
    .strict()
    .safeParse({ ...openFields(call, kind, id, seen.credentials), ...change.credentials })
  if (!credentials.success) return invalidBy(credentials.error, 'credentials')
  const merged = Object.entries({ ...(JSON.parse(seen.settings) as Settings), ...change.settings }).filter(
    ([, value]) => value !== null,
  )
  const settings = forms.settings.strict().safeParse(Object.fromEntries(merged))
  if (!settings.success) return invalidBy(settings.error, 'settings')
  const refused = refusedUrl(call, settings.data, change.egress)
  if (refused) return refused
  const rotated = change.credentials !== undefined
  const columns = {
    ...(change.name !== undefined && { name: change.name }),
    ...(change.settings !== undefined && { settings: JSON.stringify(settings.data) }),
    ...(change.dropPrevious && { previous: null }),
    ...(change.egress !== undefined && { egress: sealEgress(call, kind, id, change.egress) }),
    ...(rotated && { credentials: sealFields(call, kind, id, credentials.data as Fields), previous: seen.credentials }),
    ...(rotated && kind !== 'app' && kind !== 'tracker' && NO_TOKEN),
  }
  const renewed = rotated || change.egress !== undefined
  return { columns, seen, credentials: credentials.data as Fields, settings: settings.data, rotated, renewed }
}

/** What was known of the former access token. */
const NO_TOKEN = { token_expires_at: null, token_until: null, token_lease: 0, token_error: null }

export const isReply = (value: object): value is Reply => 'status' in value && 'body' in value

export const changedMeanwhile = (): Reply => {
  const [rule, fix] = ['was changed by somebody else at the same moment', 'Read it again and repeat the change']
  return refuse('stale', `It ${rule}. ${fix}.`, [{ field: 'body', rule, fix }])
}

/** What calls under the former credentials and settings came to says nothing of the new ones. */
export const forgetFailures = async (
  { db }: Pick<Call, 'db'>,
  key: string,
  { columns }: Pick<Worked, 'columns'>,
): Promise<void> => {
  if (['credentials', 'settings', 'egress'].some((name) => name in columns)) await forgetPause(db, key)
}

/** What waited for these connections in these lanes may go on. */
export const announceCredentials = async (
  call: Call,
  lanes: readonly (readonly [lane: string, connection: string])[],
): Promise<void> => {
  await Promise.all(
    lanes.map(([lane, connection]) =>
      append(call.env, lane, [{ id: `k:${call.commandId}`, at: call.now, body: { kind: 'credentials', connection } }]),
    ),
  )
}

/** Shops of the merchant, to tell them of a change. */
export const shopIds = async (call: Call, appId?: string): Promise<readonly string[]> => {
  const also = appId === undefined ? '?2 = ?2' : 'app_id = ?2'
  const { results } = await call.db
    .prepare(`SELECT id FROM shops WHERE merchant_id = ?1 AND ${also}`)
    .bind(call.merchantId, appId ?? '')
    .all<{ id: string }>()
  return results.map((row) => row.id)
}
