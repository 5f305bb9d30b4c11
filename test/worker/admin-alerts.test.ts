/** The page of alerts: a form made of what each channel asks for, its buttons, and who sees which. */
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { channels } from '../../src/channels/index.ts'
import { type Browser, signedIn, textOf } from './admin-support.ts'
import { type Ground, get, good, ground, SECRET, tokenOf } from './api-support.ts'

const PAGE = '/admin/alerts'
const FORM = {
  'c.secret': SECRET,
  's.baseUrl': 'https://partner.test/alerts',
  name: '值班群',
  quietMinutes: '15',
  language: 'zh',
  channel: 'webhook',
}

let a: Ground
let b: Ground
let owner: Browser
let status = 204
beforeAll(async () => {
  a = await ground('A')
  b = await ground('B')
  owner = await signedIn(a.owner)
})
beforeEach(() => {
  status = 204
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response(null, { status }))
})
afterEach(() => vi.restoreAllMocks())

const listed = async (of: Ground) => (await good(get(`/alerts?merchantId=${of.merchantId}`))).items
const submit = (browser: Browser, path: string, fields: Record<string, string> = {}) =>
  browser.submit(path, fields, PAGE)

describe('the page of alerts', () => {
  it.each(Object.keys(channels))('asks for all that %s wants, with a hint each, in both languages', async (id) => {
    for (const language of ['zh', 'en'] as const) {
      await owner.get(`${PAGE}?lang=${language}`)
      const { status: code, html } = await owner.get(`${PAGE}?channel=${id}`)
      expect(code).toBe(200)
      const { credentials, settings } = channels[id] ?? {}
      for (const [name, field] of Object.entries(credentials?.shape ?? {})) {
        expect(html).toContain(`name="c.${name}"`)
        expect(html).toMatch(new RegExp(`<input name="c\\.${name}"[^>]*type="password"`))
        expect(textOf(html).replaceAll('&#39;', "'").replaceAll('&quot;', '"')).toContain(
          (field as { meta(): Record<string, string> }).meta()[language === 'zh' ? 'zh' : 'description'],
        )
      }
      for (const name of Object.keys(settings?.shape ?? {})) expect(html).toContain(`name="s.${name}"`)
    }
    await owner.get(`${PAGE}?lang=zh`)
  })

  it('adds a channel, and shows how it is', async () => {
    const added = await submit(owner, PAGE, {
      ...FORM,
      merchantId: a.merchantId,
      'k.sku_unknown': '1',
      'k.order_late': '1',
    })
    expect([added.status, added.location]).toEqual([303, `${PAGE}?notice=done`])
    expect(await listed(a)).toMatchObject([
      { channel: 'webhook', name: '值班群', quietMinutes: 15, codes: ['sku_unknown', 'order_late'], state: 'new' },
    ])
    const { html } = await owner.get(PAGE)
    const text = textOf(html)
    for (const word of ['值班群', '还没发过', '商品编码没有对应SKU、临近最晚发货时间', '同一原因 15 分钟内只发一条'])
      expect(text).toContain(word)
    expect(html).not.toContain(SECRET.slice(6))
  })

  it('tests it, and says whether the message arrived and why not', async () => {
    const [{ id }] = await listed(a)
    expect((await submit(owner, `${PAGE}/${id}/test`)).location).toBe(`${PAGE}?notice=delivered`)
    expect(textOf((await owner.get(`${PAGE}?notice=delivered`)).html)).toMatch(/测试消息已送达.*正常.*共发 1 条/s)
    status = 401
    expect((await submit(owner, `${PAGE}/${id}/test`)).location).toBe(`${PAGE}?notice=undelivered`)
    expect(textOf((await owner.get(PAGE)).html)).toMatch(/发送失败.*连续失败 1 次.*auth: HTTP 401/s)
  })

  it('keeps the form open where a field does not fit', async () => {
    const wrong = { ...FORM, merchantId: a.merchantId, 'c.secret': 'no secret' }
    expect((await submit(owner, PAGE, wrong)).location).toBe(`${PAGE}?notice=incomplete&channel=webhook`)
    expect((await submit(owner, PAGE, { ...FORM, merchantId: b.merchantId })).location).toBe(
      `${PAGE}?notice=incomplete`,
    )
    expect(
      (await submit(owner, PAGE, { ...FORM, merchantId: a.merchantId, 's.baseUrl': 'https://localhost/x' })).location,
    ).toContain('incomplete')
    expect([(await listed(a)).length, (await listed(b)).length]).toEqual([1, 0])
  })

  it('shows operators a button to test, viewers none, and both no form', async () => {
    const [{ id }] = await listed(a)
    for (const [role, tests] of [
      ['operator', true],
      ['viewer', false],
    ] as const) {
      const browser = await signedIn(await tokenOf(a.merchantId, role), {
        address: role === 'viewer' ? '192.0.2.7' : '192.0.2.8',
      })
      const { html } = await browser.get(`${PAGE}?channel=wecom`)
      expect([role, html.includes(`${id}/test`), html.includes('name="c.key"'), html.includes('/remove')]).toEqual([
        role,
        tests,
        false,
        false,
      ])
      expect((await submit(browser, PAGE, { ...FORM, merchantId: a.merchantId })).location).not.toContain('done')
      expect((await submit(browser, `${PAGE}/${id}/remove`)).location).not.toContain('done')
    }
    expect(await listed(a)).toHaveLength(1)
  })

  it('touches nothing of another merchant', async () => {
    const [{ id }] = await listed(a)
    const other = await signedIn(b.owner, { address: '192.0.2.9' })
    expect((await other.get(PAGE)).html).not.toContain(id)
    for (const act of ['test', 'switch', 'remove'])
      expect((await submit(other, `${PAGE}/${id}/${act}`)).location).toBe(`${PAGE}?notice=nothing`)
    expect(await listed(a)).toMatchObject([{ enabled: true }])
  })

  it('switches it off and on, and removes it', async () => {
    const [{ id }] = await listed(a)
    await submit(owner, `${PAGE}/${id}/switch`, { enabled: '' })
    expect(await listed(a)).toMatchObject([{ enabled: false, state: 'off' }])
    await submit(owner, `${PAGE}/${id}/switch`, { enabled: '1' })
    expect(await listed(a)).toMatchObject([{ enabled: true }])
    expect((await submit(owner, `${PAGE}/${id}/remove`)).location).toBe(`${PAGE}?notice=done`)
    expect(await listed(a)).toEqual([])
  })
})
