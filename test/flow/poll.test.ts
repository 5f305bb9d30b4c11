import { beforeEach, describe, expect, it } from 'vitest'
import { Config } from '../../src/flow/config.ts'
import { type PollPorts, pollOnce } from '../../src/flow/poll.ts'
import type { LaneEvent } from '../../src/lane/event.ts'
import { NotAnswered } from '../../src/send.ts'
import { places, Vault } from '../../src/store/vault.ts'
import { grantsOf } from '../../src/store/write/grants.ts'
import { beginPolls, claimPoll, duePolls, knownVersions, savePoll } from '../../src/store/write/polls.ts'
import { openD1 } from '../api/sqlite-d1.ts'
import { MINUTE, SECOND, START } from './facts.ts'

const vault = new Vault(Buffer.alloc(32, 7).toString('base64'))
const FAST = 60 * SECOND
const SLOW = 600 * SECOND

interface Far {
  readonly id: string
  version: number
}

/** A shop of our own protocol with orders to tell, its window beginning at START. */
class Desk {
  now = START
  readonly store = openD1()
  readonly far: Far[] = []
  readonly asked: URLSearchParams[] = []
  readonly events: LaneEvent[] = []
  /** Answers instead of the orders, one by one. */
  readonly instead: (number | 'silent')[] = []
  failAppend = false
  pageSize = 50

  constructor() {
    const { raw } = this.store
    raw.exec("INSERT INTO merchants (id, name, region, created_at) VALUES ('m1', 'm', 'apac', 0)")
    raw
      .prepare(
        `INSERT INTO shops (id, merchant_id, platform, name, mode, features, settings, credentials, created_at)
         VALUES ('s1', 'm1', 'standard', 's', 'live', '{"orders":true}', '{"baseUrl":"https://shop.test"}', ?, ?)`,
      )
      .run(vault.seal(places.credentials('shop', 's1'), '{"secret":"whsec_c2VjcmV0c2VjcmV0c2VjcmV0"}'), START)
  }

  begin(): Promise<void> {
    const poll = { lane: 'shop:s1', merchantId: 'm1', fromAt: START, gapMs: FAST }
    return beginPolls(this.store.db, [poll], this.now)
  }

  get ports(): PollPorts {
    const { db } = this.store
    return {
      ...{ config: new Config(db, () => this.now), vault, now: () => this.now, random: () => 'nonce' },
      grants: grantsOf(db),
      send: async ({ url }) => this.answer(new URL(url).searchParams),
      append: async (_, events) => {
        if (this.failAppend) throw new Error('no lane')
        this.events.push(...events)
      },
      polls: {
        claim: (lane, now, until) => claimPoll(db, lane, now, until),
        save: (step) => savePoll(db, step),
        versions: (shop, ids) => knownVersions(db, shop, ids),
      },
      patienceMs: 60_000,
      claim: async () => [],
      showable: async () => undefined,
      report: () => undefined,
    }
  }

  answer(query: URLSearchParams) {
    this.asked.push(query)
    const instead = this.instead.shift()
    if (instead === 'silent') throw new NotAnswered('time-out', true)
    if (instead !== undefined) return { status: instead, headers: {}, body: '' }
    const [from, to] = [query.get('from'), query.get('to')].map((text) => Date.parse(text ?? ''))
    const found = this.far.filter(({ version }) => version >= (from ?? 0) && version < (to ?? 0))
    const at = Number(query.get('cursor') ?? 0)
    const orders = found.slice(at, at + this.pageSize).map(({ id, version }) => ({
      ...{ id, version, createdAt: START, payment: 'paid', currency: 'CNY', total: '1.00' },
      ...{
        lines: [{ id: '1', sku: 'A', quantity: 1, price: '1.00' }],
        receiver: { name: 'x', phone: '1', address: 'a' },
      },
    }))
    const next = at + this.pageSize < found.length ? { next: String(at + this.pageSize) } : {}
    return { status: 200, headers: {}, body: JSON.stringify({ orders, ...next }) }
  }

  poll = (): Promise<number | undefined> => pollOnce(this.ports, 'shop:s1')
  row = () => this.store.raw.prepare('SELECT * FROM polls').get() as Record<string, number | string | null>
  get told(): string[] {
    return this.events.map(({ id }) => id)
  }
}

let desk: Desk
beforeEach(async () => {
  desk = new Desk()
  await desk.begin()
})

describe('a poll', () => {
  it('brings what was modified since, and then asks from there, reaching back a little', async () => {
    desk.far.push({ id: '1', version: START + SECOND }, { id: '2', version: START + 2 * SECOND })
    desk.now += MINUTE
    expect(await desk.poll()).toBe(desk.now + FAST)
    expect(desk.events.map(({ ref, body }) => [ref, body.kind])).toEqual([
      ['p:1', 'platform'],
      ['p:2', 'platform'],
    ])
    expect(desk.row()).toMatchObject({ from_at: START + MINUTE, news: 2, cursor: null, error: null })
    desk.now += FAST
    await desk.poll()
    expect(Date.parse(desk.asked.at(-1)?.get('from') ?? '')).toBeLessThan(START + MINUTE)
  })

  it('tells the same thing under the same id, and nothing that is known already', async () => {
    desk.far.push({ id: '1', version: START + SECOND })
    desk.now += MINUTE
    await desk.poll()
    desk.now += FAST
    await desk.poll()
    expect(new Set(desk.told)).toEqual(new Set([`poll:s1:order:1:${START + SECOND}`]))
    const body = JSON.stringify({ version: START + SECOND })
    desk.store.raw
      .prepare(
        "INSERT INTO orders (id, merchant_id, shop_id, platform_order_id, state, placed_at, updated_at, seq, body) VALUES ('o', 'm1', 's1', '1', 'received', 0, 0, 0, ?)",
      )
      .run(body)
    const before = desk.told.length
    desk.now += SLOW
    await desk.poll()
    expect(desk.told).toHaveLength(before)
    desk.far[0] = { id: '1', version: desk.now }
    desk.now += SLOW
    await desk.poll()
    expect(desk.told).toHaveLength(before + 1)
  })

  it('comes sooner while there is news and later while there is none, within its bounds', async () => {
    const gaps: number[] = []
    for (let i = 0; i < 6; i++) {
      desk.now += SLOW
      gaps.push(((await desk.poll()) ?? 0) - desk.now)
    }
    expect(gaps.every((gap, i) => i === 0 || gap >= (gaps[i - 1] ?? 0))).toBe(true)
    expect(gaps.at(-1)).toBe(SLOW)
    for (let i = 0; i < 6; i++) {
      desk.far.push({ id: `n${i}`, version: desk.now + SECOND })
      desk.now += SLOW
      await desk.poll()
    }
    expect(desk.row().gap_ms).toBe(FAST)
  })

  it('reads every page of a window before it moves on', async () => {
    desk.pageSize = 2
    for (let i = 0; i < 5; i++) desk.far.push({ id: `${i}`, version: START + SECOND + i })
    desk.now += MINUTE
    await desk.poll()
    expect(desk.events.map(({ ref }) => ref)).toEqual(['p:0', 'p:1', 'p:2', 'p:3', 'p:4'])
    expect(new Set(desk.asked.map((query) => query.get('to'))).size).toBe(1)
  })

  it('that was away for days catches up window by window without a pause', async () => {
    desk.far.push({ id: 'old', version: START + 30 * 60 * MINUTE }, { id: 'new', version: START + 70 * 60 * MINUTE })
    desk.now += 72 * 60 * MINUTE
    await desk.poll()
    expect(desk.events.map(({ ref }) => ref)).toEqual(['p:old', 'p:new'])
    expect(Number(desk.row().from_at)).toBe(desk.now)
  })

  it('is one at a time, and not before its time', async () => {
    expect(await desk.poll()).toBeDefined()
    expect(await desk.poll()).toBeUndefined()
    desk.now += SLOW
    const both = await Promise.all([desk.poll(), desk.poll()])
    expect(both.filter((next) => next !== undefined)).toHaveLength(1)
  })

  it('whose consumer died is taken up again once its claim has run out', async () => {
    await claimPoll(desk.store.db, 'shop:s1', desk.now, desk.now + 90_000)
    desk.far.push({ id: '1', version: START + SECOND })
    desk.now += MINUTE
    expect([await desk.poll(), await duePolls(desk.store.db, desk.now, 10)]).toEqual([undefined, []])
    desk.now += MINUTE
    expect(await duePolls(desk.store.db, desk.now, 10)).toEqual(['shop:s1'])
    await desk.poll()
    expect(desk.told).toHaveLength(1)
  })

  it.each<[number | 'silent', RegExp]>([
    ['silent', /^retry: /],
    [503, /^retry: HTTP 503/],
    [401, /^auth: /],
    [429, /^quota: /],
  ])('that is not answered (%s) leaves the window where it is and says since when', async (instead, error) => {
    desk.far.push({ id: '1', version: START + SECOND })
    desk.now += MINUTE
    desk.instead.push(instead, instead)
    const next = await desk.poll()
    expect(desk.row()).toMatchObject({ from_at: START, failing_since: desk.now, done_at: null })
    expect(String(desk.row().error)).toMatch(error)
    const since = desk.now
    desk.now = next ?? 0
    await desk.poll()
    expect(desk.row().failing_since).toBe(since)
    desk.now += SLOW
    await desk.poll()
    expect([desk.events.filter(({ body }) => body.kind === 'platform').length, desk.row().error]).toEqual([1, null])
    const refused = desk.events.filter(({ body }) => body.kind === 'refused')
    expect(refused).toHaveLength(instead === 401 ? 1 : 0)
  })

  it('whose page could not be stored is asked for again', async () => {
    desk.far.push({ id: '1', version: START + SECOND })
    desk.now += MINUTE
    desk.failAppend = true
    await expect(desk.poll()).rejects.toThrow('no lane')
    expect(desk.row().from_at).toBe(START)
    desk.failAppend = false
    desk.now += 2 * MINUTE
    await desk.poll()
    expect(desk.told).toHaveLength(1)
  })

  it('of a shop that takes no orders, or is switched off, rests', async () => {
    desk.store.raw.exec('UPDATE shops SET enabled = 0')
    await desk.poll()
    expect([desk.asked, desk.row().next_at]).toEqual([[], desk.now + 3_600_000])
  })
})
