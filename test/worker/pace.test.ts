/** Limits and pauses in the Workers runtime: the object that gives permits, and what the API shows and takes away. */
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { Env } from '../../src/env.ts'
import { countFailure, pauseUntil } from '../../src/store/pauses.ts'
import { get, good, patch, post, SECRET } from './api-support.ts'

const { DB, PACE } = env as unknown as Env

describe('permits', () => {
  it('of one credential are counted by one object, those of another by another', async () => {
    const wish = { shipBy: 1, maxWaitMs: 100 }
    const ask = (key: string) => PACE.getByName(key).permit({ perMinute: 6 }, wish)
    expect(await ask('wh:one')).toEqual({ lease: 1 })
    expect(await ask('wh:one')).toEqual({ after: expect.any(Number) })
    expect(await ask('wh:two')).toEqual({ lease: 1 })
  })

  it('are waited for, and given back', async () => {
    const office = PACE.getByName('wh:slots')
    const first = await office.permit({ concurrent: 1 }, { shipBy: 1, maxWaitMs: 5_000 })
    const second = office.permit({ concurrent: 1 }, { shipBy: 1, maxWaitMs: 5_000 })
    await office.giveBack('lease' in first ? first.lease : 0)
    expect(await second).toEqual({ lease: 2 })
  })
})

describe('a pause', () => {
  const open = async () => {
    const { id: merchantId } = await good(post('/merchants', { name: 'm' }), 201)
    const house = { merchantId, system: 'rest', name: 'n', credentials: { secret: SECRET } }
    const settings = { baseUrl: 'https://partner.test' }
    const { id } = await good(post('/warehouses', { ...house, settings }), 201)
    const paused = async () => {
      const { connections } = await good(get(`/health?merchantId=${merchantId}`))
      return connections.find((one: { id: string }) => one.id === id).paused
    }
    return { id, paused }
  }

  it('is seen in health while it stands, and forgotten when the connection is changed', async () => {
    const { id, paused } = await open()
    expect(await paused()).toBeNull()
    const now = Date.now()
    for (let i = 0; i < 10; i++) await countFailure(DB, `wh:${id}`, now, 'HTTP 503')
    const seen = { why: 'failing', until: now + 15_000, failures: 10, since: now, detail: 'HTTP 503' }
    expect(await paused()).toEqual(seen)
    await good(patch(`/warehouses/${id}`, { name: 'another name' }))
    expect(await paused()).toEqual(seen)
    await good(patch(`/warehouses/${id}`, { settings: { limits: { perSecond: 5 } } }))
    expect(await paused()).toBeNull()
  })

  it('is no pause while failures are only counted, or once its time is over', async () => {
    const { id, paused } = await open()
    await countFailure(DB, `wh:${id}`, Date.now(), 'HTTP 503')
    expect(await paused()).toBeNull()
    await pauseUntil(DB, `wh:${id}`, Date.now(), Date.now() - 1, 'slow down')
    expect(await paused()).toBeNull()
  })
})
