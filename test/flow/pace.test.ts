/** Calls of one credential: held, counted, tried by one. Several consumers, each with a memory of its own, over one store. */
import { describe, expect, it } from 'vitest'
import { limitsOf } from '../../src/flow/credential.ts'
import { type Pace, talk } from '../../src/flow/pace.ts'
import { Pauses } from '../../src/flow/pauses.ts'
import type { Permit, Wish } from '../../src/flow/permits.ts'
import { NotAnswered } from '../../src/send.ts'
import { readPause } from '../../src/store/pauses.ts'
import type { Conversation } from '../../src/wire/adapter.ts'
import { done } from '../../src/wire/answer.ts'
import type { Limits } from '../../src/wire/capability.ts'
import type { WireResponse } from '../../src/wire/message.ts'
import { openD1 } from '../api/sqlite-d1.ts'
import { settle } from '../lane/support.ts'
import { MINUTE, SECOND, START } from './facts.ts'

type Answer = () => WireResponse
const status =
  (code: number): Answer =>
  () => ({ status: code, headers: {}, body: '' })
const fails =
  (sent: boolean): Answer =>
  () => {
    throw new NotAnswered('time-out', sent)
  }

/** One call; 429 is the partner's word for "too often". */
function* call(safe = true): Conversation {
  const answer = yield { method: 'GET', url: 'https://wms.example.com', headers: {}, body: '', safe }
  if (answer.status === 429) return { class: 'quota', detail: 'slow down', after: 30 * SECOND }
  return answer.status < 400 ? done(undefined) : { class: 'retry', detail: String(answer.status) }
}

class World {
  now = START
  readonly store = openD1()
  calls = 0
  answer: Answer = status(200)
  readonly wishes: Wish[] = []
  permit: () => Permit = () => ({ lease: 1 })
  readonly back: number[] = []

  /** A consumer with a memory of its own. */
  consumer() {
    const pauses = new Pauses(
      this.store.db,
      () => this.now,
      () => undefined,
    )
    const pace: Pace = {
      pauses,
      permit: async (_key, _limits, wish) => {
        this.wishes.push(wish)
        return this.permit()
      },
      giveBack: async (_key, lease) => void this.back.push(lease),
    }
    const send = async (): Promise<WireResponse> => {
      this.calls += 1
      return this.answer()
    }
    const ports = { send, now: () => this.now, pace }
    return async (
      key = 'wh:n',
      { limits, conversation = call() }: { limits?: Limits; conversation?: Conversation } = {},
    ) => {
      const patience = { perCallMs: 20_000, allMs: 60_000, now: ports.now }
      const outcome = await talk(ports, { key, limits }, conversation, patience, START + MINUTE)
      await settle()
      return outcome
    }
  }

  pause(key = 'wh:n') {
    return readPause(this.store.db, key)
  }

  /** Ten calls without an answer. */
  async break(say: ReturnType<World['consumer']>, key?: string): Promise<void> {
    this.answer = status(503)
    for (let i = 0; i < 10; i++) await say(key)
  }
}

describe('a credential that fails', () => {
  it('pauses after ten calls in a row without an answer, and says so', async () => {
    const world = new World()
    const say = world.consumer()
    world.answer = fails(true)
    for (let i = 0; i < 9; i++) expect(await say()).toMatchObject({ class: 'retry' })
    expect(await world.pause()).toMatchObject({ until: 0, failures: 9 })
    world.answer = status(502)
    await say()
    expect(await world.pause()).toMatchObject({
      why: 'failing',
      until: START + 15 * SECOND,
      failures: 10,
      detail: 'HTTP 502',
    })
    expect(await say()).toEqual({ class: 'quota', detail: 'this credential waits', after: 15 * SECOND })
    expect(world.calls).toBe(10)
  })

  it.each<[string, Answer]>([
    ['any answer below 500', status(404)],
    ['a success', status(200)],
  ])('begins to count anew after %s', async (_, answer) => {
    const world = new World()
    const say = world.consumer()
    world.answer = status(500)
    for (let i = 0; i < 9; i++) await say()
    world.answer = answer
    await say()
    expect(await world.pause()).toBeUndefined()
    world.answer = status(500)
    await say()
    expect(await world.pause()).toMatchObject({ until: 0, failures: 1 })
  })

  it('does not count what never left, nor what failed long ago', async () => {
    const world = new World()
    const say = world.consumer()
    world.answer = fails(false)
    for (let i = 0; i < 12; i++) await say()
    expect(await world.pause()).toBeUndefined()
    world.answer = status(500)
    for (let i = 0; i < 9; i++) await say()
    world.now += 11 * MINUTE
    await say()
    expect(await world.pause()).toMatchObject({ until: 0, failures: 1 })
  })

  it('holds every consumer that has heard of it, and no other credential', async () => {
    const world = new World()
    await world.break(world.consumer())
    const other = world.consumer()
    world.answer = status(200)
    await other('wh:elsewhere')
    const { calls } = world
    await other() // It has not heard of it yet: one call may slip through, and shows that it works.
    expect(world.calls).toBe(calls + 1)
    await world.break(other)
    const third = world.consumer()
    await third()
    world.now += SECOND
    expect(await third()).toMatchObject({ class: 'quota', after: 14 * SECOND })
  })

  it('is tried by one consumer when the pause is over; the others wait for what it finds', async () => {
    const world = new World()
    const [first, second] = [world.consumer(), world.consumer()]
    await world.break(first)
    await second()
    world.now += 15 * SECOND
    world.calls = 0
    // The first one asks, and its call is under way.
    let answer: (response: WireResponse) => void = () => undefined
    world.answer = () =>
      new Promise<WireResponse>((resolve) => {
        answer = resolve
      }) as never
    const probe = first()
    await settle()
    expect(world.calls).toBe(1)
    expect(await second()).toEqual({ class: 'quota', detail: 'this credential waits', after: 5 * SECOND })
    answer({ status: 200, headers: {}, body: '' })
    expect(await probe).toMatchObject({ class: 'done' })
    world.answer = status(200)
    world.now += 5 * SECOND
    expect([await second(), await world.pause(), world.calls]).toEqual([
      { class: 'done', value: undefined },
      undefined,
      2,
    ])
  })

  it('whose trial dies is tried again by somebody else', async () => {
    const world = new World()
    const say = world.consumer()
    await world.break(say)
    world.now += 15 * SECOND
    world.answer = () => new Promise(() => undefined) as never
    void say()
    await settle()
    world.answer = status(200)
    world.now += 44 * SECOND
    expect(await say()).toMatchObject({ class: 'quota' })
    world.now += 1 * SECOND
    expect(await say()).toMatchObject({ class: 'done' })
  })

  it('whose trials fail waits twice as long each time, five minutes at most', async () => {
    const world = new World()
    const say = world.consumer()
    await world.break(say)
    const gaps: number[] = []
    for (let round = 0; round < 6; round++) {
      const pause = await world.pause()
      gaps.push(((pause?.until ?? 0) - world.now) / SECOND)
      world.now = pause?.until ?? 0
      await say()
    }
    expect(gaps).toEqual([15, 30, 60, 120, 240, 300])
  })

  it('is not paused for longer by calls that were under way when the pause began', async () => {
    const world = new World()
    const say = world.consumer()
    const late = world.consumer()
    let fail: () => void = () => undefined
    world.answer = () =>
      new Promise((_, reject) => {
        fail = () => reject(new NotAnswered('time-out', true))
      }) as never
    const slow = late()
    await settle()
    await world.break(say)
    fail()
    await slow
    expect(await world.pause()).toMatchObject({ until: START + 15 * SECOND, failures: 11 })
  })

  it('breaks off a conversation that has touched something as unknown, never as undone', async () => {
    function* two(): Conversation {
      yield { method: 'POST', url: 'https://wms.example.com', headers: {}, body: '' }
      return yield* call()
    }
    const world = new World()
    const say = world.consumer()
    await world.break(say)
    world.now += 16 * SECOND
    world.answer = status(503)
    expect(await say('wh:n', { conversation: two() })).toEqual({ class: 'unknown', detail: 'this credential waits' })
  })
})

describe('a partner that says "too often"', () => {
  it('is left alone by every shop of the app, until the time it named', async () => {
    const world = new World()
    const [first, second] = [world.consumer(), world.consumer()]
    await second('app:a')
    world.answer = status(429)
    expect(await first('app:a')).toMatchObject({ class: 'quota', after: 30 * SECOND })
    world.answer = status(200)
    world.now += 6 * SECOND
    await second('app:a') // Hears of it behind this call.
    expect(await second('app:a')).toMatchObject({ class: 'quota', after: 24 * SECOND })
    expect(await second('app:b')).toMatchObject({ class: 'done' })
    world.now += 24 * SECOND
    expect([await second('app:a'), await world.pause('app:a')]).toMatchObject([{ class: 'done' }, undefined])
  })

  it('is not waited for longer because somebody was held meanwhile, nor shorter because an earlier call succeeds', async () => {
    const world = new World()
    const say = world.consumer()
    world.answer = status(429)
    await say()
    world.now += 10 * SECOND
    await say()
    expect(await world.pause()).toMatchObject({ until: START + 30 * SECOND })
    world.answer = status(200)
    await world.consumer()()
    expect(await world.pause()).toMatchObject({ until: START + 30 * SECOND })
  })
})

describe('a credential with limits', () => {
  it('asks for a permit before each call, with its ship-by time, and gives it back where calls at once are limited', async () => {
    const world = new World()
    const say = world.consumer()
    await say('wh:n', { limits: { perSecond: 5 } })
    expect([world.wishes, world.back]).toEqual([[{ shipBy: START + MINUTE, maxWaitMs: 10_000 }], []])
    world.answer = fails(true)
    await say('wh:n', { limits: { concurrent: 1 } })
    expect(world.back).toEqual([1])
  })

  it('that gets none has sent nothing, and comes again when it is told', async () => {
    const world = new World()
    world.permit = () => ({ after: 7_000 })
    expect(await world.consumer()('wh:n', { limits: { perSecond: 5 } })).toMatchObject({ class: 'quota', after: 7_000 })
    expect([world.calls, await world.pause()]).toEqual([0, undefined])
  })

  it('takes single figures from the connection, the others from the adapter', () => {
    expect(limitsOf({ perSecond: 10, concurrent: 2 }, { perSecond: 3 })).toEqual({ perSecond: 3, concurrent: 2 })
    expect([limitsOf(undefined, undefined), limitsOf(undefined, {})]).toEqual([undefined, undefined])
  })
})

describe('a credential with which nothing is wrong', () => {
  it('writes nothing, asks for no permit, and is read at most every five seconds', async () => {
    const world = new World()
    const say = world.consumer()
    for (let i = 0; i < 100; i++) await say()
    world.now += 5 * SECOND
    for (let i = 0; i < 100; i++) await say()
    expect([world.wishes, world.store.heard.map(({ sql }) => sql)]).toEqual([
      [],
      ['SELECT * FROM pauses WHERE key = ?1', 'SELECT * FROM pauses WHERE key = ?1'],
    ])
  })

  it('is read again although a read never came back', async () => {
    const world = new World()
    const { prepare } = world.store.db
    let reads = 0
    const hangs = { bind: () => ({ first: () => new Promise(() => undefined) }) }
    Object.assign(world.store.db, { prepare: (sql: string) => (++reads === 1 ? hangs : prepare(sql)) })
    const say = world.consumer()
    await say()
    await say()
    expect(reads).toBe(1)
    world.now += 5 * SECOND
    await say()
    expect(reads).toBe(2)
  })

  it('is called as ever while the store does not answer', async () => {
    const world = new World()
    const say = world.consumer()
    world.store.raw.exec('DROP TABLE pauses')
    for (const answer of [status(200), status(503), status(429)]) {
      world.answer = answer
      expect((await say()).class).not.toBe('unknown')
    }
    expect(world.calls).toBe(3)
  })
})
