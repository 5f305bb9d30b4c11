/** Alerts in the Workers runtime: what raises them, one message a window, failures that are seen and pass, and nobody else's. */
import { env } from 'cloudflare:workers'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Env } from '../../src/env.ts'
import { tellByClock } from '../../src/objects/alerts.ts'
import { standardWebhook } from '../../src/wire/standard-webhook.ts'
import {
  type Ask,
  ask,
  db,
  eventually,
  type Ground,
  get,
  good,
  ground,
  orderEvent,
  patch,
  post,
  push,
  refusal,
  SECRET,
  tokenOf,
} from './api-support.ts'

const HOOK = 'https://partner.test/alerts'
const BUYER = ['张三丰', '13812345678', '文一西路', '请尽快', '刻字']

/** What channels were sent, and what they answer. */
const calls: { readonly url: string; readonly headers: Record<string, string>; readonly body: string }[] = []
let answers: (url: string) => Response = () => new Response(null, { status: 204 })
const mine = () => calls.filter(({ url }) => url === HOOK)
// biome-ignore lint/suspicious/noExplicitAny: tests look into many shapes
const told = (): any[] => mine().map(({ body }) => JSON.parse(body).data)

beforeEach(() => {
  calls.length = 0
  answers = () => new Response(null, { status: 204 })
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const url = String(input)
    if (!url.startsWith(HOOK)) return new Response('not for us', { status: 503 })
    calls.push({ url, headers: init?.headers as Record<string, string>, body: String(init?.body) })
    return answers(url)
  })
})
afterEach(() => vi.restoreAllMocks())

let a: Ground
let b: Ground
beforeAll(async () => {
  a = await ground('A')
  b = await ground('B')
})

// The bindings under test are those of wrangler.toml.
const clock = (): Promise<void> => tellByClock(env as unknown as Env)

const rule = async (of: Ground, more: Readonly<Record<string, unknown>> = {}, options: Ask = {}): Promise<string> => {
  const body = {
    channel: 'webhook',
    name: '值班',
    credentials: { secret: SECRET },
    settings: { baseUrl: HOOK },
    ...more,
  }
  return (await good(post('/alerts', { merchantId: of.merchantId, ...body }, options), 201)).id
}
const forget = async (): Promise<void> => {
  await db().batch([db().prepare('DELETE FROM alerts'), db().prepare('DELETE FROM alert_causes')])
}
const shown = async (id: string) => good(get(`/alerts/${id}`))

let made = 0
/** As a lane writes them: so many exceptions of one code in one statement. */
const open = async (
  of: Ground,
  code: string,
  subject: string,
  count = 1,
  facts: object = { sku: subject },
): Promise<void> => {
  const rows = Array.from({ length: count }, () => ({
    id: `x${++made}`,
    merchant: of.merchantId,
    lane: `shop:${of.shopId}`,
    code,
    subject,
    at: Date.now(),
    body: { problem: { code, at: subject, facts } },
  }))
  await db()
    .prepare(
      `INSERT INTO exceptions (id, merchant_id, lane, order_id, code, subject, opened_at, body) SELECT value->>'id', value->>'merchant', value->>'lane', NULL, value->>'code',
       value->>'subject', value->>'at', value->>'body' FROM json_each(?) WHERE true ON CONFLICT(id) DO UPDATE SET body = excluded.body`,
    )
    .bind(JSON.stringify(rows))
    .run()
}
const endWindow = () => db().prepare('UPDATE alert_causes SET quiet_until = 0').run()
const endPause = () => db().prepare('UPDATE alerts SET hold_until = 0').run()

describe('one cause', () => {
  beforeEach(forget)

  it('5,000 times is one message with the count, signed; and one more at the end of its window', async () => {
    const id = await rule(a)
    await open(a, 'sku_unknown', 'TEA-9', 5000)
    await Promise.all([clock(), clock(), clock()])
    expect(told()).toMatchObject([
      { merchant: 'A', items: [{ code: 'sku_unknown', count: 5000, connection: 'A shop' }], more: 0 },
    ])
    const [{ headers, body } = { headers: {}, body: '' }] = mine()
    const request = { method: 'POST', url: HOOK, headers, body: new TextEncoder().encode(body) }
    expect(standardWebhook().verify(request, { secret: SECRET }, Date.now()).ok).toBe(true)
    expect(await shown(id)).toMatchObject({
      state: 'ok',
      sent: 1,
      failures: 0,
      waiting: 0,
      lastSentAt: expect.any(Number),
    })

    await open(a, 'sku_unknown', 'TEA-9', 7)
    await endPause()
    await clock()
    expect(mine()).toHaveLength(1)
    expect(await shown(id)).toMatchObject({ waiting: 1 })
    await endWindow()
    await clock()
    await clock()
    expect(told().map(({ items }) => items[0].count)).toEqual([5000, 7])
  })

  it('said again by the same turn counts once; opened anew counts again', async () => {
    await rule(a)
    const again = async (closed: number | null) =>
      db()
        .prepare(
          `INSERT INTO exceptions (id, merchant_id, lane, code, subject, opened_at, closed_at, body) VALUES ('same', ?, 'shop:x', 'no_warehouse', '', 1, ?, '{"problem":{"code":"no_warehouse"}}')
           ON CONFLICT(id) DO UPDATE SET closed_at = excluded.closed_at`,
        )
        .bind(a.merchantId, closed)
        .run()
    const count = () => db().prepare('SELECT sum(count) AS n FROM alert_causes').first('n')
    await again(null)
    await again(null)
    expect(await count()).toBe(1)
    await again(5)
    await again(null)
    expect(await count()).toBe(2)
  })

  it('that was mended within its window is not told a second time', async () => {
    await rule(a)
    await open(a, 'no_warehouse', 'gone', 1, {})
    await clock()
    await open(a, 'no_warehouse', 'gone', 3, {})
    await db()
      .prepare('UPDATE exceptions SET closed_at = 1 WHERE merchant_id = ? AND code = ?')
      .bind(a.merchantId, 'no_warehouse')
      .run()
    await endWindow()
    await endPause()
    await clock()
    expect(mine()).toHaveLength(1)
  })

  it('that was mended is left out where another of its kind still stands', async () => {
    await rule(a)
    await open(a, 'sku_unknown', 'MENDED')
    await clock()
    await open(a, 'sku_unknown', 'MENDED', 3)
    await open(a, 'sku_unknown', 'STANDS', 2)
    await db()
      .prepare(`UPDATE exceptions SET closed_at = 1 WHERE merchant_id = ? AND subject = 'MENDED'`)
      .bind(a.merchantId)
      .run()
    await endWindow()
    await endPause()
    await clock()
    expect(told().at(-1).items).toMatchObject([{ says: '商品编码 STANDS 没有对应的 SKU', count: 2 }])
    expect(told()).toHaveLength(2)
  })

  it('comes with others in one message, the most frequent first; those of one connection are one', async () => {
    await rule(a, { language: 'en' })
    await open(a, 'sku_unknown', 'TEA-1', 2)
    await open(a, 'sku_unknown', 'TEA-2', 3)
    for (let i = 0; i < 4; i++)
      await open(a, 'warehouse_silent', `0001000000A00${i}K`, 1, { document: `0001000000A00${i}K` })
    await clock()
    expect(told()).toHaveLength(1)
    expect(told()[0].items.map(({ code, count }: { code: string; count: number }) => [code, count])).toEqual([
      ['warehouse_silent', 4],
      ['sku_unknown', 3],
      ['sku_unknown', 2],
    ])
    expect(told()[0].text).toContain('[Cangqiao] A: 3 kinds of trouble')
  })

  it('is told only to who asked for it, of whose it is', async () => {
    await rule(a, { codes: ['order_late'], settings: { baseUrl: `${HOOK}/late` } })
    await rule(b, { settings: { baseUrl: `${HOOK}/b` } })
    const off = await rule(a, { settings: { baseUrl: `${HOOK}/off` } })
    await good(patch(`/alerts/${off}`, { enabled: false }))
    await open(a, 'sku_unknown', 'TEA-3')
    await clock()
    expect(calls).toEqual([])
    await open(a, 'order_late', 'shipBy', 1, {})
    await clock()
    expect(calls.map(({ url }) => url)).toEqual([`${HOOK}/late`])
  })
})

describe('a channel that fails', () => {
  beforeEach(forget)

  it('is shown, is tried again with the same message, and recovers', async () => {
    const id = await rule(a)
    answers = () => new Response('down', { status: 500 })
    await open(a, 'sku_unknown', 'TEA-4')
    await clock()
    await clock()
    const failing = await shown(id)
    expect(failing).toMatchObject({
      state: 'failing',
      failures: 1,
      sent: 0,
      lastError: 'unknown: HTTP 500 down',
      nextTryAt: expect.any(Number),
    })
    expect(failing.nextTryAt).toBeGreaterThan(Date.now())
    expect(mine()).toHaveLength(1)
    await open(a, 'sku_unknown', 'TEA-5')
    answers = () => new Response(null, { status: 204 })
    await endPause()
    await clock()
    expect(await shown(id)).toMatchObject({
      state: 'ok',
      failures: 0,
      sent: 1,
      lastError: 'unknown: HTTP 500 down',
      nextTryAt: null,
      waiting: 1,
    })
    const [first, second] = mine()
    expect([second?.body, second?.headers['webhook-id']]).toEqual([first?.body, first?.headers['webhook-id']])
    await endPause()
    await clock()
    expect(told().at(-1).items).toMatchObject([{ says: '商品编码 TEA-5 没有对应的 SKU' }])
  })

  it('shows its own words without the secret that it was sent', async () => {
    const key = '00000000-1111-2222-3333-444444444444'
    const id = await rule(a, {
      channel: 'wecom',
      credentials: { key: `https://x.test/send?key=${key}` },
      settings: { baseUrl: HOOK },
    })
    answers = () => Response.json({ errcode: 93000, errmsg: `invalid webhook url ${key}` })
    await open(a, 'sku_unknown', 'TEA-6')
    vi.mocked(globalThis.fetch).mockImplementation(async () => answers(''))
    await clock()
    const { lastError, state, nextTryAt } = await shown(id)
    expect([state, lastError]).toEqual(['failing', 'auth: 93000 invalid webhook url …'])
    // A person must mend it: ten minutes, not one.
    expect(nextTryAt - Date.now()).toBeGreaterThan(500_000)
  })

  it('is tried at once when it was mended', async () => {
    const id = await rule(a)
    answers = () => new Response('who?', { status: 401 })
    await open(a, 'sku_unknown', 'TEA-7')
    await clock()
    answers = () => new Response(null, { status: 204 })
    await good(
      patch(`/alerts/${id}`, {
        name: 'mended',
        credentials: { secret: `whsec_${btoa('another-secret-of-thirty-two-byte')}` },
      }),
    )
    await eventually(async () => ((await shown(id)).state === 'ok' ? true : undefined))
    expect(mine()).toHaveLength(2)
  })

  it('takes no more than its day allows: the rest waits, and is not lost', async () => {
    const sms = { accessKeyId: 'id', accessKeySecret: 'example-access-key-secret' }
    const settings = { phones: '13900000001', signName: '仓桥', templateCode: 'SMS_1', baseUrl: HOOK }
    const id = await rule(a, { channel: 'aliyun-sms', credentials: sms, settings })
    const today = Math.floor((Date.now() + 8 * 3_600_000) / 86_400_000)
    await db().prepare('UPDATE alerts SET day = ?, day_sent = 45 WHERE id = ?').bind(today, id).run()
    await open(a, 'sku_unknown', 'TEA-8')
    await clock()
    expect([calls.length, (await shown(id)).waiting]).toEqual([0, 1])
    await db().prepare('UPDATE alerts SET day = day - 1, hold_until = 0 WHERE id = ?').bind(id).run()
    vi.mocked(globalThis.fetch).mockImplementation(async () => Response.json({ Code: 'OK', BizId: '1' }))
    await clock()
    expect(await shown(id)).toMatchObject({ sent: 1, waiting: 0 })
  })
})

describe('what raises an alert', () => {
  beforeEach(forget)

  it('an unknown SKU within seconds, without the clock, and nothing of the buyer in it', async () => {
    await rule(a)
    const started = Date.now()
    expect(await push(a.shopId, orderEvent('2611110000001', 'NEVER-HEARD'))).toBeLessThan(300)
    const [data] = await eventually(async () => (told().length > 0 ? told() : undefined), 15_000)
    expect(Date.now() - started).toBeLessThan(10_000)
    expect(data.items).toMatchObject([
      { code: 'sku_unknown', says: '商品编码 NEVER-HEARD 没有对应的 SKU', order: '…0001' },
    ])
    for (const word of BUYER) expect(mine()[0]?.body).not.toContain(word)
  })

  it('a second cause within seconds, too, although the channel pauses after the first', async () => {
    await rule(a)
    await push(a.shopId, orderEvent('2611110000002', 'FIRST-ONE'))
    await eventually(async () => (told().length > 0 ? true : undefined), 15_000)
    // As a channel of 20 a minute would.
    await db()
      .prepare('UPDATE alerts SET hold_until = ?')
      .bind(Date.now() + 3_000)
      .run()
    await push(a.shopId, orderEvent('2611110000003', 'SECOND-ONE'))
    await eventually(async () => (told().length > 1 ? true : undefined), 15_000)
    expect(told().map(({ items }) => items.map(({ says }: { says: string }) => says))).toEqual([
      ['商品编码 FIRST-ONE 没有对应的 SKU'],
      ['商品编码 SECOND-ONE 没有对应的 SKU'],
    ])
  })

  it('refused deliveries and dead doorbells, once each while they go on', async () => {
    await rule(a)
    const hour = Math.floor(Date.now() / 3_600_000)
    const refused = (count: number, lastAt: number) =>
      db()
        .prepare(`INSERT OR REPLACE INTO refusals VALUES (?, ?, 'signature_mismatch', ?, ?, 1, 'h')`)
        .bind(`shop:${a.shopId}`, hour, count, lastAt)
        .run()
    await refused(4, Date.now())
    await clock()
    expect(told()).toEqual([])
    await refused(9, Date.now() + 1)
    await db().prepare(`INSERT INTO dead_letters VALUES (?, 'cangqiao-dispatch', 3)`).bind(hour).run()
    await clock()
    expect(
      told()
        .flatMap(({ items }) => items.map(({ says }: { says: string }) => says))
        .sort(),
    ).toEqual(['A shop 一小时内有 9 次推送验签失败', '一小时内有 3 个队列提醒没人接'])
    await endWindow()
    await endPause()
    await clock()
    expect(told()).toHaveLength(1)
    await db().batch([db().prepare('DELETE FROM dead_letters'), db().prepare('DELETE FROM refusals')])
  })
})

describe('the API', () => {
  beforeEach(forget)

  it('keeps secrets closed and merchants apart', async () => {
    const id = await rule(a)
    const { text } = await get(`/alerts?merchantId=${a.merchantId}`)
    expect(text).toContain(id)
    for (const secret of [SECRET, SECRET.slice(6), '"v1.']) expect(text).not.toContain(secret)
    expect((await shown(id)).credentials).toEqual({ secret: { set: true, last4: SECRET.slice(-4) } })
    const foreign = { token: b.owner }
    expect((await good(get('/alerts', foreign))).items).toEqual([])
    expect((await get(`/alerts/${id}`, foreign)).status).toBe(404)
    expect((await post(`/alerts/${id}/test`, {}, foreign)).status).toBe(404)
    expect((await ask('DELETE', `/alerts/${id}`, undefined, foreign)).status).toBe(404)
    expect(mine()).toEqual([])
    await open(b, 'sku_unknown', 'TEA-B')
    await clock()
    expect(mine()).toEqual([])
  })

  it('wants the role: viewers look, operators test, owners change', async () => {
    const id = await rule(a, {}, { token: a.owner })
    const [viewer, operator] = [await tokenOf(a.merchantId, 'viewer'), await tokenOf(a.merchantId, 'operator')]
    expect((await get(`/alerts/${id}`, { token: viewer })).status).toBe(200)
    expect((await post(`/alerts/${id}/test`, {}, { token: viewer })).status).toBe(403)
    expect((await post(`/alerts/${id}/test`, {}, { token: operator })).status).toBe(200)
    expect((await patch(`/alerts/${id}`, { name: 'x' }, { token: operator })).status).toBe(403)
    expect((await ask('DELETE', `/alerts/${id}`, undefined, { token: operator })).status).toBe(403)
  })

  it('sends a test message now, and says what became of it', async () => {
    const id = await rule(a)
    expect(await good(post(`/alerts/${id}/test`, {}))).toMatchObject({
      delivered: true,
      outcome: 'done',
      detail: null,
      alert: { sent: 1, state: 'ok' },
    })
    expect(told()).toMatchObject([{ test: true, items: [], merchant: 'A' }])
    answers = () => new Response('no', { status: 403 })
    expect(await good(post(`/alerts/${id}/test`, {}))).toMatchObject({
      delivered: false,
      outcome: 'auth',
      detail: 'HTTP 403 no',
      alert: { sent: 1, failures: 1, state: 'failing', lastError: 'auth: HTTP 403 no' },
    })
  })

  it('never calls what no merchant may name, and says so before it is stored', async () => {
    const with_ = (baseUrl: string) =>
      post('/alerts', {
        merchantId: a.merchantId,
        channel: 'webhook',
        name: 'x',
        credentials: { secret: SECRET },
        settings: { baseUrl },
      })
    for (const url of [
      'http://example.com/x',
      'https://localhost/x',
      'https://10.0.0.1/x',
      'https://x.internal/',
      'https://u:p@example.com/',
    ])
      expect(await refusal(with_(url))).toEqual([422, 'settings.baseUrl', expect.any(String)])
    const id = await rule(a)
    await db()
      .prepare(`UPDATE alerts SET settings = '{"baseUrl":"https://169.254.169.254/"}' WHERE id = ?`)
      .bind(id)
      .run()
    expect(await good(post(`/alerts/${id}/test`, {}))).toMatchObject({ delivered: false, outcome: 'retry' })
    expect(calls).toEqual([])
  })

  it('refuses what no channel understands, by field', async () => {
    const base = { merchantId: a.merchantId, name: 'x' }
    const wecom = { ...base, channel: 'wecom', credentials: { key: 'k' } }
    const cases: [object, number, string][] = [
      [{ ...base, channel: 'pigeon' }, 422, 'channel'],
      [{ ...base, channel: 'wecom' }, 422, 'credentials.key'],
      [{ ...wecom, codes: ['nothing'] }, 422, 'codes.0'],
      [{ ...wecom, codes: [] }, 422, 'codes'],
      [{ ...wecom, quietMinutes: 0 }, 422, 'quietMinutes'],
      [{ ...wecom, settings: { mentionMobiles: 'all of them' } }, 422, 'settings.mentionMobiles'],
      [{ ...wecom, credentials: { key: 'k', more: 'x' } }, 422, 'credentials.more'],
    ]
    for (const [body, status, field] of cases)
      expect((await refusal(post('/alerts', body))).slice(0, 2)).toEqual([status, field])
  })

  it('changes a rule, and forgets with it what it no longer asks for', async () => {
    const id = await rule(a)
    await open(a, 'sku_unknown', 'TEA-A')
    await open(a, 'order_late', 'shipBy', 1, {})
    await db().prepare('UPDATE alerts SET hold_until = 9e15 WHERE id = ?').bind(id).run()
    expect((await shown(id)).waiting).toBe(2)
    const changed = await good(
      patch(`/alerts/${id}`, {
        codes: ['order_late'],
        quietMinutes: 5,
        language: 'en',
        settings: { baseUrl: `${HOOK}/new` },
      }),
    )
    expect(changed).toMatchObject({
      codes: ['order_late'],
      quietMinutes: 5,
      language: 'en',
      settings: { baseUrl: `${HOOK}/new` },
    })
    await eventually(async () => (calls.length > 0 ? true : undefined))
    expect(JSON.parse(calls[0]?.body ?? '').data.items.map(({ code }: { code: string }) => code)).toEqual([
      'order_late',
    ])
    expect((await ask('DELETE', `/alerts/${id}`)).status).toBe(204)
    expect((await ask('DELETE', `/alerts/${id}`)).status).toBe(404)
    expect(await db().prepare('SELECT count(*) AS n FROM alert_causes').first('n')).toBe(0)
  })
})
