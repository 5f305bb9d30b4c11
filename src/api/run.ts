/** The way of every call: who, may they, what do they send, whose is it, was it done before — then the route itself. */

import type { z } from 'zod'
import { type Env, publicUrl } from '../env.ts'
import { Config } from '../flow/config.ts'
import { Vault } from '../store/vault.ts'
import { digest } from '../wire/digest.ts'
import { authenticate } from './auth.ts'
import { type Call, type Caller, mayAs, type Route } from './call.ts'
import { keyOf, once, requestDigest } from './idempotency.ts'
import { randomId, repeatableIds } from './ids.ts'
import { invalid, invalidBy, type Reply, refuse } from './problem.ts'
import { merchantOf } from './scope.ts'

/** One request, as the router hands it over. */
export interface Asked {
  readonly url: URL
  readonly params: Readonly<Record<string, string>>
  readonly header: (name: string) => string | undefined
  readonly text: () => Promise<string>
  readonly later: (work: Promise<unknown>) => void
}

const vaults = new WeakMap<D1Database, { readonly vault: Vault; readonly config: Config }>()

const isolate = (env: Env): { readonly vault: Vault; readonly config: Config } => {
  const known = vaults.get(env.DB) ?? {
    vault: new Vault(env.MASTER_KEY ?? '', env.MASTER_KEY_PREVIOUS),
    config: new Config(env.DB, Date.now),
  }
  vaults.set(env.DB, known)
  return known
}

export const answer = async (route: Route, env: Env, asked: Asked): Promise<Reply> => {
  const caller = await authenticate(env, asked.header('authorization'))
  if ('status' in caller) return caller
  if (!mayAs(caller, route.role)) return tooLittle(caller, route)
  const { vault, config } = isolate(env)
  const text = route.body ? await asked.text() : ''
  const sent = { query: Object.fromEntries(asked.url.searchParams), body: parsed(text) }
  if (sent.body === UNREADABLE) return notJson()
  const merchantId = await merchantOf(route, { db: env.DB, caller, params: asked.params, ...sent })
  if (typeof merchantId !== 'string') return merchantId
  const query = checked(route.query, sent.query)
  if (!query.ok) return query.reply
  const body = checked(route.body, sent.body)
  if (!body.ok) return body.reply
  const base = {
    env,
    db: env.DB,
    vault,
    config,
    caller,
    params: asked.params,
    query: query.value,
    body: body.value,
    origin: publicUrl(env, asked.url.href).origin,
    now: Date.now(),
    later: asked.later,
  }
  const finish = async (name: string): Promise<Reply> => {
    const call: Call = { ...base, merchantId, commandId: name, newId: repeatableIds(name) }
    return (await unchanged(route, call, asked.header('if-match'))) ?? (await route.run(call))
  }
  const key = route.method === 'POST' ? asked.header('idempotency-key') : undefined
  if (key === undefined) return tagged(route, await finish(randomId('cmd')))
  if (!/^[\x21-\x7e]{1,200}$/.test(key))
    return invalid('Idempotency-Key', 'must be 1 to 200 visible ASCII characters', 'Send a UUID, for example')
  const request = requestDigest(route.method, asked.url.pathname + asked.url.search, text)
  return once({ db: env.DB, vault, now: Date.now, key: keyOf(caller.id, key), request }, finish)
}

const tooLittle = ({ role }: Caller, route: Route): Reply => {
  const rule = `needs the role ${route.role}, this token has ${role}`
  const fix = `Use a token with the role ${route.role}`
  return refuse('forbidden', `${route.method} ${route.path} ${rule}. ${fix}.`, [{ field: 'Authorization', rule, fix }])
}

type Checked = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reply: Reply }

const checked = (schema: z.ZodType | undefined, value: unknown): Checked => {
  const result = schema?.safeParse(value)
  if (!result) return { ok: true, value }
  return result.success ? { ok: true, value: result.data } : { ok: false, reply: invalidBy(result.error) }
}

const UNREADABLE = Symbol('unreadable')

/** No body is an empty object: actions need none. */
const parsed = (text: string): unknown => {
  try {
    return text.trim() === '' ? {} : JSON.parse(text)
  } catch {
    return UNREADABLE
  }
}

const notJson = (): Reply => {
  const fix = 'Send JSON in UTF-8 with the header "Content-Type: application/json"'
  return refuse('not-json', `The body cannot be read. ${fix}.`, [{ field: 'body', rule: 'must be JSON', fix }])
}

/** `If-Match`: refuses to act on what the caller has not seen. */
const unchanged = async (route: Route, call: Call, match: string | undefined): Promise<Reply | undefined> => {
  if (match === undefined || match === '*' || !route.current) return undefined
  const reply = await route.current(call)
  if (reply.status !== 200) return reply
  if (match.split(',').some((tag) => tag.trim() === tagOf(reply.body))) return undefined
  const rule = 'names an older state'
  const fix = 'Read it again, look at what has changed, and send the new ETag'
  return refuse('stale', `If-Match ${rule}. ${fix}.`, [{ field: 'If-Match', rule, fix }])
}

const tagOf = (body: unknown): string => `"${digest('sha256', JSON.stringify(body), 'hex').slice(0, 20)}"`

const tagged = (route: Route, reply: Reply): Reply =>
  route.method === 'GET' && reply.status === 200 && route.path.endsWith('}')
    ? { ...reply, headers: { ...reply.headers, etag: tagOf(reply.body) } }
    : reply
