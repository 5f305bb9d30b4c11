import { z } from 'zod'
import { listTokens, merchantView } from '../../store/read.ts'
import { insertToken, revokeToken } from '../../store/write/connections.ts'
import { tokenDigest } from '../auth.ts'
import { type Call, param, route } from '../call.ts'
import { newToken } from '../ids.ts'
import { invalid, notFound, type Reply } from '../problem.ts'
import { Id, Name, Paging, pageOf, pageReply } from '../schema.ts'

const Role = z
  .enum(['owner', 'operator', 'viewer'])
  .describe('viewer reads; operator acts on orders, exceptions and stock; owner configures')
const Token = z.object({
  id: z.string(),
  merchantId: z.string().nullable().describe('Null: of every merchant'),
  role: Role,
  name: z.string(),
  createdAt: z.int(),
  revokedAt: z.int().nullable(),
})
const Body = z.strictObject({
  merchantId: Id.nullable().optional().describe('Null or absent with a token of all merchants: of every merchant'),
  role: Role,
  name: Name,
})

/** A token never reaches further than the one that makes it. */
const create = async ({ db, caller, body, newId, now }: Call<unknown, z.output<typeof Body>>): Promise<Reply> => {
  const merchantId = caller.merchantId ?? body.merchantId ?? null
  if (merchantId !== null && !(await merchantView(db, merchantId)))
    return invalid('merchantId', 'names no merchant', 'GET /api/v1/merchants lists them')
  const [id, token] = [newId('tok'), newToken()]
  await insertToken(db, { id, digest: tokenDigest(token), merchantId, role: body.role, name: body.name }, now)
  return {
    status: 201,
    body: { id, merchantId, role: body.role, name: body.name, createdAt: now, revokedAt: null, token },
  }
}

const revoke = async (call: Call): Promise<Reply> =>
  (await revokeToken(call.db, param(call, 'id'), call.caller.merchantId, call.now))
    ? { status: 204, body: null }
    : notFound('token', param(call, 'id'))

const Query = z.strictObject({
  merchantId: Id.optional().describe('Absent with a token of all merchants: tokens of every merchant'),
  ...Paging,
})

export const tokens = [
  route({
    method: 'GET',
    path: '/tokens',
    summary: 'Tokens, never their text',
    role: 'owner',
    scope: 'none',
    query: Query,
    answers: { 200: pageOf(Token) },
    run: ({ db, query, caller }) =>
      pageReply(query, (page) => listTokens(db, caller.merchantId ?? query.merchantId ?? null, page)),
  }),
  route({
    method: 'POST',
    path: '/tokens',
    summary: 'Creates a token; its text is in this answer and nowhere else',
    role: 'owner',
    scope: 'none',
    body: Body,
    answers: { 201: Token.extend({ token: z.string() }) },
    run: create,
  }),
  route({
    method: 'DELETE',
    path: '/tokens/{id}',
    summary: 'Revokes a token for ever',
    role: 'owner',
    scope: 'none',
    answers: { 204: null },
    run: revoke,
  }),
]
