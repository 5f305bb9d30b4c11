/** What the pages show, in both languages, and what they must never show; and that their buttons do what they say. */
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { places, Vault } from '../../src/store/vault.ts'
import { type Browser, signedIn, textOf } from './admin-support.ts'
import {
  ADMIN,
  db,
  eventually,
  type Ground,
  get,
  good,
  ground,
  orderEvent,
  orderIn,
  post,
  push,
  SECRET,
  TAKEN,
  tokenOf,
} from './api-support.ts'

/** The buyer of every order here, and what opens doors: none of it may stand on any page. */
const CLOSED = ['三丰', '13812345678', '文一西路', '请尽快', '刻字', SECRET, SECRET.slice(6), ADMIN, 'v1.', 'whsec_']

let g: Ground
let browser: Browser
// biome-ignore lint/suspicious/noExplicitAny: whatever the API answers
let order: any
// biome-ignore lint/suspicious/noExplicitAny: whatever the API answers
let broken: any

const mine = (more: Readonly<Record<string, unknown>> = {}) => ({ merchantId: g.merchantId, ...more })
const count = async (sku: string, onHand: number): Promise<void> => {
  await good(post('/skus', mine({ sku, title: `${sku} title` })), 201)
  await good(post('/stock/adjustments', mine({ warehouseId: g.warehouseId, sku, onHand, reason: 'count' })))
}
const seal = (shopId: string, text: string): string =>
  new Vault((env as unknown as { MASTER_KEY: string }).MASTER_KEY).sealRaw(places.raw(`shop:${shopId}`), text)

beforeAll(async () => {
  g = await ground('Pages')
  await count('TEA', 100)
  await push(g.shopId, orderEvent('P-1', 'TEA'))
  await push(g.shopId, orderEvent('P-2', 'GHOST'))
  await push(g.shopId, orderEvent('P-3', 'TEA'))
  order = await orderIn(g.merchantId, 'P-1', TAKEN)
  await orderIn(g.merchantId, 'P-3', TAKEN)
  broken = await orderIn(g.merchantId, 'P-2', /exception/)
  browser = await signedIn(g.owner)
})

const PAGES = (): readonly (readonly [path: string, zh: string, en: string])[] => [
  ['/admin', '进行中的订单', 'Orders under way'],
  ['/admin/orders', '最晚发货', 'Ship by'],
  ['/admin/orders?state=exception', '商品编码 GHOST 没有对应的 SKU', 'Code GHOST matches no SKU'],
  [`/admin/orders?shop=${g.shopId}`, 'P-1', 'P-1'],
  ['/admin/orders?q=TEA', 'P-1', 'P-1'],
  ['/admin/orders?q=5678', '手机尾号', 'phone tail'],
  ['/admin/orders?q=nothing', '没找到“nothing”', 'Nothing found for nothing'],
  [`/admin/orders/${order.id}`, '时间线', 'Timeline'],
  [`/admin/orders/${order.id}?raw=${order.timeline[0].raw}`, '姓名、电话、地址和密钥已打码', 'are starred'],
  [`/admin/orders/${broken.id}`, '处理下面的异常后', 'settle the problem below'],
  ['/admin/exceptions', '新建 SKU“GHOST”并放行 1 单', 'Create SKU GHOST and release 1 order'],
  ['/admin/exceptions?code=sku_unknown&subject=GHOST', '查看全部异常', 'All exceptions'],
  ['/admin/exceptions?code=cod_unsupported', '这一类异常已经处理完了', 'This cause is settled'],
  ['/admin/stock', '可售', 'Available'],
  ['/admin/stock?sku=zzz', '没有 SKU', 'No SKU'],
  ['/admin/stock?short=1', '没有缺货的 SKU', 'No SKU is short'],
  ['/admin/stock/sku?sku=TEA', '调整库存', 'Adjust stock'],
  ['/admin/connections', '推送地址', 'Push URL'],
  ['/admin/shops', '正式运行', 'Live'],
  ['/admin/warehouses', '全部地区', 'everywhere'],
  ['/admin/alerts', '还没有告警渠道', 'No channel yet'],
  ['/admin/alerts?channel=aliyun-sms', '已审核的签名', 'An approved signature name'],
]

describe('each page', () => {
  it('is there in Chinese and in English, and shows nothing that is closed', async () => {
    for (const [language, at] of [
      ['zh', 1],
      ['en', 2],
    ] as const) {
      await browser.get(`/admin?lang=${language}`)
      for (const page of PAGES()) {
        const { status, html } = await browser.get(page[0])
        expect([page[0], status]).toEqual([page[0], 200])
        expect(html).toContain(`<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">`)
        expect(`${page[0]} ${textOf(html)}`).toContain(page[at])
        for (const closed of CLOSED) expect(`${page[0]} ${html}`).not.toContain(closed)
        if (language === 'en')
          expect(textOf(html.replace(/lang="zh-CN">中文/, ''))).not.toMatch(/[订异库连店仓][单常存接铺库]/)
      }
    }
    await browser.get('/admin?lang=zh')
  })

  it('is well-formed as far as ids and labels go', async () => {
    for (const [path] of PAGES()) {
      const { html } = await browser.get(path)
      const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
      expect([path, ids.length - new Set(ids).size]).toEqual([path, 0])
      for (const [, id] of html.matchAll(/aria-labelledby="([^"]*)"/g)) expect(ids).toContain(id)
      const fields = [...html.matchAll(/<(?:input|select|textarea)(?![^>]*type="(?:hidden|submit)")[^>]*>/g)]
      for (const { 0: field, index } of fields) {
        const labelled = html.lastIndexOf('<label', index) > html.lastIndexOf('</label>', index)
        expect(`${path} ${field} ${labelled || field.includes('aria-label')}`).toMatch(/true$/)
      }
    }
  })

  it('says where one is, and how much waits', async () => {
    const { html } = await browser.get('/admin/stock')
    expect(html).toMatch(/href="\/admin\/stock" aria-current="page"/)
    expect(textOf(html)).toMatch(/异常 1 条待处理/)
  })
})

describe('the raw message', () => {
  it('shows its form and its ids, not the buyer', async () => {
    const { html } = await browser.get(`/admin/orders/${order.id}?raw=${order.timeline[0].raw}`)
    const raw = textOf(/<pre>([\s\S]*?)<\/pre>/.exec(html)?.[1] ?? '').replaceAll('&quot;', '"')
    expect(raw).toContain(`POST /hooks/standard/${g.shopId}`)
    expect(raw).toContain('"id": "P-1"')
    expect(raw).toContain('"sku": "TEA"')
    expect(raw).toContain('"phone": "***"')
  })

  it('of another order cannot be asked for through this one', async () => {
    const { html } = await browser.get(`/admin/orders/${order.id}?raw=${broken.timeline[0].raw}`)
    expect(html).not.toContain('<pre>')
  })

  it('kept with an exception is masked as well', async () => {
    const raw = seal(
      g.shopId,
      `POST /hooks/standard/${g.shopId}\n\n{"order_id":"77","receiver":{"name":"张三丰","phone":"13812345678"},"memo":"请尽快"`,
    )
    const id = `shop:${g.shopId}:999:0`
    const body = JSON.stringify({
      problem: { code: 'payload_malformed', at: 'x', facts: { at: 'x', message: 'cut short' } },
      raw,
    })
    await db()
      .prepare(
        "INSERT INTO exceptions (id, merchant_id, lane, order_id, code, subject, opened_at, body) VALUES (?, ?, ?, NULL, 'payload_malformed', 'x', ?, ?)",
      )
      .bind(id, g.merchantId, `shop:${g.shopId}`, Date.now(), body)
      .run()
    const { html } = await browser.get(`/admin/exceptions?code=payload_malformed&raw=${encodeURIComponent(id)}`)
    for (const closed of CLOSED) expect(html).not.toContain(closed)
    const dismissed = await browser.submit('/admin/exceptions/one', {
      action: 'dismiss',
      id,
      code: 'payload_malformed',
    })
    expect(dismissed.location).toBe('/admin/exceptions?code=payload_malformed&notice=done')
    expect(
      await db().prepare('SELECT closed_at FROM exceptions WHERE id = ?').bind(id).first('closed_at'),
    ).not.toBeNull()
  })
})

describe('the search box', () => {
  it('leads straight to the one order that fits', async () => {
    for (const q of ['P-1', order.id.toLowerCase(), order.fulfillments[0].document]) {
      const page = await browser.get(`/admin/orders?q=${q}`)
      expect([q, page.location]).toEqual([q, `/admin/orders/${order.id}`])
    }
    expect((await browser.get('/admin/orders?q=5678')).status).toBe(200)
  })
})

describe('a list', () => {
  it('goes on where it ended, over all shops, newest first', async () => {
    const many = await ground('Many')
    const second = await good(
      post('/shops', {
        merchantId: many.merchantId,
        platform: 'standard',
        name: 'Second shop',
        credentials: { secret: SECRET },
        mode: 'observe',
      }),
      201,
    )
    const start = Date.now()
    const ids = Array.from({ length: 60 }, (_, i) => `L-${String(i).padStart(2, '0')}`)
    for (const [i, id] of ids.entries()) {
      const createdAt = new Date(start + i * 1000).toISOString()
      await push(i % 3 === 0 ? second.id : many.shopId, orderEvent(id, 'NONE', { createdAt }))
    }
    // A shop's orders come in turn, so the last of each shop stands for the others.
    await orderIn(many.merchantId, 'L-59')
    await orderIn(many.merchantId, 'L-57')
    const own = await signedIn(many.owner)
    const seen: string[] = []
    for (let path = '/admin/orders'; path !== ''; ) {
      const { html } = await own.get(path)
      seen.push(...[...html.matchAll(/>(L-\d\d)<\/a>/g)].map(([, id = '']) => id))
      path = (/href="([^"]+)" rel="next"/.exec(html)?.[1] ?? '').replaceAll('&amp;', '&')
    }
    expect(seen).toEqual(ids.toReversed())
    expect((await own.get('/admin/orders?cursor=nonsense')).status).toBe(200)
    expect((await own.get('/admin/stock?cursor=nonsense')).location).toBe('/admin/stock')
  })
})

describe('a button', () => {
  const OWNER = () => `operator:owner of ${g.merchantId}`
  const state = async (id: string) => good(get(`/orders/${id}`))
  const lines = async (id: string): Promise<string[]> =>
    (await state(id)).timeline.map((entry: { who: string; what: string }) => `${entry.who} ${entry.what}`)

  it('holds, releases and cancels, by name and with its reason', async () => {
    await push(g.shopId, orderEvent('B-1', 'TEA'))
    const { id } = await orderIn(g.merchantId, 'B-1', TAKEN)
    const path = `/admin/orders/${id}`
    const press = async (fields: Record<string, string>) => (await browser.submit(`${path}/act`, fields, path)).location
    expect(await press({ action: 'hold', why: '买家来电' })).toBe(`${path}?notice=done`)
    expect(await state(id)).toMatchObject({ state: 'held', hold: { why: '买家来电', by: `owner of ${g.merchantId}` } })
    expect(textOf((await browser.get(path)).html)).toContain('订单已挂起，点“放行”继续')
    expect(await press({ action: 'hold', why: 'again' })).toBe(`${path}?notice=refused`)
    expect(await press({ action: 'release' })).toBe(`${path}?notice=done`)
    expect(await press({ action: 'cancel', why: '拍错了' })).toBe(`${path}?notice=done`)
    expect(['cancelled', 'cancel_requested']).toContain((await state(id)).state)
    expect(await lines(id)).toEqual(
      expect.arrayContaining([`${OWNER()} held`, `${OWNER()} released`, `${OWNER()} order_cancelled`]),
    )
    expect(await press({ action: 'explode' })).toBe(`${path}?notice=incomplete`)
    expect(await press({ action: '__proto__' })).toBe(`${path}?notice=incomplete`)
  })

  it('completes a receiver, which then is sealed and found by its phone', async () => {
    const receiver = { name: '李四', province: '浙江省', city: '杭州市', address: '龙井路 2 号' }
    await push(g.shopId, orderEvent('B-2', 'TEA', { receiver }))
    const { id } = await orderIn(g.merchantId, 'B-2', /exception/)
    const path = `/admin/orders/${id}`
    const page = textOf((await browser.get(path)).html)
    expect(page).toContain('收件信息缺少：电话')
    expect(page).not.toContain('龙井路')
    expect((await browser.submit(`${path}/receiver`, { phone: '' }, path)).location).toBe(`${path}?notice=incomplete`)
    expect((await browser.submit(`${path}/receiver`, { phone: '139****9999' }, path)).location).toBe(
      `${path}?notice=incomplete`,
    )
    expect((await browser.submit(`${path}/receiver`, { phone: '13700009999' }, path)).location).toBe(
      `${path}?notice=done`,
    )
    const after = await orderIn(g.merchantId, 'B-2', TAKEN)
    expect(after.receiver.masked).toMatchObject({ name: '李**', phone: '***9999' })
    for (const closed of ['13700009999', '龙井路']) expect((await browser.get(path)).html).not.toContain(closed)
  })

  it('creates the SKU that orders wait for, and lets them look again', async () => {
    await push(g.shopId, orderEvent('B-3', 'GHOST'))
    await orderIn(g.merchantId, 'B-3', /exception/)
    const page = await browser.submit('/admin/skus', { sku: 'GHOST' }, '/admin/exceptions')
    expect(page.location).toBe('/admin/exceptions?notice=done')
    await good(get(`/skus/GHOST?merchantId=${g.merchantId}`))
    for (const id of ['P-2', 'B-3']) {
      const { id: own } = await orderIn(g.merchantId, id)
      await eventually(async () => ((await lines(own)).includes(`${OWNER()} retried`) ? true : undefined))
    }
    const operator = await signedIn(await tokenOf(g.merchantId, 'operator'))
    expect((await operator.submit('/admin/skus', { sku: 'X' })).location).toBe('/admin/exceptions?notice=forbidden')
  })

  it('adjusts a level, which wakes what waits for it', async () => {
    await count('RARE', 1)
    await push(g.shopId, orderEvent('B-8', 'RARE'))
    await orderIn(g.merchantId, 'B-8', /awaiting_stock/)
    const path = '/admin/stock/sku?sku=RARE'
    const fields = { merchantId: g.merchantId, sku: 'RARE', warehouseId: g.warehouseId, reason: '盘点' }
    const press = async (more: Record<string, string>) =>
      (await browser.submit('/admin/stock/adjust', { ...fields, ...more }, path)).location
    expect(await press({ kind: 'set', quantity: 'many' })).toBe(`${path}&notice=incomplete`)
    expect(await press({ kind: 'adjust', quantity: '0' })).toBe(`${path}&notice=incomplete`)
    expect(await press({ kind: 'set', quantity: '9', reason: '' })).toBe(`${path}&notice=incomplete`)
    expect(await press({ kind: 'set', quantity: '9' })).toBe(`${path}&notice=done`)
    await orderIn(g.merchantId, 'B-8', TAKEN)
    expect(await press({ kind: 'adjust', quantity: '-2' })).toBe(`${path}&notice=done`)
    const { total } = await good(get(`/stock/RARE?merchantId=${g.merchantId}`))
    expect(total).toMatchObject({ onHand: 7, reserved: 2, available: 5 })
    expect(textOf((await browser.get(path)).html)).toMatch(/5 件 7 件 2 件 0 件/)
  })

  it('retries or dismisses all of one cause', async () => {
    for (const id of ['B-4', 'B-5']) {
      await push(g.shopId, orderEvent(id, 'TEA', { shipBy: new Date(Date.now() + 60_000).toISOString() }))
      await orderIn(g.merchantId, id, /exception/)
    }
    const page = textOf((await browser.get('/admin/exceptions')).html)
    expect(page).toContain('2 条 距最晚发货时间不足，仍未发货')
    const all = (fields: Record<string, string>) => browser.submit('/admin/exceptions/all', fields, '/admin/exceptions')
    expect((await all({ action: 'dismiss', code: 'order_late' })).location).toBe('/admin/exceptions?notice=done')
    for (const id of ['B-4', 'B-5']) expect((await orderIn(g.merchantId, id, TAKEN)).problems).toEqual([])
    expect((await all({ action: 'dismiss', code: 'order_late' })).location).toBe('/admin/exceptions?notice=nothing')
    expect((await all({ action: 'dismiss', code: 'sku_unknown', subject: '' })).location).toBe(
      '/admin/exceptions?notice=refused',
    )
    expect((await all({ action: 'dismiss', code: 'nonsense' })).location).toBe('/admin/exceptions?notice=incomplete')
    for (const id of ['B-6', 'B-7']) await push(g.shopId, orderEvent(id, 'PHANTOM'))
    for (const id of ['B-6', 'B-7']) await orderIn(g.merchantId, id, /exception/)
    expect((await all({ action: 'retry', code: 'sku_unknown', subject: 'PHANTOM' })).location).toBe(
      '/admin/exceptions?notice=done',
    )
    for (const id of ['B-6', 'B-7'])
      expect(await lines((await orderIn(g.merchantId, id)).id)).toContain(`${OWNER()} retried`)
  })
})
