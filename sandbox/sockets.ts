/** The sockets that an order system holds open for its apps, and what goes over them. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { SOCKET_FAULTS, type SocketFault } from './faults.ts'
import { platforms } from './platforms/index.ts'
import type { Socket } from './platforms/platform.ts'
import type { Sender, Sent } from './sender.ts'
import type { Fields, Message, Shop } from './types.ts'
import type { World } from './world.ts'

interface Line {
  readonly platform: string
  readonly app: string
  readonly dialect: Socket
  readonly credentials: Fields
  readonly socket: WebSocket
  /** The connection underneath, to break it in the middle of a frame. */
  readonly wire: Duplex
  session: string
  ready: boolean
  silent: boolean
}

const missed = (body: string): Sent => ({ status: 0, body, acknowledged: false })
const CONFIRMED: Sent = { status: 101, body: 'confirmed', acknowledged: true }

export class Sockets {
  readonly #world: World
  readonly #server = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  /** The newest last: it gets the messages. */
  readonly #lines = new Set<Line>()
  /** Tries that wait for the confirmation of a delivery id. */
  readonly #waiting = new Map<string, Set<(sent: Sent) => void>>()

  constructor(world: World) {
    this.#world = world
  }

  /** A request to open a socket: taken, or refused with 403 as long as the platform knows no such app. */
  upgrade(request: IncomingMessage, wire: Duplex, head: Buffer): void {
    const { pathname } = new URL(request.url ?? '/', 'http://sandbox')
    const [, root = '', platform = '', app = '', ...rest] = pathname.split('/').map(decodeURIComponent)
    const dialect = root === 'sockets' ? platforms[platform]?.socket : undefined
    const shops = dialect ? this.#shopsOf(platform, dialect, app) : []
    const credentials = shops[0]?.credentials
    if (!dialect || !credentials) return refuse(wire)
    const refusal = dialect.refusal?.(rest, credentials, Date.now()) ?? this.#struck(shops, 'socket-refused')
    for (const { id } of shops) this.#world.store.count(id, refusal ? 'sockets_refused' : 'sockets_opened')
    if (refusal) return refuse(wire)
    this.#server.handleUpgrade(request, wire, head, (socket) => {
      const state = { session: '', ready: false, silent: false }
      this.#open({ platform, app, dialect, credentials, socket, wire, ...state })
    })
  }

  /** How a shop of an app sends: over the app's newest socket. */
  sender(shop: Shop, dialect: Socket, timeoutMs: number): Pick<Sender, 'reachable' | 'send'> {
    const app = shop.credentials[dialect.appField]
    const line = [...this.#lines].findLast((one) => one.platform === shop.platform && one.app === app && one.ready)
    return {
      reachable: line !== undefined,
      // Nobody else can speak on a socket that is open: what would be a forgery is merely lost.
      send: (message, forged) =>
        line && !forged ? this.#send(line, shop, message, timeoutMs) : Promise.resolve(missed('not sent')),
    }
  }

  stop(): void {
    for (const { socket } of this.#lines) socket.terminate()
    this.#server.close()
  }

  #open(line: Line): void {
    const { socket, dialect } = line
    this.#lines.add(line)
    socket.on('error', () => socket.terminate())
    socket.on('close', () => this.#lines.delete(line))
    socket.on('message', (data: RawData) => this.#hear(line, bufferOf(data)))
    if (dialect.readyAtOnce) this.#ready(line)
  }

  #ready(line: Line): void {
    if (line.ready) return
    line.ready = true
    for (const { id } of this.#shopsOf(line.platform, line.dialect, line.app)) this.#world.outbox.wake(id)
  }

  #hear(line: Line, frame: Buffer): void {
    if (line.silent) return
    const heard = line.dialect.hear(frame, line.session, line.credentials, Date.now())
    const shops = this.#shopsOf(line.platform, line.dialect, line.app)
    line.session = heard.session ?? line.session
    for (const each of heard.send ?? []) line.socket.send(each)
    for (const id of heard.confirmed ?? []) this.#confirm(shops, id)
    if (heard.ready) this.#ready(line)
    if (heard.refused === undefined) return
    for (const { id } of shops) this.#world.store.count(id, 'frames_refused')
    line.socket.close(1008, heard.refused)
  }

  #confirm(shops: readonly Shop[], id: string): void {
    const waiting = this.#waiting.get(id)
    if (waiting) for (const settle of waiting) settle(CONFIRMED)
    else if (!shops.some((shop) => this.#world.outbox.confirm(shop.id, id)))
      for (const shop of shops) this.#world.store.count(shop.id, 'confirmed_again')
  }

  #send(line: Line, shop: Shop, message: Message, timeoutMs: number): Promise<Sent> {
    const frame = line.dialect.frame(message, shop, Date.now())
    if (this.#struck([shop], 'socket-silent')) line.silent = true
    if (line.silent) return Promise.resolve(missed('silent'))
    if (this.#struck([shop], 'socket-cut')) {
      // Nothing more may follow the half: it would be taken for the rest.
      line.silent = true
      this.#lines.delete(line)
      line.wire.write(halfOf(frame), () => line.wire.destroy())
      return Promise.resolve(missed('cut'))
    }
    const sent = this.#confirmation(line, message.deliveryId, timeoutMs)
    line.socket.send(frame)
    return sent
  }

  /** Ends with the confirmation, with the socket, or with the time-out. */
  #confirmation({ socket }: Line, id: string, timeoutMs: number): Promise<Sent> {
    const waiting = this.#waiting.get(id) ?? new Set()
    this.#waiting.set(id, waiting)
    return new Promise((resolve) => {
      const settle = (sent: Sent): void => {
        clearTimeout(timer)
        socket.off('close', lost)
        waiting.delete(settle)
        if (waiting.size === 0) this.#waiting.delete(id)
        resolve(sent)
      }
      const lost = (): void => settle(missed('closed'))
      const timer = setTimeout(() => settle(missed('not confirmed')), timeoutMs)
      socket.once('close', lost)
      waiting.add(settle)
    })
  }

  #shopsOf(platform: string, { appField }: Socket, app: string): Shop[] {
    return [...this.#world.shops.values()].filter(
      (shop) => shop.platform === platform && shop.credentials[appField] === app,
    )
  }

  #struck(shops: readonly Shop[], fault: SocketFault): string | undefined {
    const hit = shops.find(({ id }) => {
      const among = SOCKET_FAULTS.filter((each) => each === fault)
      return this.#world.faults.strike(id, 'socket', among).size > 0
    })
    if (hit) this.#world.store.count(hit.id, `fault_${fault}`)
    return hit && fault
  }
}

const refuse = (wire: Duplex): void => {
  wire.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')
}

const bufferOf = (data: RawData): Buffer => {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? Buffer.from(data) : data
}

/** The head of an unmasked frame that promises the whole, and half of it. */
const halfOf = (frame: string | Buffer): Buffer => {
  const content = typeof frame === 'string' ? Buffer.from(frame) : frame
  const kind = typeof frame === 'string' ? 0x81 : 0x82
  const head = Buffer.from([kind, 126, content.length >> 8, content.length & 0xff])
  return Buffer.concat([head, content.subarray(0, content.length >> 1)])
}
