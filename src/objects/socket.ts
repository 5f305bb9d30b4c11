/** The object that holds one app's socket. A socket keeps no object awake by itself, so an alarm looks after it. */
import { DurableObject } from 'cloudflare:workers'
import type { Env } from '../env.ts'
import { SocketKeeper, type SocketState } from '../flow/socket.ts'
import { platforms } from '../platforms/index.ts'
import { opener } from '../send.ts'
import { appendTo, report } from './neighbours.ts'
import { isolate } from './ports.ts'

export class AppSocket extends DurableObject<Env> {
  #keeper: SocketKeeper | undefined

  /** Opens the socket if it is not open. The clock calls it, and whoever made or changed the app. */
  async poke(appId: string): Promise<SocketState> {
    if ((await this.ctx.storage.get('app')) !== appId) await this.ctx.storage.put('app', appId)
    await this.#tend(appId)
    return this.#keeperOf(appId).state
  }

  override async alarm(): Promise<void> {
    const appId = await this.ctx.storage.get<string>('app')
    if (appId !== undefined) await this.#tend(appId)
  }

  async #tend(appId: string): Promise<void> {
    const keeper = this.#keeperOf(appId)
    if (!(await keeper.tend())) return
    await this.ctx.storage.setAlarm(keeper.nextLook(Date.now()))
  }

  #keeperOf(appId: string): SocketKeeper {
    this.#keeper ??= new SocketKeeper(appId, {
      ...isolate(this.env),
      platforms,
      now: Date.now,
      random: () => crypto.randomUUID(),
      open: opener(this.env.OUTBOUND_ALLOW),
      append: (lane, events) => appendTo(this.env, lane, events),
      later: (ms, beat) => void setTimeout(beat, ms),
      report,
    })
    return this.#keeper
  }
}
