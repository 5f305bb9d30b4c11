/**
 * Sessions: a random id in a cookie, only its digest in the store. One ends by idling, by age, by signing out, by the
 * revocation of its token, or by a change of `ADMIN_TOKEN`.
 */
import { tokenDigest } from '../../api/auth.ts'
import type { Caller } from '../../api/call.ts'
import type { Env } from '../../env.ts'
import { tokenOf } from '../../store/read.ts'
import { type Db, one } from '../../store/rows.ts'
import { digest } from '../../wire/digest.ts'

const HOUR = 3_600_000
const IDLE_MS = 8 * HOUR
const AGE_MS = 72 * HOUR
/** How often a session in use is written down as such: rows written are what D1 bills. */
const TOUCH_MS = 5 * 60_000

export interface Session {
  readonly digest: string
  readonly tokenId: string
  /** Goes with every POST of this session. */
  readonly csrf: string
  readonly caller: Caller
}

interface Row {
  readonly digest: string
  readonly token_id: string
  readonly csrf: string
  readonly created_at: number
  readonly seen_at: number
}

const random = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')

const digestOf = (id: string): string => digest('sha256', id, 'hex')

/** `ADMIN_TOKEN` has no row: its sessions are tied to its value. */
const adminId = (token: string): string => `admin:${tokenDigest(token).slice(0, 32)}`

/** The id to hand out; it is not kept. */
export const beginSession = async (env: Env, caller: Caller, now: number): Promise<string> => {
  const id = random()
  const tokenId = caller.id === 'admin' ? adminId(env.ADMIN_TOKEN ?? '') : caller.id
  const sql = 'INSERT INTO sessions (digest, token_id, csrf, created_at, seen_at) VALUES (?, ?, ?, ?, ?)'
  await env.DB.prepare(sql).bind(digestOf(id), tokenId, random(), now, now).run()
  return id
}

/** `quiet`: a page that refreshes itself keeps nobody signed in. */
export const findSession = async (env: Env, id: string, now: number, quiet: boolean): Promise<Session | undefined> => {
  const row = await env.DB.prepare('SELECT * FROM sessions WHERE digest = ?').bind(digestOf(id)).first<Row>()
  if (!row) return undefined
  const over = now - row.seen_at > IDLE_MS || now - row.created_at > AGE_MS
  const caller = over ? undefined : await holderOf(env, row.token_id)
  if (!caller) {
    await endSession(env.DB, row.digest)
    return undefined
  }
  if (!quiet && now - row.seen_at > TOUCH_MS) {
    await env.DB.prepare('UPDATE sessions SET seen_at = ? WHERE digest = ?').bind(now, row.digest).run()
  }
  return { digest: row.digest, tokenId: row.token_id, csrf: row.csrf, caller }
}

/** Read at every request, so that a revoked token is out at once. */
const holderOf = async (env: Env, tokenId: string): Promise<Caller | undefined> => {
  if (tokenId.startsWith('admin:')) {
    const stands = env.ADMIN_TOKEN !== undefined && tokenId === adminId(env.ADMIN_TOKEN)
    return stands ? { id: 'admin', name: 'admin', role: 'owner', merchantId: null } : undefined
  }
  const row = await one(env.DB, 'SELECT * FROM tokens WHERE id = ? AND revoked_at IS NULL', tokenId)
  if (!row) return undefined
  const { id, name, role, merchantId } = tokenOf(row)
  return { id, name, role, merchantId }
}

export const endSession = async (db: Db, sessionDigest: string): Promise<void> => {
  await db.prepare('DELETE FROM sessions WHERE digest = ?').bind(sessionDigest).run()
}

/** Every session of the same token, on every device. */
export const endSessions = async (db: Db, tokenId: string): Promise<void> => {
  await db.prepare('DELETE FROM sessions WHERE token_id = ?').bind(tokenId).run()
}
