/** The admin pages in a real browser, against the built Worker: policy, keys, refresh, phones, and all of it without JavaScript. */
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestHarness } from 'wrangler'
import { launchBrowser } from '../../scripts/chromium.ts'
import { standardWebhook } from '../../src/wire/standard-webhook.ts'

const TOKEN = 'browser-test-token'
const SECRET = `whsec_${btoa('cangqiao-browser-test-secret-32b')}`
const secrets = { MASTER_KEY: Buffer.from('cangqiao-test-master-key-32bytes').toString('base64'), ADMIN_TOKEN: TOKEN }
const configPath = join(import.meta.dirname, '../../wrangler.toml')
const harness = createTestHarness({ workers: [{ configPath, secrets, vars: { OUTBOUND_ALLOW: '' } }] })

let base = ''
let merchantId = ''
let shopId = ''
let chromium: { browser: Browser; close: () => Promise<void> }

const api = async <T>(path: string, body: unknown): Promise<T> => {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
  const answer = await fetch(`${base}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

const order = async (id: string, sku: string): Promise<void> => {
  const now = new Date().toISOString()
  const lines = [{ id: '1', sku, title: '龙井 50g', quantity: 2, price: '29.90' }]
  const receiver = {
    name: '张三丰',
    phone: '13812345678',
    province: '浙江省',
    city: '杭州市',
    address: '文一西路 1 号',
  }
  const data = { order: { id, createdAt: now, paidAt: now, total: '59.80', lines, receiver } }
  const body = new TextEncoder().encode(JSON.stringify({ type: 'order.paid', timestamp: now, data }))
  const url = `${base}/hooks/standard/${shopId}`
  const { headers } = standardWebhook().sign(
    { method: 'POST', url, headers: { 'webhook-id': `b-${id}` }, body },
    { secret: SECRET },
    Date.now(),
  )
  expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(204)
}

/** The store has it. */
const arrived = async (id: string): Promise<void> => {
  const headers = { authorization: `Bearer ${TOKEN}` }
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    const answer = await fetch(`${base}/api/v1/orders?merchantId=${merchantId}&platformOrderId=${id}`, { headers })
    const { items } = (await answer.json()) as { items: unknown[] }
    if (items.length > 0) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`order ${id} did not arrive`)
}

beforeAll(async () => {
  const [{ url }, launched] = await Promise.all([harness.listen(), launchBrowser()])
  chromium = launched
  base = url.origin
  await harness.getWorker().applyD1Migrations('DB')
  ;({ id: merchantId } = await api<{ id: string }>('/merchants', { name: '小茶铺' }))
  const credentials = { secret: SECRET }
  ;({ id: shopId } = await api<{ id: string }>('/shops', {
    merchantId,
    platform: 'standard',
    name: '茶铺小程序',
    credentials,
    mode: 'trial',
  }))
  await api('/warehouses', {
    merchantId,
    system: 'rest',
    name: '华东仓',
    credentials,
    settings: { baseUrl: 'https://partner.test' },
  })
  await api('/skus', { merchantId, sku: 'TEA' })
  await order('1001', 'TEA')
  await order('1002', 'GHOST')
  await Promise.all(['1001', '1002'].map(arrived))
})
afterAll(async () => {
  await Promise.all([chromium?.close(), harness.close()])
})

/** A page that has signed in, and whatever the browser complains of. */
const open = async (
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> => {
  const context = await chromium.browser.newContext(options)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.goto(`${base}/admin/orders?state=held`)
  await page.fill('input[name=token]', TOKEN)
  await page.click('button[type=submit]')
  await page.waitForURL(/\/admin\/orders\?state=held$/)
  return { page, context, complaints }
}

const PATHS = [
  '/admin',
  '/admin/orders',
  '/admin/exceptions',
  '/admin/stock',
  '/admin/stock/sku?sku=TEA',
  '/admin/connections',
  '/admin/shops',
  '/admin/warehouses',
]

describe('the admin pages', () => {
  it('keep their own policy and fit a phone, in both colours', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, context, complaints } = await open({ viewport: { width: 360, height: 700 }, colorScheme })
      // Once in each language: English words are the longer ones.
      await page.goto(`${base}/admin?lang=${colorScheme === 'dark' ? 'en' : 'zh'}`)
      for (const path of PATHS) {
        await page.goto(`${base}${path}`)
        const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
        expect([path, wide]).toEqual([path, 0])
        expect(await page.evaluate('getComputedStyle(document.querySelector(".top")).borderBottomStyle')).toBe('solid')
      }
      expect(complaints).toEqual([])
      await context.close()
    }
  })

  it('are worked by keys, and refresh what they list', async () => {
    const { page, context, complaints } = await open()
    await page.goto(`${base}/admin/orders`)
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    expect(await page.locator('tr.at').count()).toBe(1)
    await page.keyboard.press('/')
    await page.keyboard.type('jj')
    expect(await page.inputValue('input[type=search]')).toBe('jj')
    await page.keyboard.press('Escape')
    await page.keyboard.press('k')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/admin\/orders\/[0-9A-Z]{11}$/)
    await page.goto(`${base}/admin/orders`)
    await order('1003', 'TEA')
    await arrived('1003')
    await page.evaluate('void dispatchEvent(new Event("focus"))')
    await page.waitForSelector('text=1003')
    expect(complaints).toEqual([])
    await context.close()
  })

  it.each([
    ['zh', /^数据停在 \d\d-\d\d \d\d:\d\d，点此刷新$/],
    ['en', /^This is from \d\d-\d\d \d\d:\d\d; refresh$/],
  ])(
    'say how old they are once they cannot refresh themselves, and no longer when they can (%s)',
    async (lang, words) => {
      const { page, context } = await open()
      // Refreshed when it is told to, not by the clock.
      await page.addInitScript('setInterval = () => 0')
      await page.goto(`${base}/admin/orders?lang=${lang}`)
      await page.goto(`${base}/admin/orders`)
      const stale = page.locator('[data-stale]')
      const failed = async () => {
        const asked = page.waitForEvent('requestfailed')
        await page.evaluate('void dispatchEvent(new Event("focus"))')
        await asked
      }
      await context.setOffline(true)
      await failed()
      expect(await stale.isVisible()).toBe(false)
      await failed()
      await stale.waitFor({ state: 'visible' })
      expect((await stale.textContent())?.trim()).toMatch(words)
      await context.setOffline(false)
      await page.evaluate('void dispatchEvent(new Event("focus"))')
      await stale.waitFor({ state: 'hidden' })
      await page.route('**/admin/orders', (route) => route.fulfill({ status: 503 }))
      for (const n of [1, 2]) {
        const answered = page.waitForResponse((answer) => answer.status() === 503)
        await page.evaluate('void dispatchEvent(new Event("focus"))')
        await answered
        if (n === 2) await stale.waitFor({ state: 'visible' })
      }
      await page.unroute('**/admin/orders')
      await stale.locator('a').click()
      await stale.waitFor({ state: 'hidden' })
      await context.close()
    },
  )

  it.each([true, false])('release an order at the press of a button (JavaScript: %s)', async (javaScriptEnabled) => {
    const { page, context } = await open({ javaScriptEnabled })
    const id = javaScriptEnabled ? '1001' : '1003'
    await page.goto(`${base}/admin/orders?q=${id}`)
    await page.waitForURL(/\/admin\/orders\/[0-9A-Z]{11}$/)
    expect(await page.textContent('main')).toContain('店铺在试运行')
    await page.click('button:text("放行")')
    await page.waitForSelector('text=已完成。')
    expect(await page.locator('h1 ~ .pill').first().textContent()).not.toBe('已挂起')
    await page.click('summary:text("取消发货")')
    await page.fill('form:has(input[value=cancel]) input[name=why]', '测试')
    await page.click('button:text("确认取消发货")')
    await page.waitForSelector('h1 ~ .pill:text("已取消")')
    await context.close()
  })

  it('let a session go', async () => {
    const { page, context } = await open({ javaScriptEnabled: false })
    await page.click('.menu summary')
    await page.click('.menu button:text-is("退出")')
    await page.waitForSelector('text=已退出')
    await page.goto(`${base}/admin/orders`)
    expect(new URL(page.url()).pathname).toBe('/admin/sign-in')
    await context.close()
  })
})
