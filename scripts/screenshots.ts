/**
 * `npm run screenshots [-- URL]`: pictures of the admin's main pages for the docs, from a running `npm start`. In Chinese,
 * one in English, one on a phone, one in the dark. ADMIN_URL and ADMIN_TOKEN may say where and with what; else .dev.vars does.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from './chromium.ts'
import { ROOT } from './processes.ts'

const URL_DEFAULT = `http://127.0.0.1:${process.env.PORT ?? 8787}`
const base = (process.argv[2] ?? process.env.ADMIN_URL ?? URL_DEFAULT).replace(/\/+$/, '')
const folder = join(ROOT, process.env.SCREENSHOTS_DIR ?? 'docs/images')

const DESKTOP = { width: 1200, height: 800 }
const PHONE = { width: 360, height: 740 }

interface Look {
  readonly size?: { readonly width: number; readonly height: number }
  readonly dark?: boolean
  readonly language?: 'zh' | 'en'
}

const tokenOf = (): string => {
  const path = join(ROOT, '.dev.vars')
  const kept = existsSync(path) ? /^ADMIN_TOKEN="?([^"\n]+)"?/m.exec(readFileSync(path, 'utf8'))?.[1] : undefined
  const token = process.env.ADMIN_TOKEN ?? kept
  if (!token) throw new Error('no ADMIN_TOKEN: run `npm start` first, or set it')
  return token
}

const signedIn = async (
  browser: Browser,
  { size = DESKTOP, dark = false, language = 'zh' }: Look = {},
): Promise<Page> => {
  const context = await browser.newContext({
    viewport: size,
    colorScheme: dark ? 'dark' : 'light',
    deviceScaleFactor: 2,
    locale: language === 'zh' ? 'zh-CN' : 'en-GB',
  })
  const page = await context.newPage()
  await page.goto(`${base}/admin/sign-in?lang=${language}`)
  await page.fill('input[name=token]', tokenOf())
  await page.click('button[type=submit]')
  await page.waitForSelector('main#main')
  return page
}

/** Lists are long: of them the first screens are enough. */
const TALLEST = 1600

const shoot = async (page: Page, path: string, name: string): Promise<void> => {
  await page.goto(`${base}${path}`)
  await page.waitForLoadState('networkidle')
  const { width = 0 } = page.viewportSize() ?? {}
  const height = Math.min(TALLEST, Number(await page.evaluate('document.documentElement.scrollHeight')))
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true, clip: { x: 0, y: 0, width, height } })
  console.log(`${name}.png  ${path}`)
}

/** The first order in one of these states. */
const orderIn = async (page: Page, ...states: readonly string[]): Promise<string | undefined> => {
  for (const state of states) {
    await page.goto(`${base}/admin/orders?state=${state}`)
    const links = page.locator('tr[data-row] a')
    if ((await links.count()) > 0) return (await links.first().getAttribute('href')) ?? undefined
  }
  return undefined
}

const PAGES = [
  ['overview', '/admin'],
  ['orders', '/admin/orders'],
  ['exceptions', '/admin/exceptions'],
  ['stock', '/admin/stock'],
  ['stock-sku', '/admin/stock/sku?sku=TEA-001'],
  ['connections', '/admin/connections'],
  ['shops', '/admin/shops'],
  ['warehouses', '/admin/warehouses'],
  ['alerts', '/admin/alerts?channel=wecom'],
] as const

const main = async (browser: Browser): Promise<void> => {
  const page = await signedIn(browser)
  for (const [name, path] of PAGES) await shoot(page, path, name)
  const shipped = await orderIn(page, 'shipped', 'closed', 'accepted')
  const broken = await orderIn(page, 'exception', 'awaiting_stock', 'held')
  const phone = await signedIn(browser, { size: PHONE })
  await shoot(phone, '/admin', 'phone-overview')
  await shoot(phone, '/admin/orders', 'phone-orders')
  if (broken) {
    await shoot(page, broken, 'order-exception')
    await shoot(phone, broken, 'phone-order')
  }
  if (shipped) {
    await shoot(page, shipped, 'order')
    await shoot(await signedIn(browser, { dark: true }), shipped, 'order-dark')
  }
  await shoot(await signedIn(browser, { language: 'en' }), '/admin', 'overview-en')
}

mkdirSync(folder, { recursive: true })
const { browser, close } = await launchBrowser()
try {
  await main(browser)
} finally {
  await close()
}
