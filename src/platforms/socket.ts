/** The contract of platforms that push over a socket of ours. */
import type { Pushed } from '../domain/order.ts'
import type { Problem } from '../domain/problem.ts'
import type { Result } from '../lib/result.ts'
import type { Connection } from '../wire/adapter.ts'
import type { WireCall } from '../wire/message.ts'

export type Frame = string | Uint8Array

/**
 * A push that comes over a socket that we open, one per app: frames in, frames out, pure. The object that holds it
 * (`flow/socket.ts`) stores a message in its lane before it sends the message's `confirm`.
 */
export interface Socket {
  /** The handshake: a GET whose URL is `wss:` or `ws:`. The app's setting `socketUrl` replaces its scheme, host and port. */
  readonly connect: (app: Connection) => WireCall
  /** Sent as soon as the socket is open. */
  readonly greet?: (app: Connection) => readonly Frame[]
  /** `session` is what `read` returned last on this socket; empty at first (Taobao: the token that each frame must carry). */
  readonly read: (frame: Frame, app: Connection, session: string) => Heard
  /** What a kept message (`SocketMessage.raw`) means, read again. */
  readonly again: (raw: string) => Result<readonly Pushed[], Problem>
  readonly heartbeat: {
    readonly everyMs: number
    readonly frame: (app: Connection, session: string) => Frame | undefined
  }
  /** No frame for this long: the socket is dead, and opened anew. */
  readonly silenceMs: number
}
export interface Heard {
  readonly session?: string
  readonly messages: readonly SocketMessage[]
  /** Frames to send at once, that confirm nothing. */
  readonly send?: readonly Frame[]
  /** The platform refuses the app (wrong secret, not permitted): in its words. Opened anew with growing gaps. */
  readonly refused?: string
}
export interface SocketMessage {
  /** The platform's own id of this message, the same when it comes again. */
  readonly id: string
  /** What is kept of it, readable: the text by which `reread` makes the same events. */
  readonly raw: string
  readonly read: Result<readonly Pushed[], Problem>
  readonly confirm?: Frame
}
