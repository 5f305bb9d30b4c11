import { beforeEach, describe, expect, it } from 'vitest'
import type { Pushed } from '../../src/domain/order.ts'
import { Config } from '../../src/flow/config.ts'
import { SocketKeeper } from '../../src/flow/socket.ts'
import type { LaneEvent } from '../../src/lane/event.ts'
import { ok } from '../../src/lib/result.ts'
import { platforms } from '../../src/platforms/index.ts'
import type { Platform } from '../../src/platforms/platform.ts'
import type { Frame, Socket } from '../../src/platforms/socket.ts'
import type { Listener } from '../../src/send.ts'
import { places, Vault } from '../../src/store/vault.ts'
import { openD1 } from '../api/sqlite-d1.ts'
import { MINUTE, SECOND, START } from './facts.ts'

const vault = new Vault(Buffer.alloc(32, 7).toString('base64'))
const settle = () => new Promise((resolve) => setTimeout(resolve, 5))

const pushed = (raw: string): readonly Pushed[] => {
  const [, shopKey = '', platformOrderId = ''] = raw.split(' ')
  return [{ shopKey, event: { type: 'changed', platformOrderId, what: 'paid', at: START } }]
}

/** Frames are words: `hello <session>`, `no <why>`, `<id> <shop> <order>`. */
const socket: Socket = {
  connect: () => ({ method: 'GET', url: 'wss://platform.test/x?key=1', headers: {}, body: '' }),
  greet: () => ['greeting'],
  read: (frame, _, session) => {
    const text = String(frame)
    if (text.startsWith('hello')) return { session: text.slice(6), messages: [] }
    if (text.startsWith('no')) return { messages: [], refused: text.slice(3) }
    const id = text.split(' ')[0] ?? ''
    return { messages: [{ id, raw: text, read: ok(pushed(text)), confirm: `ack ${id} ${session}` }] }
  },
  again: (raw) => ok(pushed(raw)),
  heartbeat: { everyMs: 5 * SECOND, frame: (_, session) => `beat ${session}` },
  silenceMs: 30 * SECOND,
}
const platform: Platform = { ...(platforms.douyin as Platform), socket }

class Desk {
  now = START
  readonly store = openD1()
  readonly events: { lane: string; event: LaneEvent }[] = []
  readonly sent: Frame[] = []
  readonly opened: string[] = []
  readonly beats: { at: number; beat: () => void }[] = []
  readonly reports: string[] = []
  listener: Listener | undefined
  failOpen: string | undefined
  failAppend = false
  early: Frame[] = []
  closes = 0

  constructor() {
    const { raw } = this.store
    const sealed = (kind: 'app' | 'shop', id: string) => vault.seal(places.credentials(kind, id), '{"appKey":"k"}')
    raw.exec("INSERT INTO merchants (id, name, region, created_at) VALUES ('m1', 'm', 'apac', 0)")
    raw
      .prepare(
        "INSERT INTO apps (id, merchant_id, platform, name, credentials, created_at) VALUES ('a1', 'm1', 'douyin', 'a', ?, 0)",
      )
      .run(sealed('app', 'a1'))
    for (const n of [1, 2])
      raw
        .prepare(
          `INSERT INTO shops (id, merchant_id, platform, app_id, shop_key, name, mode, features, credentials, created_at)
           VALUES (?, 'm1', 'douyin', 'a1', ?, 's', 'live', '{"orders":true}', ?, 0)`,
        )
        .run(`s${n}`, `k${n}`, sealed('shop', `s${n}`))
  }

  readonly keeper = new SocketKeeper('a1', {
    platforms: { douyin: platform },
    config: new Config(this.store.db, () => this.now),
    vault,
    now: () => this.now,
    random: () => 'nonce',
    open: async (call, _, listener) => {
      this.opened.push(call.url)
      if (this.failOpen !== undefined) throw new Error(this.failOpen)
      this.listener = listener
      for (const frame of this.early) listener.frame(frame)
      return { send: (frame) => void this.sent.push(frame), close: () => void this.closes++ }
    },
    append: async (lane, events) => {
      if (this.failAppend) throw new Error('no lane')
      this.events.push(...events.map((event) => ({ lane, event })))
    },
    later: (ms, beat) => void this.beats.push({ at: this.now + ms, beat }),
    report: (what) => void this.reports.push(what),
  })

  async hear(...frames: string[]): Promise<void> {
    for (const frame of frames) this.listener?.frame(frame)
    await settle()
  }
  /** Time passes; heartbeats that fall due are made. */
  wait(ms: number): void {
    const end = this.now + ms
    for (;;) {
      const next = this.beats.toSorted((a, b) => a.at - b.at).find(({ at }) => at <= end)
      if (!next) break
      this.beats.splice(this.beats.indexOf(next), 1)
      this.now = next.at
      next.beat()
    }
    this.now = end
  }
  get told(): string[] {
    return this.events.map(({ lane, event }) => `${lane} ${event.ref ?? event.body.kind} ${event.id}`)
  }
}

let desk: Desk
beforeEach(() => {
  desk = new Desk()
})
const open = async (): Promise<void> => {
  await desk.keeper.tend()
  await desk.hear('hello T1')
}

describe('the socket of an app', () => {
  it('is opened once, greets, and is tended without opening another', async () => {
    await Promise.all([desk.keeper.tend(), desk.keeper.tend()])
    await desk.keeper.tend()
    expect([desk.opened, desk.sent]).toEqual([['wss://platform.test/x?key=1'], ['greeting']])
    expect(desk.keeper.state).toMatchObject({ state: 'open', error: null })
  })

  it('confirms a message with the session it was given, after its shop’s lane has it', async () => {
    await open()
    await desk.hear('m1 k1 P1', 'm2 k2 P2')
    expect(desk.told).toEqual(['shop:s1 p:P1 d:app:a1:m1:0', 'shop:s2 p:P2 d:app:a1:m2:0'])
    expect(desk.sent).toEqual(['greeting', 'ack m1 T1', 'ack m2 T1'])
  })

  it('never confirms what could not be stored; its repeat is stored and confirmed', async () => {
    await open()
    desk.failAppend = true
    await desk.hear('m1 k1 P1')
    expect([desk.told, desk.sent, desk.reports]).toEqual([[], ['greeting'], ['socket message not stored']])
    desk.failAppend = false
    await desk.hear('m1 k1 P1')
    expect([desk.told.length, desk.sent.at(-1)]).toEqual([1, 'ack m1 T1'])
  })

  it('confirms a duplicate too, under the same id, so that the lane drops it', async () => {
    await open()
    await desk.hear('m1 k1 P1', 'm1 k1 P1')
    expect(new Set(desk.told).size).toBe(1)
    expect(desk.sent.filter((frame) => frame === 'ack m1 T1')).toHaveLength(2)
  })

  it('keeps a message of a shop that nobody registered as an exception of the app, and confirms it', async () => {
    await open()
    await desk.hear('m1 k9 P1')
    expect([desk.told, desk.sent.at(-1)]).toEqual([['app:a1 problem d:app:a1:m1:0'], 'ack m1 T1'])
  })

  it('hears what came before it was ready', async () => {
    desk.early = ['hello T0', 'm1 k1 P1']
    await desk.keeper.tend()
    await settle()
    expect([desk.told.length, desk.sent]).toEqual([1, ['greeting', 'ack m1 T0']])
  })

  it('that is closed is opened anew, with gaps that grow until it is heard again', async () => {
    await open()
    desk.listener?.closed('closed 1006')
    expect(desk.keeper.state).toMatchObject({ state: 'closed', error: 'closed 1006' })
    desk.failOpen = 'refused'
    const tries: number[] = []
    for (let i = 0; i < 400; i++) {
      const before = desk.opened.length
      await desk.keeper.tend()
      if (desk.opened.length > before) tries.push(desk.now)
      desk.now += SECOND
    }
    const gaps = tries.slice(1).map((at, i) => at - (tries[i] ?? 0))
    expect(gaps.every((gap, i) => i === 0 || gap >= (gaps[i - 1] ?? 0))).toBe(true)
    expect(gaps.at(-1)).toBe(MINUTE)
    desk.failOpen = undefined
    desk.now += MINUTE
    await desk.keeper.tend()
    await desk.hear('hello T2', 'm1 k1 P1')
    expect([desk.keeper.state.state, desk.sent.at(-1)]).toEqual(['open', 'ack m1 T2'])
    desk.listener?.closed('closed 1006')
    desk.now += 1_500
    await desk.keeper.tend()
    expect(desk.keeper.state.state).toBe('open')
  })

  it('that the other side closed is opened anew by itself, once its gap is over', async () => {
    await open()
    desk.listener?.closed('closed 1006')
    desk.wait(SECOND - 1)
    await settle()
    expect(desk.opened).toHaveLength(1)
    desk.failOpen = 'refused'
    desk.wait(1)
    await settle()
    expect([desk.opened.length, desk.keeper.state.state]).toEqual([2, 'closed'])
    desk.failOpen = undefined
    desk.wait(2 * SECOND)
    await settle()
    expect([desk.opened.length, desk.keeper.state.state]).toEqual([3, 'open'])
  })

  it('does not confirm on a new socket what came over the old one', async () => {
    await open()
    desk.failAppend = false
    const late = desk.hear('m1 k1 P1')
    desk.listener?.closed('closed 1006')
    await late
    expect(desk.sent).toEqual(['greeting'])
    expect(desk.told).toHaveLength(1)
  })

  it('beats as often as the platform wants, and only while it is open', async () => {
    await open()
    desk.wait(16 * SECOND)
    expect(desk.sent.filter((frame) => frame === 'beat T1')).toHaveLength(3)
    desk.listener?.closed('closed')
    desk.wait(60 * SECOND)
    expect(desk.sent.filter((frame) => frame === 'beat T1')).toHaveLength(3)
  })

  it('that went silent is taken for dead', async () => {
    await open()
    desk.wait(31 * SECOND)
    await desk.keeper.tend()
    expect([desk.closes, desk.keeper.state.error]).toEqual([1, 'silent'])
    desk.wait(2 * SECOND)
    await desk.keeper.tend()
    expect([desk.opened.length, desk.keeper.state.state]).toEqual([2, 'open'])
  })

  it('whose app is refused says so and does not hurry', async () => {
    await desk.keeper.tend()
    await desk.hear('no invalid signature')
    expect(desk.keeper.state).toMatchObject({ state: 'refused', error: 'invalid signature' })
    desk.now += 30 * SECOND
    await desk.keeper.tend()
    expect(desk.opened).toHaveLength(1)
    desk.now += MINUTE
    await desk.keeper.tend()
    expect(desk.opened).toHaveLength(2)
  })

  it('is opened with new credentials once they are entered', async () => {
    await open()
    desk.store.raw
      .prepare('UPDATE apps SET credentials = ?')
      .run(vault.seal(places.credentials('app', 'a1'), '{"appKey":"k2"}'))
    desk.now += 61 * SECOND
    await desk.keeper.tend()
    desk.now += 2 * SECOND
    await desk.keeper.tend()
    expect([desk.closes, desk.opened.length]).toEqual([1, 2])
  })

  it('is replaced by the address in the app’s settings', async () => {
    desk.store.raw.exec(`UPDATE apps SET settings = '{"socketUrl":"ws://127.0.0.1:9/sockets/x/"}'`)
    await desk.keeper.tend()
    expect(desk.opened).toEqual(['ws://127.0.0.1:9/sockets/x/x?key=1'])
  })

  it('of an app that is gone is closed', async () => {
    await open()
    desk.store.raw.exec('PRAGMA foreign_keys = OFF; DELETE FROM apps')
    desk.now += 2 * MINUTE
    expect([await desk.keeper.tend(), desk.keeper.state.state, desk.closes]).toEqual([false, 'idle', 1])
  })
})
