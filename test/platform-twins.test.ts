/**
 * Adapters that talk to their simulated twins directly, about what the acceptance tests do not come by: another waybill,
 * a repeat after an answer that got lost, the level of a stock, a remark, the list of changes, tokens.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { send } from '../sandbox/http.ts'
import { platforms as twins } from '../sandbox/platforms/index.ts'
import { platforms } from '../src/platforms/index.ts'
import type { ShipPackage, StockSubject } from '../src/platforms/platform.ts'
import type { Connection, Conversation } from '../src/wire/adapter.ts'
import type { Outcome } from '../src/wire/outcome.ts'
import { type Bench, startBench } from './sandbox/support.ts'

let bench: Bench
beforeAll(async () => {
  bench = await startBench({ status: 200, body: '' })
})
afterAll(() => bench.close())

const run = async <T>(conversation: Conversation<T>): Promise<Outcome<T>> => {
  let step = conversation.next()
  while (!step.done) {
    const { method, url, headers, body } = step.value
    step = conversation.next(await send(method, url, headers, body, 10_000))
  }
  return step.value
}

describe.each(['kuaishou', 'weixin', 'xiaohongshu'])('%s and its twin', (id) => {
  const platform = platforms[id]
  const twin = twins[id]
  if (!platform || !twin) throw new Error(`${id} is not registered`)
  const { outbound, poll, authorization, probe } = platform
  const { app = {}, shop: own } = twin.keys(7, 7)
  const far = `s-${id}`
  let shop: Connection

  const carrier = platform.carriers.SF ?? ''
  const waybill = (n: number): string => `SF-${id}-${n}`
  const refreshed = async (): Promise<Outcome<unknown>> => {
    if (!authorization?.refresh) throw new Error(`${id} has no refresh`)
    const grant = await run(authorization.refresh(shop))
    if (grant.class === 'done') shop = { ...shop, credentials: { ...shop.credentials, ...grant.value.credentials } }
    return grant
  }
  const place = async (): Promise<string> => {
    const lines = [
      { sku: 'TEA-1', quantity: 2 },
      { sku: 'CUP-1', quantity: 1 },
    ]
    return (await bench.client.placeOrders({ shopId: far, count: 1, lines })).ids[0] ?? ''
  }
  const linesOf = async (order: string) => {
    if (!outbound.detail) throw new Error(`${id} has no detail`)
    const read = await run(outbound.detail(order, shop))
    if (read.class !== 'done') throw new Error(`${read.class}: ${read.detail}`)
    return read.value.lines
  }
  const ship = (order: string, packages: readonly ShipPackage[], replaces?: string) =>
    run(
      outbound.ship(
        { platformOrderId: order, requestId: 'r', packages, complete: true, ...(replaces && { replaces }) },
        shop,
      ),
    )
  const written = async (order: string) =>
    (await bench.client.order(order)).writebacks.map(({ waybill, repeats }) => [waybill, repeats])

  beforeAll(async () => {
    const listings = ['TEA-1', 'CUP-1'].map((code, i) => ({ id: `7000${i}`, parent: `8000${i}`, code, quantity: 50 }))
    await bench.client.putShop({
      ...{ id: far, platform: id, name: far, hookUrl: bench.hook.url },
      ...{ credentials: { ...app, ...own }, listings },
    })
    const baseUrl = bench.client.shopBaseUrl(far)
    shop = { id: 'shop-1', baseUrl, credentials: own, app, settings: {}, now: Date.now(), nonce: 'n' }
    expect((await refreshed()).class).toBe('done')
  })

  it('tells two parcels once, and corrects one of them', async () => {
    const order = await place()
    const [tea, cup] = await linesOf(order)
    if (!tea || !cup) throw new Error('two lines were bought')
    const first = { carrier, waybill: waybill(1), lines: [{ lineId: tea.lineId, quantity: 2 }] }
    const second = { carrier, waybill: waybill(2), lines: [{ lineId: cup.lineId, quantity: 1 }] }
    expect((await ship(order, [first])).class).toBe('done')
    expect((await ship(order, [first, second])).class).toBe('done')
    expect((await ship(order, [first, second])).class).toBe('done')
    expect(await written(order)).toEqual([
      [waybill(1), 0],
      [waybill(2), 0],
    ])
    const status = outbound.status && (await run(outbound.status(order, shop)))
    expect(status?.class === 'done' && status.value.waybills?.toSorted()).toEqual([waybill(1), waybill(2)])
    const corrected = { ...second, waybill: waybill(3) }
    expect((await ship(order, [corrected], waybill(2))).class).toBe('done')
    expect((await ship(order, [corrected], waybill(2))).class).toBe('done')
    expect((await written(order)).map(([one]) => one).toSorted()).toEqual([waybill(1), waybill(3)])
  })

  it('is refused where a token or a carrier is wrong', async () => {
    const order = await place()
    const wrong = { ...shop, credentials: { ...shop.credentials, accessToken: 'wrong' } }
    expect((await run(outbound.detail?.(order, wrong) ?? never())).class).toBe('auth')
    const unknown = { carrier: '987654', waybill: waybill(9), lines: [] }
    expect((await ship(order, [unknown])).class).toBe('rejected')
    expect(await written(order)).toEqual([])
  })

  it('shows the level that was asked for, up, down and again', async () => {
    for (const quantity of [80, 12, 12, 0]) {
      const subject: StockSubject = { listingId: '70000', parentId: '80000', code: 'TEA-1', quantity, requestId: 'r' }
      expect((await run(outbound.stock?.(subject, shop) ?? never())).class).toBe('done')
      const { shops } = await bench.client.summary()
      expect(shops.find((one) => one.id === far)?.listings['TEA-1']).toBe(quantity)
    }
  })

  it('leaves a remark once, finds what changed, and knows its shop', async () => {
    const order = (await bench.client.orders({ shopId: far, limit: 1 }))[0]?.id ?? ''
    const note = { platformOrderId: order, note: '已交云仓' }
    for (const _ of [1, 2]) expect((await run(outbound.note?.(note, shop) ?? never())).class).toBe('done')
    expect((await bench.client.order(order)).sellerNote).toBe('已交云仓')
    const window = { from: Date.now() - 20 * 60_000, to: Date.now() + 1_000 }
    const page = poll && (await run(poll.page(window, shop)))
    const ids =
      page?.class === 'done'
        ? page.value.events.map(({ event }) => 'platformOrderId' in event && event.platformOrderId)
        : []
    expect(ids).toContain(order)
    expect(probe && (await run(probe(shop))).class).toBe('done')
  })
})

const never = (): never => {
  throw new Error('the adapter lacks it')
}
