/**
 * Idempotency-Key: the first request under a key puts its row in before it does anything, so of two at once one waits for
 * the other. Answers of success are kept 24 hours, sealed, and given again; a refusal frees the key.
 */
import type { Db } from '../store/rows.ts'
import type { Vault } from '../store/vault.ts'
import { digest } from '../wire/digest.ts'
import { randomId } from './ids.ts'
import { type Reply, refuse } from './problem.ts'

const KEPT_MS = 86_400_000
/** A first request that has not ended by then has died: the next one takes its place, and does the same under the same name. */
const DEAD_MS = 60_000
const PATIENCE_MS = 4_000
const PAUSE_MS = 100

export interface Keyed {
  readonly db: Db
  readonly vault: Vault
  readonly now: () => number
  /** Digest of the token's id and its key. */
  readonly key: string
  /** Digest of method, path and body. */
  readonly request: string
}

/** The name under which a key is kept: two tokens never share one. */
export const keyOf = (tokenId: string, key: string): string => digest('sha256', `${tokenId}\n${key}`, 'hex')
export const requestDigest = (method: string, path: string, body: string): string =>
  digest('sha256', `${method} ${path}\n${body}`, 'hex')

interface Kept {
  readonly digest: string
  readonly status: number
  readonly body: string
}

/** `work` is given a name for what it does: the same one when a request that failed half way is repeated. */
export const once = async (keyed: Keyed, work: (name: string) => Promise<Reply>): Promise<Reply> => {
  const end = keyed.now() + PATIENCE_MS
  for (;;) {
    const name = await begin(keyed)
    if (name !== undefined) return run(keyed, () => work(name))
    const kept = await read(keyed)
    if (kept && kept.digest !== keyed.request) return reused()
    if (kept && kept.status > 0) return replay(keyed, kept)
    if (keyed.now() >= end) return underWay()
    await scheduler.wait(PAUSE_MS)
  }
}

/** Under way, failed half way; above 0: the status of the answer that is kept. While there is none, `body` holds the name. */
const UNDER_WAY = 0
const FAILED = -1

/** A name for exactly one of those who ask at once. What is past its time counts as not there. */
const begin = async ({ db, key, request, now }: Keyed): Promise<string | undefined> => {
  const row = await db
    .prepare(
      `INSERT INTO idempotency (key, digest, status, body, at) VALUES (?1, ?2, ${UNDER_WAY}, ?3, ?4) ON CONFLICT(key) DO UPDATE SET
         body = CASE WHEN idempotency.at < ?5 THEN excluded.body ELSE idempotency.body END, digest = excluded.digest, status = ${UNDER_WAY}, at = excluded.at
       WHERE idempotency.at < ?5 OR (idempotency.digest = excluded.digest AND (idempotency.status = ${FAILED} OR (idempotency.status = ${UNDER_WAY} AND idempotency.at < ?6)))
       RETURNING body`,
    )
    .bind(key, request, randomId('once'), now(), now() - KEPT_MS, now() - DEAD_MS)
    .first<{ body: string }>()
  return row?.body
}

const read = async ({ db, key }: Keyed): Promise<Kept | undefined> =>
  (await db
    .prepare('SELECT digest, status, body FROM idempotency WHERE key = ?')
    .bind(key)
    .first<Kept & Record<string, unknown>>()) ?? undefined

const run = async (keyed: Keyed, work: () => Promise<Reply>): Promise<Reply> => {
  const { db, vault, key } = keyed
  const set = async (status: number, body: string): Promise<void> => {
    await db.prepare('UPDATE idempotency SET status = ?, body = ? WHERE key = ?').bind(status, body, key).run()
  }
  try {
    const reply = await work()
    if (reply.status >= 400) await db.prepare('DELETE FROM idempotency WHERE key = ?').bind(key).run()
    else await set(reply.status, vault.seal(place(key), JSON.stringify({ body: reply.body, headers: reply.headers })))
    return reply
  } catch (error) {
    await db.prepare(`UPDATE idempotency SET status = ${FAILED} WHERE key = ?`).bind(key).run()
    throw error
  }
}

const place = (key: string): string => `idempotency|${key}`

const replay = ({ vault, key }: Keyed, kept: Kept): Reply => {
  const text = vault.open(place(key), kept.body)
  if (text === undefined)
    return refuse('unavailable', 'The answer kept for this key cannot be opened: the master key has changed.')
  const { body, headers } = JSON.parse(text) as Pick<Reply, 'body' | 'headers'>
  return { status: kept.status, body, headers: { ...headers, 'idempotent-replayed': 'true' } }
}

const reused = (): Reply => {
  const rule = 'was used within 24 hours for a request with another method, path or body'
  const fix = 'Send a new key with each new request; send the same key only to repeat one'
  return refuse('key-reused', `Idempotency-Key ${rule}. ${fix}.`, [{ field: 'Idempotency-Key', rule, fix }])
}

const underWay = (): Reply => {
  const rule = 'names a request that is still under way'
  const fix = 'Repeat the request in a few seconds'
  return refuse('under-way', `Idempotency-Key ${rule}. ${fix}.`, [{ field: 'Idempotency-Key', rule, fix }], {
    'retry-after': '3',
  })
}
