/** The merchant API, mounted at `/api/v1`: every route of the table, its document, and refusals for all else. */
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Env } from '../env.ts'
import { document } from './openapi.ts'
import { type Reply, refuse } from './problem.ts'
import { routes } from './routes.ts'
import { answer } from './run.ts'

type Ctx = Context<{ Bindings: Env }>

export const api = new Hono<{ Bindings: Env }>()

const MAX_BODY = 1_000_000

const send = (c: Ctx, { status, body, headers }: Reply): Response => {
  const all = { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers }
  if (status === 204) return c.body(null, 204, { 'cache-control': 'no-store' })
  return c.body(JSON.stringify(body), status as ContentfulStatusCode, all)
}

const tooLarge = (c: Context): Response => {
  const [rule, fix] = [`must be at most ${MAX_BODY} bytes`, 'Send it in several requests']
  return send(c, refuse('too-large', `The body ${rule}. ${fix}.`, [{ field: 'body', rule, fix }]))
}

api.use(bodyLimit({ maxSize: MAX_BODY, onError: tooLarge }))

api.get('/openapi.json', (c) => send(c, { status: 200, body: document(new URL(c.req.url).origin) }))

for (const route of routes) {
  api.on(route.method, route.path.replace(/\{(\w+)\}/g, ':$1'), async (c) => {
    const reply = await answer(route, c.env, {
      url: new URL(c.req.url),
      params: c.req.param(),
      header: (name) => c.req.header(name),
      text: () => c.req.text(),
      later: (work) => c.executionCtx.waitUntil(work),
    })
    return send(c, reply)
  })
}

/** Resources that have their name already, and nothing behind it yet. */
const LATER = new Set(['mappings', 'rules'])

api.all('*', (c) => {
  const path = c.req.path.replace(/^\/api\/v1/, '')
  const methods = routes
    .filter((route) => new RegExp(`^${route.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(path))
    .map((route) => route.method)
  const fix = 'GET /api/v1/openapi.json lists every path and method'
  if (LATER.has(path.split('/')[1] ?? ''))
    return send(c, refuse('not-found', `${path} is not part of this release. ${fix}.`))
  if (methods.length === 0) return send(c, refuse('not-found', `There is no ${c.req.path}. ${fix}.`))
  return send(
    c,
    refuse('method-not-allowed', `${path} takes ${methods.join(', ')}. ${fix}.`, [], { allow: methods.join(', ') }),
  )
})

api.onError((error, c) => {
  console.error(JSON.stringify({ what: 'api request failed', path: c.req.routePath, error: String(error) }))
  return send(
    c,
    refuse('unavailable', 'Nothing is lost; repeat the request with the same Idempotency-Key.', [], {
      'retry-after': '2',
    }),
  )
})
