/** The Worker: wiring only. Requests in, queues, clock, objects. */
import { Hono } from 'hono'
import { admin } from './admin/index.ts'
import { api } from './api/index.ts'
import { type Env, publicUrl } from './env.ts'
import { type ReceivePorts, receiveCallback, receiveHook } from './flow/1-receive.ts'
import { takeUp } from './flow/5-dispatch.ts'
import { isTracker, receiveTracking } from './flow/receive-tracking.ts'
import type { Doorbell, Knock } from './lane/ports.ts'
import { tellByClock, tellOf } from './objects/alerts.ts'
import { forgetOld, pokeSockets } from './objects/cron.ts'
import { isDoorbell, knockByClock, onKnocks, warnOfEnds } from './objects/knocks.ts'
import { report } from './objects/neighbours.ts'
import { dispatchPorts, isolate, receivePorts } from './objects/ports.ts'
import type { WireRequest, WireResponse } from './wire/message.ts'

export { Lane } from './objects/lane.ts'
export { Pace } from './objects/pace.ts'
export { SkuStock } from './objects/sku-stock.ts'
export { AppSocket } from './objects/socket.ts'

/** Larger pushes than any platform sends are refused before they are read. */
const MAX_BODY = 5_000_000

const wire = async (request: Request, env: Env): Promise<WireRequest | undefined> => {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY) return undefined
  const body = new Uint8Array(await request.arrayBuffer())
  return body.length > MAX_BODY
    ? undefined
    : {
        method: request.method,
        url: publicUrl(env, request.url).href,
        headers: Object.fromEntries(request.headers),
        body,
      }
}

const answer = ({ status, headers, body }: WireResponse): Response =>
  new Response(body === '' ? null : body, { status, headers })

const receive = async (
  request: Request,
  env: Env,
  ctx: Pick<ExecutionContext, 'waitUntil'>,
  stage: (ports: ReceivePorts, request: WireRequest) => Promise<WireResponse>,
): Promise<Response> => {
  const message = await wire(request, env)
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
    (isTracker(c.req.param('system')) ? receiveTracking : receiveCallback)(
      ...([ports, c.req.param('system'), c.req.param('key'), request] as const),
    ),
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

const countDead = async (env: Env, batch: MessageBatch<unknown>): Promise<void> => {
  const hour = Math.floor(Date.now() / 3_600_000)
  await env.DB.prepare(
    'INSERT INTO dead_letters (hour, queue, count) VALUES (?, ?, ?) ON CONFLICT(hour, queue) DO UPDATE SET count = count + excluded.count',
  )
    .bind(hour, batch.queue, batch.messages.length)
    .run()
}

/** Batches of this isolate whose calls are under way; beyond this many the queue waits for us. */
const OVERLAP = 4
let underWay = 0

export default {
  fetch: app.fetch,

  async queue(batch: MessageBatch<Doorbell | Knock>, env: Env, ctx: ExecutionContext): Promise<void> {
    if (batch.queue === DEAD) return countDead(env, batch)
    const messages = batch.messages.map((message) => message.body)
    const knocks = messages.filter((message) => !isDoorbell(message)) as Knock[]
    if (knocks.length > 0) ctx.waitUntil(onKnocks(env, knocks))
    const bells = messages.filter(isDoorbell)
    const news = bells.filter(({ jobs }) => jobs.length === 0)
    if (news.length > 0) ctx.waitUntil(tellOf(env, news))
    // The message is done when the claim stands; calling partners goes on behind it, so that the next batch need not wait.
    const calls = await takeUp(
      dispatchPorts(env),
      bells.filter(({ jobs }) => jobs.length > 0),
    )
    underWay += 1
    const done = calls().finally(() => {
      underWay -= 1
    })
    if (underWay > OVERLAP) await done
    else ctx.waitUntil(done.catch((error: unknown) => report('outcomes not taken', { error: String(error) })))
  },

  async scheduled(controller: ScheduledController, env: Env): Promise<void> {
    isolate(env)
    await pokeSockets(env)
    await knockByClock(env, Date.now())
    await tellByClock(env)
    if (controller.cron === '* * * * *') return
    await forgetOld(env, Date.now())
    await warnOfEnds(env, Date.now())
  },
} satisfies ExportedHandler<Env, Doorbell | Knock>
