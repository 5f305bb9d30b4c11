/** Trackers through the whole Worker: connected by the API, called back at their own address, refused in their own words. */
import { exports } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { trackers } from '../../src/carriers/index.ts'
import { bytes, text } from '../../src/wire/message.ts'
import {
  type Answer,
  db,
  eventually,
  type Ground,
  get,
  good,
  ground,
  ORIGIN,
  patch,
  post,
  refusal,
  tokenOf,
} from './api-support.ts'

const worker = (exports as unknown as { readonly default: Fetcher }).default
const KEYS = { customer: 'C0FFEE', key: 'kd-key-0001', salt: 'a-salt-of-our-own-16' }

let mine: Ground
let other: Ground
beforeAll(async () => {
  ;[mine, other] = [await ground('mine'), await ground('other')]
})

const wish = (more: object = {}) => ({
  ...{ merchantId: mine.merchantId, system: 'kuaidi100', name: '快递100', credentials: KEYS },
  ...more,
})

/** A push as the tracker would send it, signed with these credentials. */
const push = async (id: string, waybill: string, credentials: Record<string, string> = KEYS) => {
  const lastResult = {
    nu: waybill,
    com: 'yuantong',
    state: '1',
    data: [{ ftime: '2026-06-09 13:40:00', context: '已揽收', status: '揽收' }],
  }
  const body = new URLSearchParams({ param: JSON.stringify({ status: 'polling', lastResult }) }).toString()
  const url = `${ORIGIN}/callbacks/kuaidi100/${id}`
  const bare = { method: 'POST', url, headers: {}, body: bytes(body) }
  const signed = trackers.kuaidi100?.inbound.signature.sign(bare, credentials, 0)
  const response = await worker.fetch(new Request(url, { method: 'POST', body: signed ? text(signed.body) : '' }))
  return { status: response.status, body: await response.text() }
}

describe('a tracker', () => {
  it('is connected, listed, changed, and says where it is to call back', async () => {
    const made: Answer['json'] = await good(post('/trackers', wish()), 201)
    expect(made).toMatchObject({
      callbackUrl: `${ORIGIN}/callbacks/kuaidi100/${made.id}`,
      ...{ rank: 100, enabled: true, previous: null },
      settings: {
        ...{ subscribe: 'suspicious', collectWithinHours: 24, stuckAfterDays: 3 },
        callbackUrl: `${ORIGIN}/callbacks/kuaidi100/${made.id}`,
      },
      credentials: { customer: { set: true }, salt: { set: true, last4: 'n-16' } },
    })
    expect(JSON.stringify(made)).not.toContain(KEYS.salt)
    expect(await good(get(`/trackers/${made.id}`))).toEqual(made)
    const { items } = await good(get(`/trackers?merchantId=${mine.merchantId}`))
    expect(items.map((item: { id: string }) => item.id)).toContain(made.id)
    const settings = { subscribe: 'all', callbackUrl: 'https://push.example.com/x' }
    expect(await good(patch(`/trackers/${made.id}`, { enabled: false, rank: 1, settings }))).toMatchObject({
      ...{ enabled: false, rank: 1, callbackUrl: 'https://push.example.com/x' },
      settings: { subscribe: 'all', stuckAfterDays: 3 },
    })
    const health = await good(get(`/health?merchantId=${mine.merchantId}`))
    expect(health.connections).toContainEqual(expect.objectContaining({ kind: 'tracker', id: made.id, enabled: false }))
  })

  it.each([
    ['settings.subscribe', { settings: { subscribe: 'some' } }],
    ['settings.collectWithinHours', { settings: { collectWithinHours: 0 } }],
    ['settings.baseUrl', { settings: { baseUrl: 'http://10.0.0.1' } }],
    ['credentials.salt', { credentials: { ...KEYS, salt: 'short' } }],
    ['system', { system: 'none' }],
  ])('is refused where %s is wrong', async (field, more) =>
    expect((await refusal(post('/trackers', wish(more)))).slice(0, 2)).toEqual([422, field]),
  )

  it("of another merchant's is not there, and a viewer changes none", async () => {
    const { id } = await good(post('/trackers', wish()), 201)
    expect((await get(`/trackers/${id}`, { token: other.owner })).status).toBe(404)
    expect((await patch(`/trackers/${id}`, { enabled: false }, { token: other.owner })).status).toBe(404)
    const viewer = await tokenOf(mine.merchantId, 'viewer')
    expect((await patch(`/trackers/${id}`, { enabled: false }, { token: viewer })).status).toBe(403)
    expect((await post('/trackers', wish(), { token: viewer })).status).toBe(403)
  })
})

describe('a push', () => {
  it('rightly signed is acknowledged as the tracker wants it, also by the former salt until that is dropped', async () => {
    const { id } = await good(post('/trackers', wish()), 201)
    const taken = { status: 200, body: '{"result":true,"returnCode":"200","message":"成功"}' }
    expect(await push(id, 'YT8000000000001')).toEqual(taken)
    await good(patch(`/trackers/${id}`, { credentials: { salt: 'another-salt-of-ours' } }))
    expect(await push(id, 'YT8000000000002', { ...KEYS, salt: 'another-salt-of-ours' })).toEqual(taken)
    expect(await push(id, 'YT8000000000003')).toEqual(taken)
  })

  it('wrongly signed, or to nobody, is refused in its dialect, stored nowhere, and counted', async () => {
    const { id } = await good(post('/trackers', wish()), 201)
    const refused = await push(id, 'YT8000000000001', { ...KEYS, salt: 'somebody-elses-salt' })
    expect([refused.status, JSON.parse(refused.body)]).toMatchObject([401, { result: false }])
    const counted = await eventually(async () => {
      const { connections } = await good(get(`/health?merchantId=${mine.merchantId}`))
      const one = connections.find((item: { id: string }) => item.id === id)
      return one.refusals.length > 0 ? one : undefined
    })
    expect(counted).toMatchObject({ refusals: [{ reason: 'signature_mismatch', count: 1 }], work: { backlog: 0 } })
    expect((await push('tk_none', 'YT8000000000001')).status).toBe(404)
    expect((await push(mine.warehouseId, 'YT8000000000001')).status).toBe(404)
    expect((await worker.fetch(new Request(`${ORIGIN}/callbacks/kuaidi100/${id}`))).status).toBe(401)
  })

  it('that is rightly signed and unreadable is acknowledged, and kept as an exception that can be read again', async () => {
    const { id } = await good(post('/trackers', wish()), 201)
    const url = `${ORIGIN}/callbacks/kuaidi100/${id}`
    const body = bytes(new URLSearchParams({ param: '{"status":' }).toString())
    const signed = trackers.kuaidi100?.inbound.signature.sign({ method: 'POST', url, headers: {}, body }, KEYS, 0)
    const response = await worker.fetch(new Request(url, { method: 'POST', body: signed ? text(signed.body) : '' }))
    expect(response.status).toBe(200)
    const exception = await eventually(async () => {
      const { items } = await good(get(`/exceptions?merchantId=${mine.merchantId}&code=payload_malformed`))
      return items[0]
    })
    expect((await refusal(post(`/exceptions/${encodeURIComponent(exception.id)}/retry`, {})))[0]).toBe(409)
    expect(await db().prepare('SELECT lane FROM exceptions WHERE id = ?').bind(exception.id).first('lane')).toBe(
      `tr:${id}`,
    )
  })
})
