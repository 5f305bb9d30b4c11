/** Who calls: `ADMIN_TOKEN`, or a token of the table, of which only the digest is kept. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Env } from '../env.ts'
import { tokenOf } from '../store/read.ts'
import type { Row } from '../store/rows.ts'
import type { Caller } from './call.ts'
import { type Reply, refuse } from './problem.ts'

export const tokenDigest = (token: string): string => createHash('sha256').update(token).digest('hex')

/** The token's holder, or undefined. Compared by digest, so in the same time wherever it differs. */
export const callerOf = async (env: Env, token: string): Promise<Caller | undefined> => {
  const digest = tokenDigest(token)
  if (env.ADMIN_TOKEN && timingSafeEqual(Buffer.from(digest), Buffer.from(tokenDigest(env.ADMIN_TOKEN)))) {
    return { id: 'admin', name: 'admin', role: 'owner', merchantId: null }
  }
  const row = await env.DB.prepare('SELECT * FROM tokens WHERE digest = ? AND revoked_at IS NULL')
    .bind(digest)
    .first<Row>()
  if (!row) return undefined
  const { id, name, role, merchantId } = tokenOf(row)
  return { id, name, role, merchantId }
}

/** RFC 6750. */
export const authenticate = async (env: Env, header: string | undefined): Promise<Caller | Reply> => {
  const token = /^Bearer +([\w.~+/=-]+)$/i.exec(header ?? '')?.[1]
  const caller = token && (await callerOf(env, token))
  if (caller) return caller
  const rule = header ? 'the token is unknown or revoked' : 'the header is missing'
  const fix = 'Send "Authorization: Bearer <token>" with a token that an owner has made by POST /api/v1/tokens'
  return refuse('unauthorized', `${rule}. ${fix}`, [{ field: 'Authorization', rule, fix }], {
    'www-authenticate': 'Bearer',
  })
}
