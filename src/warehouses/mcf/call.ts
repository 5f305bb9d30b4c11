/** Calls of the Selling Partner API, and what its noes mean. An LWA token is all it wants; requests are not signed any more. */
import type { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { done, type Failure, failure, jsonOf, refusedByStatus, unreadable } from '../../wire/answer.ts'
import type { Authorization, Grant } from '../../wire/authorization.ts'
import type { WireCall, WireResponse } from '../../wire/message.ts'
import { Errors, Token } from './schema.ts'

export const call = (
  { baseUrl, credentials }: Connection,
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body?: object,
): WireCall => {
  const type = body ? { 'content-type': 'application/json' } : {}
  const agent = 'Cangqiao/1.0 (Language=TypeScript)'
  const headers = { 'x-amz-access-token': credentials.accessToken ?? '', 'user-agent': agent, ...type }
  return { method, url: baseUrl + path, headers, body: body ? JSON.stringify(body) : '', safe: method === 'GET' }
}

export const read = <Schema extends z.ZodType>(
  answer: WireResponse,
  schema: Schema,
  safe: boolean,
): { readonly value: z.output<Schema> } | Failure => {
  const refused = throttled(answer, safe) ?? refusedInWords(answer, safe) ?? refusedByStatus(answer, safe)
  if (refused) return refused
  const body = schema.safeParse(jsonOf(answer))
  return body.success ? { value: body.data } : unreadable(answer, safe)
}

/** `x-amzn-RateLimit-Limit`: calls a second of this operation. The bucket is empty, so one more comes after that time. */
const throttled = (answer: WireResponse, safe: boolean): Failure | undefined => {
  const rate = Number(answer.headers['x-amzn-ratelimit-limit'])
  if (answer.status !== 429 || !(rate > 0)) return undefined
  return failure('quota', safe, `HTTP 429 at ${rate} a second`, { after: Math.max(1_000, 1_000 / rate) })
}

/** 400, 404, 413 and 415 carry `errors`. Without them it was no answer of the API: a proxy, a wrong region. */
const refusedInWords = (answer: WireResponse, safe: boolean): Failure | undefined => {
  const { status } = answer
  if (status < 400 || status >= 500 || [401, 403, 408, 429].includes(status)) return undefined
  const said = Errors.safeParse(jsonOf(answer))
  if (!said.success) return failure('retry', safe, `HTTP ${status}: is the base URL that of the region? ${answer.body}`)
  const words = said.data.errors.map(({ code, message, details }) => [code, message, details].filter(Boolean).join(' '))
  return failure('rejected', safe, words.join(' | '), { code: `http_${status}` })
}

/**
 * Does Amazon say that it has no such order? 404 is "the specified resource does not exist"; 400 must say so in words
 * (amzn/selling-partner-api-docs issue 1383 has it so).
 */
export const saysAbsent = (answer: Failure): boolean =>
  answer.class === 'rejected' &&
  (answer.code === 'http_404' ||
    (answer.code === 'http_400' && /(?:does not|doesn't) exist|not found/i.test(answer.detail)))

/** The token's host is another than the API's; whatever stands in the API's place (a sandbox) answers for both. */
const tokenUrl = (baseUrl: string): string => {
  const amazon = /^https:\/\/(?:sandbox\.)?sellingpartnerapi-(?:na|eu|fe)\.amazon\.com$/
  return `${amazon.test(baseUrl) ? 'https://api.amazon.com' : baseUrl}/auth/o2/token`
}

export const authorization: Authorization = {
  *refresh({ baseUrl, credentials, now }): Conversation<Grant> {
    const { clientId = '', clientSecret = '', refreshToken = '' } = credentials
    const client = { client_id: clientId, client_secret: clientSecret }
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken, ...client })
    const headers = { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' }
    const answer = yield { method: 'POST', url: tokenUrl(baseUrl), headers, body: body.toString(), safe: true }
    const refused = refusedByStatus(answer, true)
    if (refused) return refused
    const said = Token.safeParse(jsonOf(answer))
    if (!said.success) return failure('retry', true, 'the token endpoint gave no token')
    const { access_token: accessToken, refresh_token, expires_in } = said.data
    const fresh = { accessToken, ...(refresh_token !== undefined && { refreshToken: refresh_token }) }
    return done({ credentials: fresh, expiresAt: now + expires_in * 1_000 })
  },
  // A token lives an hour.
  aheadMs: 300_000,
}
