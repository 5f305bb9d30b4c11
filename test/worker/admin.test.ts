/** Who gets into the admin pages, for how long, and whose forms are taken. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Browser, csrfIn, signedIn, textOf } from './admin-support.ts'
import { ADMIN, db, type Ground, ground, orderEvent, orderIn, push, tokenOf } from './api-support.ts'

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
const HOUR = 3_600_000

let g: Ground
beforeAll(async () => {
  g = await ground('Signing')
})

const sessions = async (): Promise<Record<string, unknown>[]> =>
  (await db().prepare('SELECT * FROM sessions').all()).results

describe('signing in', () => {
  it('takes a token and keeps only a digest of the session', async () => {
    const browser = new Browser()
    const page = await browser.signIn()
    expect([page.status, page.location]).toEqual([303, '/admin'])
    const [cookie = ''] = page.headers.getSetCookie()
    expect(cookie).toMatch(/^__Host-cangqiao=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    const id = browser.cookies.get('__Host-cangqiao') ?? ''
    expect(JSON.stringify(await sessions())).not.toContain(id)
    expect(JSON.stringify(await sessions())).not.toContain(ADMIN)
    expect((await browser.get('/admin')).status).toBe(200)
  })

  it('refuses a wrong, a revoked and an empty token', async () => {
    for (const token of ['wrong', '', 'x'.repeat(400)]) {
      const browser = new Browser({ address: '192.0.2.2' })
      const page = await browser.signIn(token)
      expect(page.status).toBe(401)
      expect(textOf(page.html)).toContain('令牌不正确或已失效')
      expect(browser.cookies.size).toBe(0)
    }
  })

  it('goes on where one wanted to go, but never to another site', async () => {
    const browser = new Browser()
    const first = await browser.get('/admin/orders?state=held')
    expect([first.status, first.location]).toEqual([303, '/admin/sign-in?next=%2Fadmin%2Forders%3Fstate%3Dheld'])
    const form = (await browser.get(first.location)).html
    expect(form).toContain('name="next" value="/admin/orders?state=held"')
    expect((await browser.post('/admin/sign-in', { token: ADMIN, next: '/admin/orders?state=held' })).location).toBe(
      '/admin/orders?state=held',
    )
    for (const next of ['https://evil.test/', '//evil.test', '/\\evil.test', '/admin\\@evil.test', '/adminevil'])
      expect((await browser.post('/admin/sign-in', { token: ADMIN, next })).location).toBe('/admin')
  })

  it('is refused from another site, and where the connection is not encrypted', async () => {
    const browser = new Browser({ address: '192.0.2.3' })
    expect((await browser.post('/admin/sign-in', { token: ADMIN }, { origin: 'https://evil.test' })).status).toBe(403)
    expect((await browser.post('/admin/sign-in', { token: ADMIN }, { origin: 'null' })).status).toBe(403)
    const plain = new Browser({ origin: 'http://router.test', address: '192.0.2.3' })
    const page = await plain.signIn()
    expect([page.status, plain.cookies.size]).toEqual([403, 0])
    expect(textOf((await plain.get('/admin/sign-in')).html)).toContain('没有加密')
    expect(browser.cookies.size).toBe(0)
  })

  it('works without https on this machine, under another name', async () => {
    for (const origin of ['http://localhost:8787', 'http://127.0.0.1:8787']) {
      const browser = new Browser({ origin })
      const [cookie = ''] = (await browser.signIn()).headers.getSetCookie()
      expect(cookie).toMatch(/^cangqiao-local=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
      expect((await browser.get('/admin')).status).toBe(200)
    }
  })

  it('is braked after ten wrong tokens from one address within an hour', async () => {
    const guesser = new Browser({ address: '2001:db8:1:2::77' })
    const guesses = Array.from({ length: 10 }, (_, i) => guesser.signIn(`guess-${i}`))
    expect((await Promise.all(guesses)).map((page) => page.status)).toEqual(Array(10).fill(401))
    const neighbour = new Browser({ address: '2001:db8:1:2:ffff::1' })
    const page = await neighbour.signIn(ADMIN)
    expect(page.status).toBe(429)
    expect(textOf(page.html)).toContain('尝试次数太多')
    expect((await new Browser({ address: '2001:db8:1:3::77' }).signIn(ADMIN)).status).toBe(303)
    const regular = new Browser({ address: '192.0.2.4' })
    for (let i = 0; i < 12; i++) expect((await regular.signIn(ADMIN)).status).toBe(303)
  })
})

describe('a session', () => {
  beforeEach(async () => {
    await db().prepare('DELETE FROM sessions').run()
  })

  it.each([
    ['idles too long', 'seen_at', 8 * HOUR],
    ['is too old, however busy', 'created_at', 72 * HOUR],
  ])('ends when it %s', async (_, column, ms) => {
    const browser = await signedIn()
    const age = async (by: number) =>
      db()
        .prepare(`UPDATE sessions SET ${column} = ?`)
        .bind(Date.now() - by)
        .run()
    await age(ms - 60_000)
    expect((await browser.get('/admin')).status).toBe(200)
    await db().prepare('UPDATE sessions SET seen_at = ?').bind(Date.now()).run()
    await age(ms + 60_000)
    const page = await browser.get('/admin')
    expect([page.status, page.location]).toEqual([303, '/admin/sign-in?next=%2Fadmin&reason=expired'])
    expect(browser.cookies.size).toBe(0)
    expect(await sessions()).toEqual([])
  })

  it('is not kept alive by a page that refreshes itself', async () => {
    const browser = await signedIn()
    const long = Date.now() - HOUR
    await db().prepare('UPDATE sessions SET seen_at = ?').bind(long).run()
    expect((await browser.get('/admin', { 'x-refresh': '1' })).status).toBe(200)
    expect((await sessions()).map((row) => row.seen_at)).toEqual([long])
    await browser.get('/admin')
    expect((await sessions())[0]?.seen_at).toBeGreaterThan(long)
    await db().prepare('DELETE FROM sessions').run()
    expect((await browser.get('/admin', { 'x-refresh': '1' })).status).toBe(401)
  })

  it('ends with its token', async () => {
    const token = await tokenOf(g.merchantId, 'operator')
    const browser = await signedIn(token)
    expect((await browser.get('/admin')).status).toBe(200)
    await db().prepare("UPDATE tokens SET revoked_at = 1 WHERE role = 'operator'").run()
    expect((await browser.get('/admin')).status).toBe(303)
    expect((await browser.signIn(token)).status).toBe(401)
  })

  it('is signed out here, or everywhere', async () => {
    const [one, two, other] = [await signedIn(), await signedIn(), await signedIn(g.owner)]
    expect((await one.submit('/admin/sign-out', {})).location).toBe('/admin/sign-in?reason=out')
    expect((await one.get('/admin')).status).toBe(303)
    expect((await two.get('/admin')).status).toBe(200)
    await one.signIn()
    await one.submit('/admin/sign-out', { everywhere: '1' })
    expect((await two.get('/admin')).status).toBe(303)
    expect((await other.get('/admin')).status).toBe(200)
  })

  it('is not signed out by another site', async () => {
    const browser = await signedIn()
    const csrf = csrfIn((await browser.get('/admin')).html)
    await browser.post('/admin/sign-out', {})
    await browser.post('/admin/sign-out', { csrf }, { origin: 'https://evil.test' })
    expect((await browser.get('/admin')).status).toBe(200)
  })
})

describe('a form', () => {
  it('is taken only with the token of its session and from our own page', async () => {
    await push(g.shopId, orderEvent('CSRF-1', 'NONE'))
    const order = await orderIn(g.merchantId, 'CSRF-1')
    const [browser, stranger] = [await signedIn(g.owner), await signedIn(g.owner)]
    const path = `/admin/orders/${order.id}`
    const csrf = csrfIn((await browser.get(path)).html)
    const foreign = csrfIn((await stranger.get(path)).html)
    expect(csrf).toMatch(/^[\w-]{43}$/)
    expect(foreign).not.toBe(csrf)
    const hold = { action: 'hold', why: 'forged' }
    const refused = [
      await browser.post(`${path}/act`, hold),
      await browser.post(`${path}/act`, { ...hold, csrf: '' }),
      await browser.post(`${path}/act`, { ...hold, csrf: foreign }),
      await browser.post(`${path}/act`, { ...hold, csrf: `${csrf}x` }),
      await browser.post(`${path}/act`, { ...hold, csrf }, { origin: 'https://evil.test' }),
      await browser.post(`${path}/act`, { ...hold, csrf }, { origin: 'null' }),
      await browser.post(`${path}/act`, { ...hold, csrf }, { origin: 'http://router.test' }),
    ]
    expect(refused.map((page) => page.status)).toEqual(refused.map(() => 403))
    expect(textOf(refused[0]?.html ?? '')).toContain('没有执行')
    expect((await orderIn(g.merchantId, 'CSRF-1')).hold).toBeNull()
    const taken = await browser.post(`${path}/act`, { ...hold, why: 'genuine', csrf })
    expect([taken.status, taken.location]).toEqual([303, `${path}?notice=done`])
    expect((await orderIn(g.merchantId, 'CSRF-1')).hold).toMatchObject({ why: 'genuine' })
  })

  it('is refused without a session, and from who may only look', async () => {
    await push(g.shopId, orderEvent('VIEW-1', 'NONE'))
    const { id } = await orderIn(g.merchantId, 'VIEW-1')
    const nobody = await new Browser().post(`/admin/orders/${id}/act`, { action: 'hold', why: 'x', csrf: 'x' })
    expect([nobody.status, nobody.location]).toEqual([303, '/admin/sign-in'])
    const viewer = await signedIn(await tokenOf(g.merchantId, 'viewer'))
    const page = (await viewer.get(`/admin/orders/${id}`)).html
    expect(page.match(/<form[^>]*method="post"[^>]*action="([^"]+)"/g)).toEqual([
      '<form method="post" action="/admin/sign-out"',
    ])
    expect(page).not.toContain('?raw=')
    const refused = await viewer.submit(`/admin/orders/${id}/act`, { action: 'hold', why: 'x' })
    expect(refused.status).toBe(403)
    expect(textOf(refused.html)).toContain('没有权限')
    expect((await orderIn(g.merchantId, 'VIEW-1')).hold).toBeNull()
  })
})

describe('another merchant', () => {
  it('is out of reach of a token that has its own', async () => {
    const other = await ground('Other')
    await push(other.shopId, orderEvent('OTHER-1', 'NONE'))
    const order = await orderIn(other.merchantId, 'OTHER-1')
    const browser = await signedIn(g.owner)
    const reached = [
      `/admin/orders/${order.id}`,
      `/admin/orders/${order.id}?raw=${order.timeline[0].raw}`,
      `/admin/orders/${order.id}?merchant=${other.merchantId}`,
      '/admin/stock/sku?sku=NONE',
    ]
    for (const path of reached) expect([path, (await browser.get(path)).status]).toEqual([path, 404])
    for (const path of [
      '/admin/orders?q=OTHER-1',
      '/admin/orders',
      '/admin/exceptions',
      '/admin/connections',
      '/admin/shops',
      '/admin/warehouses',
    ]) {
      const { status, html } = await browser.get(`${path}${path.includes('?') ? '&' : '?'}shop=${other.shopId}`)
      expect(status).toBe(200)
      expect(html.replaceAll('OTHER-1”', '')).not.toMatch(new RegExp(`${order.id}|Other shop|${other.merchantId}`))
    }
    const acted = [
      await browser.submit(`/admin/orders/${order.id}/act`, { action: 'hold', why: 'x' }),
      await browser.submit(`/admin/orders/${order.id}/receiver`, { name: 'x' }),
      await browser.submit('/admin/exceptions/one', { action: 'retry', id: order.problems[0].id }),
      await browser.submit('/admin/exceptions/all', { action: 'dismiss', code: 'sku_unknown', subject: 'NONE-OTHER' }),
      await browser.submit('/admin/stock/adjust', {
        merchantId: other.merchantId,
        sku: 'NONE',
        warehouseId: other.warehouseId,
        kind: 'set',
        quantity: '5',
        reason: 'x',
      }),
      await browser.submit('/admin/listings', { shopId: other.shopId, listingId: 'L', sku: 'NONE' }),
    ]
    expect(acted.map((page) => /notice=(\w+)/.exec(page.location)?.[1])).toEqual([
      'nothing',
      'nothing',
      'nothing',
      'nothing',
      'incomplete',
      'incomplete',
    ])
    const after = await orderIn(other.merchantId, 'OTHER-1')
    expect([after.hold, after.seq, after.problems.length]).toEqual([null, order.seq, 1])
  })

  it('is chosen in the header by a token of all, one at a time', async () => {
    const other = await ground('Second')
    await push(other.shopId, orderEvent('SECOND-1', 'NONE'))
    await orderIn(other.merchantId, 'SECOND-1')
    const browser = await signedIn()
    expect((await browser.get('/admin')).html).toContain('name="merchant"')
    const chosen = await browser.get(`/admin?merchant=${other.merchantId}`)
    expect([chosen.status, chosen.location]).toEqual([303, '/admin'])
    expect((await browser.get('/admin/orders')).html).toContain('SECOND-1')
    await browser.get(`/admin?merchant=${g.merchantId}`)
    expect((await browser.get('/admin/orders')).html).not.toContain('SECOND-1')
    await browser.get('/admin?merchant=m_nobody')
    expect((await browser.get('/admin/orders')).html).not.toContain('SECOND-1')
  })
})

describe('every answer', () => {
  it('carries the strict policy, and is not kept', async () => {
    const browser = await signedIn()
    const paths = [
      '/admin',
      '/admin/orders',
      '/admin/nowhere',
      '/admin/orders/none',
      '/admin/?lang=en',
      '/admin/exceptions',
    ]
    const pages = await Promise.all(paths.map((path) => browser.get(path)))
    pages.push(await new Browser().get('/admin/sign-in'), await new Browser().get('/admin'))
    for (const { headers } of pages) {
      expect(headers.get('content-security-policy')).toBe(CSP)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('same-origin')
      expect(headers.get('cache-control')).toBe('no-store')
    }
    for (const { html } of pages) expect(html).not.toMatch(/<script(?![^>]*src=)|\sstyle=|\son\w+=|javascript:/)
    expect(pages.map((page) => page.status).slice(2, 4)).toEqual([404, 404])
  })
})
