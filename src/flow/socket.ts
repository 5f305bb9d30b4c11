/**
 * The socket of an app whose platform pushes over one: opened by us, kept open, opened anew with growing gaps. A message
 * is confirmed only after its lanes have it; one that could not be stored comes again from the platform.
 */
import type { LaneEvent } from '../lane/event.ts'
import type { Platform } from '../platforms/platform.ts'
import type { Frame, Socket, SocketMessage } from '../platforms/socket.ts'
import type { Link, Listener, Open } from '../send.ts'
import type { App } from '../store/config.ts'
import { places, type Vault } from '../store/vault.ts'
import type { Connection } from '../wire/adapter.ts'
import type { WireCall } from '../wire/message.ts'
import { type Addressed, address } from './1-receive.ts'
import { appConnection, type Config } from './config.ts'

export interface SocketPorts {
  readonly platforms: Readonly<Record<string, Platform>>
  readonly config: Config
  readonly vault: Vault
  readonly now: () => number
  readonly random: () => string
  readonly open: Open
  readonly append: (lane: string, events: readonly LaneEvent[]) => Promise<void>
  /** Calls `beat` after this many ms, once. */
  readonly later: (ms: number, beat: () => void) => void
  readonly report: (what: string, facts: Readonly<Record<string, unknown>>) => void
}

export interface SocketState {
  readonly state: 'open' | 'closed' | 'refused' | 'idle'
  readonly since: number
  readonly lastFrameAt: number | null
  readonly tries: number
  readonly error: string | null
  readonly stored: number
}

const FIRST_GAP_MS = 1_000
const LONGEST_GAP_MS = 60_000
const HANDSHAKE_MS = 10_000
const WATCH_MS = 20_000
const SOON_MS = 500

interface Held {
  readonly app: App
  readonly platform: Platform
  readonly socket: Socket
  readonly link: Link
  session: string
  lastFrameAt: number
  /** Frames came: the next failure starts its gaps anew. */
  proven: boolean
}

export class SocketKeeper {
  readonly #ports: SocketPorts
  readonly #appId: string
  #open: Held | undefined
  #opening = false
  #tries = 0
  #nextTryAt = 0
  #state: SocketState = { state: 'idle', since: 0, lastFrameAt: null, tries: 0, error: null, stored: 0 }

  constructor(appId: string, ports: SocketPorts) {
    this.#appId = appId
    this.#ports = ports
  }

  get state(): SocketState {
    return { ...this.#state, tries: this.#tries, lastFrameAt: this.#open?.lastFrameAt ?? this.#state.lastFrameAt }
  }

  /** Sees to it that the socket is open and alive. Returns whether it is wanted at all. */
  async tend(): Promise<boolean> {
    const app = await this.#ports.config.app(this.#appId)
    const platform = app && this.#ports.platforms[app.platform]
    if (!app || !platform?.socket) {
      this.#close('not wanted any more', 'idle')
      return false
    }
    const now = this.#ports.now()
    const open = this.#open
    if (open && now - open.lastFrameAt > open.socket.silenceMs) this.#close('silent', 'closed')
    if (open && open.app.credentials !== app.credentials) this.#close('the credentials changed', 'closed')
    if (!this.#open && !this.#opening && now >= this.#nextTryAt) await this.#connect(app, platform, platform.socket)
    return true
  }

  /** When it wants to be tended next, UTC ms. */
  nextLook(now: number): number {
    return this.#open ? now + WATCH_MS : Math.max(this.#nextTryAt, now + SOON_MS)
  }

  async #connect(app: App, platform: Platform, socket: Socket): Promise<void> {
    this.#opening = true
    this.#tries += 1
    const wire = new Wire()
    try {
      const connection = this.#connection(app, platform)
      const call = within(socket.connect(connection), app.settings.socketUrl)
      const link = await this.#ports.open(call, HANDSHAKE_MS, wire, !app.settings.socketUrl)
      const open = { app, platform, socket, link, session: '', lastFrameAt: this.#ports.now(), proven: false }
      this.#open = open
      this.#say('open', null)
      for (const frame of socket.greet?.(connection) ?? []) this.#send(open, frame)
      this.#beat(open)
      wire.attach({
        frame: (frame) => this.#hear(open, frame),
        closed: (why) => this.#open === open && this.#lost(why),
      })
    } catch (error) {
      this.#close(String(error instanceof Error ? error.message : error).slice(0, 200), 'closed')
    } finally {
      this.#opening = false
    }
  }

  #connection(app: App, platform: Platform): Connection {
    return appConnection(app, platform, this.#ports.vault, { now: this.#ports.now(), nonce: this.#ports.random() })
  }

  /** Heartbeats, as long as this very socket is open. */
  #beat(open: Held): void {
    this.#ports.later(open.socket.heartbeat.everyMs, () => {
      if (this.#open !== open) return
      this.#send(open, open.socket.heartbeat.frame(this.#connection(open.app, open.platform), open.session))
      this.#beat(open)
    })
  }

  #send(open: Held, frame: Frame | undefined): void {
    if (frame === undefined || this.#open !== open) return
    try {
      open.link.send(frame)
    } catch (error) {
      this.#close(String(error).slice(0, 200), 'closed')
    }
  }

  #hear(open: Held, frame: Frame): void {
    if (this.#open !== open) return
    open.lastFrameAt = this.#ports.now()
    const heard = open.socket.read(frame, this.#connection(open.app, open.platform), open.session)
    if (heard.refused !== undefined) return this.#close(heard.refused, 'refused')
    if (!open.proven) this.#tries = 0
    open.proven = true
    open.session = heard.session ?? open.session
    for (const one of heard.send ?? []) this.#send(open, one)
    for (const message of heard.messages) void this.#take(open, message)
  }

  /** Without its confirmation the platform sends it again; whatever it says, it is kept. */
  async #take(open: Held, message: SocketMessage): Promise<void> {
    try {
      await this.#store(open, message)
    } catch (error) {
      return this.#ports.report('socket message not stored', { app: this.#appId, error: String(error) })
    }
    this.#state = { ...this.#state, stored: this.#state.stored + 1 }
    this.#send(open, message.confirm)
  }

  async #store({ app, platform }: Held, { id, raw, read }: SocketMessage): Promise<void> {
    const home = `app:${app.id}`
    const events: Addressed[] = read.ok
      ? (await Promise.all(read.value.map((pushed) => address(this.#ports, platform, app, pushed)))).flat()
      : [{ lane: home, body: { kind: 'problem', problem: read.error } }]
    const at = this.#ports.now()
    const numbered = events.map((event, i) => ({ ...event, id: `d:${home}:${id}:${i}` }))
    await Promise.all(
      [...Map.groupBy(numbered, ({ lane }) => lane)].map(([lane, items]) => {
        const kept = this.#ports.vault.sealRaw(places.raw(lane), `SOCKET /sockets/${platform.id}/${app.id}\n\n${raw}`)
        return this.#ports.append(
          lane,
          items.map(({ id: key, ref, body }) => ({ id: key, at, raw: kept, body, ...(ref !== undefined && { ref }) })),
        )
      }),
    )
  }

  /** The other side hung up: tried again at each gap until it is open, not only when the alarm looks again. */
  #lost(why: string): void {
    this.#close(why, 'closed')
    this.#again()
  }

  #again(): void {
    this.#ports.later(Math.max(0, this.#nextTryAt - this.#ports.now()), () => {
      this.tend()
        .then((wanted) => wanted && !this.#open && this.#again())
        .catch((error: unknown) => this.#ports.report('socket not opened', { app: this.#appId, error: String(error) }))
    })
  }

  #close(why: string, state: 'closed' | 'refused' | 'idle'): void {
    const open = this.#open
    this.#open = undefined
    try {
      open?.link.close()
    } catch {
      // It was closed already.
    }
    const gap = Math.min(LONGEST_GAP_MS, FIRST_GAP_MS * 2 ** Math.max(0, this.#tries - 1))
    // A wrong secret stays wrong: no hurry, and the platform may punish one.
    this.#nextTryAt = this.#ports.now() + (state === 'refused' ? LONGEST_GAP_MS : gap)
    if (state !== this.#state.state || why !== this.#state.error) this.#say(state, why)
  }

  #say(state: SocketState['state'], error: string | null): void {
    this.#state = { ...this.state, state, error, since: this.#ports.now() }
  }
}

/** What comes before its reader is there waits for it. */
class Wire implements Listener {
  #reader: Listener | undefined
  readonly #waiting: ((reader: Listener) => void)[] = []

  attach(reader: Listener): void {
    this.#reader = reader
    for (const one of this.#waiting.splice(0)) one(reader)
  }

  frame(frame: Frame): void {
    this.#tell((reader) => reader.frame(frame))
  }

  closed(why: string): void {
    this.#tell((reader) => reader.closed(why))
  }

  #tell(what: (reader: Listener) => void): void {
    if (this.#reader) what(this.#reader)
    else this.#waiting.push(what)
  }
}

/** The sandbox, a relay or a test in the place of the platform's own address. */
const within = (call: WireCall, socketUrl: unknown): WireCall => {
  if (typeof socketUrl !== 'string' || socketUrl === '') return call
  const { pathname, search } = new URL(call.url)
  return { ...call, url: socketUrl.replace(/\/+$/, '') + (pathname === '/' ? '' : pathname) + search }
}
