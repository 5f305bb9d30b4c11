/** The Worker: wiring only. Requests in, queues, clock, objects. */
import { Hono } from 'hono'
import { admin } from './admin/index.ts'
import { api } from './api/index.ts'
import type { Env } from './env.ts'
import { type ReceivePorts, receiveCallback, receiveHook } from './flow/1-receive.ts'
import { onDoorbells } from './flow/5-dispatch.ts'
import type { Doorbell } from './lane/ports.ts'
import { forgetOld, pokeLanes } from './objects/cron.ts'
import { report } from './objects/neighbours.ts'
import { dispatchPorts, isolate, receivePorts } from './objects/ports.ts'
import type { WireRequest, WireResponse } from './wire/message.ts'

export { Lane } from './objects/lane.ts'
export { SkuStock } from './objects/sku-stock.ts'

/** Larger pushes than any platform sends are refused before they are read. */
const MAX_BODY = 5_000_000

const wire = async (request: Request): Promise<WireRequest | undefined> => {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY) return undefined
  const body = new Uint8Array(await request.arrayBuffer())
  return body.length > MAX_BODY
    ? undefined
    : { method: request.method, url: request.url, headers: Object.fromEntries(request.headers), body }
}

const answer = ({ status, headers, body }: WireResponse): Response =>
  new Response(body === '' ? null : body, { status, headers })

const receive = async (
  request: Request,
  env: Env,
  ctx: Pick<ExecutionContext, 'waitUntil'>,
  stage: (ports: ReceivePorts, request: WireRequest) => Promise<WireResponse>,
): Promise<Response> => {
  const message = await wire(request)
  if (!message) return new Response('the body is larger than 5 MB', { status: 413 })
  return answer(
    await stage(
      receivePorts(env, (work) => ctx.waitUntil(work)),
      message,
    ),
  )
}

const app = new Hono<{ Bindings: Env }>()
app.all('/hooks/:platform/:key', (c) =>
  receive(c.req.raw, c.env, c.executionCtx, (ports, request) =>
    receiveHook(ports, c.req.param('platform'), c.req.param('key'), request),
  ),
)
app.all('/callbacks/:system/:key', (c) =>
  receive(c.req.raw, c.env, c.executionCtx, (ports, request) =>
    receiveCallback(ports, c.req.param('system'), c.req.param('key'), request),
  ),
)
app.route('/api/v1', api)
app.route('/admin', admin)
app.get('/', (c) => c.redirect('/admin'))
app.onError((error, c) => {
  // A 5xx makes the sender try again: nothing was acknowledged.
  report('request failed', { path: new URL(c.req.url).pathname, error: String(error) })
  return c.json({ type: 'about:blank', title: 'Something failed inside; try again', status: 503 }, 503, {
    'retry-after': '5',
  })
})

const DEAD = 'cangqiao-dead'

export default {
  fetch: app.fetch,

  async queue(batch: MessageBatch<Doorbell>, env: Env): Promise<void> {
    if (batch.queue === DEAD) {
      const hour = Math.floor(Date.now() / 3_600_000)
      await env.DB.prepare(
        'INSERT INTO dead_letters (hour, queue, count) VALUES (?, ?, ?) ON CONFLICT(hour, queue) DO UPDATE SET count = count + excluded.count',
      )
        .bind(hour, batch.queue, batch.messages.length)
        .run()
      return
    }
    // Throws only where a lane can't be reached: then the whole batch comes again, and what is claimed already is skipped.
    await onDoorbells(
      dispatchPorts(env),
      batch.messages.map((message) => message.body),
    )
  },

  async scheduled(controller: ScheduledController, env: Env): Promise<void> {
    isolate(env)
    await pokeLanes(env, Date.now())
    if (controller.cron !== '* * * * *') await forgetOld(env, Date.now())
  },
} satisfies ExportedHandler<Env, Doorbell>
