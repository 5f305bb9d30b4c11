import { describe, expect, it } from 'vitest'
import { Config } from '../../src/flow/config.ts'
import { shopWithToken, type TokenPorts } from '../../src/flow/tokens.ts'
import type { LaneEvent } from '../../src/lane/event.ts'
import { platforms } from '../../src/platforms/index.ts'
import type { Platform } from '../../src/platforms/platform.ts'
import { NotAnswered } from '../../src/send.ts'
import type { Shop } from '../../src/store/config.ts'
import { places, Vault } from '../../src/store/vault.ts'
import { grantsOf } from '../../src/store/write/grants.ts'
import { failure } from '../../src/wire/answer.ts'
import { openD1 } from '../api/sqlite-d1.ts'
import { MINUTE, START } from './facts.ts'

const vault = new Vault(Buffer.alloc(32, 7).toString('base64'))

type Answer = 'granted' | 'refused' | 'silent' | 'busy'

/** A shop whose access token ends in `left` ms, at a platform that refreshes it; `answers` one by one, the last for ever. */
const desk = async (left: number | null, answers: Answer[] = ['granted'], link = true, endless = false) => {
  const { db, raw } = openD1()
  raw.exec("INSERT INTO merchants (id, name, region, created_at) VALUES ('m1', 'm', 'apac', 0)")
  const sealed = vault.seal(places.credentials('shop', 's1'), JSON.stringify({ accessToken: 'a0', refreshToken: 'r0' }))
  raw
    .prepare(
      `INSERT INTO shops (id, merchant_id, platform, name, mode, features, credentials, created_at, token_expires_at)
       VALUES ('s1', 'm1', 'standard', 's', 'live', '{}', ?, 0, ?)`,
    )
    .run(sealed, left === null ? null : START + left)
  let now = START
  let asked = 0
  const events: LaneEvent[] = []
  const used: string[] = []
  const send = async () => {
    await new Promise((resolve) => setTimeout(resolve, 1))
    const answer = answers[Math.min(asked++, answers.length - 1)]
    if (answer === 'silent') throw new NotAnswered('time-out', true)
    return { status: 200, headers: {}, body: answer ?? '' }
  }
  const platform: Platform = {
    ...(platforms.standard as Platform),
    authorization: {
      ...(link && { link: () => 'https://platform.test/authorize' }),
      ...(endless && { endless: ({ credentials }) => credentials.accessToken === 'a0' }),
      aheadMs: 10 * MINUTE,
      *refresh(shop) {
        used.push(shop.credentials.refreshToken ?? '')
        const { body } = yield { method: 'POST', url: 'https://platform.test/token', headers: {}, body: '' }
        if (body === 'refused') return failure('rejected', false, 'the refresh token was revoked', { code: '1' })
        if (body === 'busy') return failure('retry', false, 'busy')
        const n = used.length
        return {
          class: 'done',
          value: { credentials: { accessToken: `a${n}`, refreshToken: `r${n}` }, expiresAt: now + 60 * MINUTE },
        }
      },
    },
  }
  const config = new Config(db, () => now)
  const ports: TokenPorts = {
    ...{ config, vault, now: () => now, random: () => `n${events.length}`, send, grants: grantsOf(db) },
    append: async (_, list) => void events.push(...list),
  }
  const shop = async (): Promise<Shop> => (await config.shop('s1', 0)) as Shop
  const take = async (force = false, known?: Shop) => {
    const result = await shopWithToken(ports, known ?? (await shop()), platform, force)
    return result.ok ? tokenIn(result.value) : result.error.class
  }
  return { take, shop, events, used, raw, later: (ms: number) => (now += ms) }
}

const tokenIn = ({ credentials }: Shop): string =>
  JSON.parse(vault.open(places.credentials('shop', 's1'), credentials) ?? '{}').accessToken

describe('an access token', () => {
  it('that still serves is left alone, and so is one whose end nobody knows', async () => {
    const [far, unknown] = [await desk(60 * MINUTE), await desk(null)]
    expect([await far.take(), await unknown.take(), far.used, unknown.used]).toEqual(['a0', 'a0', [], []])
  })

  it('that is about to end is refreshed, and what was not told stays', async () => {
    const { take, shop, used } = await desk(5 * MINUTE)
    expect([await take(), await take(), used]).toEqual(['a1', 'a1', ['r0']])
    expect(await shop()).toMatchObject({ tokenExpiresAt: START + 60 * MINUTE, tokenError: null })
  })

  it('made from long-lived secrets is fetched the first time it is needed', async () => {
    const { take, used } = await desk(null, ['granted'], false)
    expect([await take(), await take(), used.length]).toEqual(['a1', 'a1', 1])
  })

  it('without end is left alone, also where it was refused', async () => {
    const { take, used } = await desk(null, ['granted'], false, true)
    expect([await take(), await take(true), used]).toEqual(['a0', 'a0', []])
  })

  it('wanted by many at once is refreshed by one; the others go on with the one that serves', async () => {
    const { take, used, shop } = await desk(5 * MINUTE)
    const tokens = await Promise.all(Array.from({ length: 20 }, () => take()))
    expect(used).toEqual(['r0'])
    expect(tokens.toSorted()).toEqual(['a1', ...Array.from({ length: 19 }, () => 'a0')].toSorted())
    expect(tokenIn(await shop())).toBe('a1')
  })

  it('wanted by many after its end is refreshed by one; the others come again, none with the dead one', async () => {
    const { take, used } = await desk(-MINUTE)
    const tokens = await Promise.all(Array.from({ length: 20 }, () => take()))
    expect(used).toEqual(['r0'])
    expect(tokens.filter((token) => token === 'a1')).toHaveLength(1)
    expect(tokens.filter((token) => token !== 'a1').every((token) => token === 'retry')).toBe(true)
    expect(await take()).toBe('a1')
  })

  it('whose refreshing died half way is refreshed by the next, once the claim has run out', async () => {
    const { take, raw, later, used } = await desk(-MINUTE)
    raw.exec(`UPDATE shops SET token_lease = ${START + 40_000}`)
    expect([await take(), used]).toEqual(['retry', []])
    later(41_000)
    expect([await take(), used]).toEqual(['a1', ['r0']])
  })

  it('that only a person can renew parks the shop and says so once, and is not asked for again at once', async () => {
    const { take, shop, events, used, later } = await desk(-MINUTE, ['refused'])
    expect([await take(), await take(), await take()]).toEqual(['auth', 'auth', 'auth'])
    expect([used.length, (await shop()).tokenError]).toEqual([1, 'the refresh token was revoked'])
    later(2 * MINUTE)
    expect([await take(), used.length]).toEqual(['auth', 2])
    expect(events.map(({ body }) => body)).toEqual([
      { kind: 'refused', connection: 's1', message: 'the refresh token was revoked' },
    ])
  })

  it('that can be refreshed again lets the work go on', async () => {
    const { take, events, later } = await desk(-MINUTE, ['refused', 'granted'])
    await take()
    later(2 * MINUTE)
    expect([await take(), events.map(({ body }) => body.kind)]).toEqual(['a2', ['refused', 'credentials']])
  })

  it.each<Answer>(['silent', 'busy'])('that could not be refreshed now (%s) serves to its end', async (answer) => {
    const [serving, dead] = [await desk(5 * MINUTE, [answer]), await desk(-1, [answer])]
    expect([await serving.take(), await dead.take()]).toEqual(['a0', 'retry'])
    expect([serving.events, (await dead.shop()).tokenError]).toEqual([[], null])
  })

  it('refused by the platform before its end is refreshed once, unless somebody was quicker', async () => {
    const { take, shop, used } = await desk(60 * MINUTE)
    const seen = await shop()
    expect([await take(true, seen), await take(true, seen), used]).toEqual(['a1', 'a1', ['r0']])
  })

  it('never overwrites credentials that a person entered meanwhile', async () => {
    const { take, raw, shop } = await desk(-MINUTE)
    const entered = vault.seal(places.credentials('shop', 's1'), JSON.stringify({ accessToken: 'by-hand' }))
    const taking = take()
    await new Promise((resolve) => setImmediate(resolve))
    raw.prepare('UPDATE shops SET credentials = ?, token_expires_at = NULL').run(entered)
    await taking
    expect(tokenIn(await shop())).toBe('by-hand')
  })
})
