/** One HTTP server for all far sides: `/shops/{id}/…`, `/warehouses/{id}/…`, `/trackers/{id}/…`, `/channels/{id}/…`, `/_control/…`, and a page at `/`. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { limitOf } from './channels/channel.ts'
import { channels } from './channels/index.ts'
import { Control } from './control.ts'
import { CALL_FAULTS, type CallFault, type Fault } from './faults.ts'
import { closeConnections } from './http.ts'
import { page } from './page.ts'
import type { Answer, Call, CallDialect, RateLimit } from './types.ts'
import { startShipping } from './warehouses/shipper.ts'
import { World } from './world.ts'

export interface SandboxOptions {
  /** Where the counts live; absent: in memory. */
  readonly dir?: string
  /** 0: any free port. */
  readonly port?: number
  readonly seed?: number
}
export interface Sandbox {
  readonly url: string
  readonly port: number
  readonly world: World
  close(): Promise<void>
}

const MAX_BODY = 4_000_000
/** How long a caller is left without an answer before its connection is cut. */
const SILENCE_MS = 120_000

export const startSandbox = async ({ dir, port = 0, seed }: SandboxOptions = {}): Promise<Sandbox> => {
  const world = new World(dir, seed)
  const control = new Control(world)
  const gate = new Gate()
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    handle(request, response, world, control, gate).catch((error: unknown) => {
      console.error('sandbox', error)
      if (!response.headersSent) write(response, { status: 500, headers: {}, body: String(error) })
    })
  })
  server.on('upgrade', (request, wire, head) => world.sockets.upgrade(request, wire, head))
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  const stopShipping = startShipping(world)
  world.outbox.start()
  const bound = portOf(server)
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    world,
    close: () => {
      control.stop()
      stopShipping()
      world.outbox.stop()
      world.sockets.stop()
      server.closeAllConnections()
      closeConnections()
      return new Promise((resolve) =>
        server.close(() => {
          world.store.close()
          resolve()
        }),
      )
    },
  }
}

const portOf = (server: Server): number => {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

const handle = async (
  request: IncomingMessage,
  response: ServerResponse,
  world: World,
  control: Control,
  gate: Gate,
): Promise<void> => {
  const body = await bodyOf(request)
  const url = new URL(request.url ?? '/', 'http://sandbox')
  if (!body) return write(response, { status: 413, headers: {}, body: '' })
  const [, root = '', id = '', ...rest] = url.pathname.split('/')
  if (root === '') return write(response, page(world))
  if (root === '_control') return write(response, control.serve(request.method ?? 'GET', url, body))
  const call: Call = {
    method: request.method ?? 'GET',
    url,
    path: `/${rest.join('/')}`,
    headers: headersOf(request),
    body,
  }
  const target = targetOf(world, root, decodeURIComponent(id))
  if (!target) return write(response, { status: 404, headers: {}, body: `no ${root} ${id}` })
  await answer(call, response, target, world, gate)
}

/** A shop, a warehouse, a tracker or an alert channel, with its dialect bound to it. */
interface Target {
  readonly id: string
  readonly rateLimit: RateLimit | undefined
  readonly dialect: CallDialect<never>
  readonly refusal: (call: Call) => string | undefined
  readonly serve: (call: Call) => Answer
}

const targetOf = (world: World, root: string, id: string): Target | undefined => {
  const shop = root === 'shops' ? world.shops.get(id) : undefined
  if (shop) {
    const dialect = world.platform(shop)
    return {
      id,
      rateLimit: shop.settings.rateLimit,
      dialect,
      refusal: (call) => dialect.refusal(call, shop, Date.now()),
      serve: (call) => dialect.serve(call, shop, world),
    }
  }
  const tracker = root === 'trackers' ? world.trackers.get(id) : undefined
  if (tracker) {
    const dialect = world.tracker(tracker)
    return {
      ...{ id, rateLimit: tracker.settings.rateLimit, dialect },
      refusal: (call) => dialect.refusal(call, tracker, Date.now()),
      serve: (call) => dialect.serve(call, tracker, world),
    }
  }
  const channel = root === 'channels' ? world.channels.get(id) : undefined
  if (channel) {
    const dialect = channels[channel.kind]
    return {
      ...{ id, rateLimit: limitOf(channel, dialect), dialect },
      refusal: (call) => dialect.refusal(call, channel, Date.now()),
      serve: (call) => dialect.serve(call, channel, world),
    }
  }
  const warehouse = root === 'warehouses' ? world.warehouses.get(id) : undefined
  if (!warehouse) return undefined
  const dialect = world.system(warehouse)
  return {
    id,
    rateLimit: warehouse.settings.rateLimit,
    dialect,
    refusal: (call) => dialect.refusal(call, warehouse, Date.now()),
    serve: (call) => dialect.serve(call, warehouse, world),
  }
}

const answer = async (
  call: Call,
  response: ServerResponse,
  target: Target,
  world: World,
  gate: Gate,
): Promise<void> => {
  const { id, dialect } = target
  const operation = dialect.operation(call)
  if (!operation) {
    world.store.count(id, 'calls_unknown')
    return write(response, target.serve(call))
  }
  const refusal = target.refusal(call)
  if (refusal) {
    world.store.count(id, 'refused_signatures')
    return write(response, dialect.refused(call, refusal))
  }
  const struck = world.faults.strike(id, operation, CALL_FAULTS)
  for (const name of struck.keys()) world.store.count(id, `fault_${name}`)
  const delay = struck.get('slow')?.ms
  if (delay) await new Promise((resolve) => setTimeout(resolve, delay))
  if (struck.has('silent')) return hang(response, struck.get('silent'))
  if (struck.has('error-before'))
    return write(response, { status: 503, headers: { 'content-type': 'text/plain' }, body: 'upstream unavailable' })
  if (struck.has('throttle') || !gate.lets(id, target.rateLimit, Date.now())) {
    world.store.count(id, 'throttled')
    return write(response, dialect.throttled(call))
  }
  if (struck.has('reject')) return write(response, dialect.rejected(call))
  const done = world.store.transaction(() => {
    world.store.count(id, `calls_${operation}`)
    return target.serve(call)
  })
  finish(response, done, struck, dialect, call)
}

/** The thing is done; what its caller gets to hear of it is another matter. */
const finish = (
  response: ServerResponse,
  done: Answer,
  struck: ReadonlyMap<CallFault, Fault>,
  dialect: CallDialect<never>,
  call: Call,
): void => {
  if (struck.has('timeout-after')) return hang(response, struck.get('timeout-after'))
  if (struck.has('reset-after')) {
    response.destroy()
    return
  }
  if (struck.has('error-after')) return write(response, dialect.broken(call))
  if (struck.has('broken-answer'))
    return write(response, { status: 200, headers: { 'content-type': 'text/html' }, body: '<html><body>网关维护中' })
  write(response, done)
}

const hang = (response: ServerResponse, fault: Fault | undefined): void => {
  setTimeout(() => response.destroy(), fault?.ms ?? SILENCE_MS).unref()
}

const write = (response: ServerResponse, { status, headers, body }: Answer): void => {
  if (response.destroyed) return
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

const headersOf = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  )

/** Undefined: too large. */
const bodyOf = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size <= MAX_BODY) parts.push(part)
  }
  return size > MAX_BODY ? undefined : Buffer.concat(parts)
}

/** A bucket of calls per target, as their gateways have. */
class Gate {
  readonly #buckets = new Map<string, { left: number; at: number }>()

  lets(target: string, limit: RateLimit | undefined, now: number): boolean {
    if (!limit) return true
    const size = limit.burst ?? limit.perSecond
    const bucket = this.#buckets.get(target) ?? { left: size, at: now }
    bucket.left = Math.min(size, bucket.left + ((now - bucket.at) / 1000) * limit.perSecond)
    bucket.at = now
    this.#buckets.set(target, bucket)
    if (bucket.left < 1) return false
    bucket.left -= 1
    return true
  }
}
