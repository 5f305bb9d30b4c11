/** The pages one can look at. Each reads what it needs and hands it to its page; nothing here changes anything. */
import { Hono } from 'hono'
import { laneStats } from '../api/lanes.ts'
import { ORDER_STATES } from '../domain/order-state.ts'
import * as read from '../store/read.ts'
import { missing } from './answers.tsx'
import { causesOf } from './causes.ts'
import { type AdminContext, type AdminEnv, page, vaultOf } from './context.ts'
import { newestOrders } from './newest.ts'
import { Connections } from './pages/connections.tsx'
import { Shops, Warehouses } from './pages/lists.tsx'
import { OrderPage } from './pages/order.tsx'
import { Orders } from './pages/orders.tsx'
import { Overview } from './pages/overview.tsx'
import { SkuPage, Stock } from './pages/stock.tsx'
import { ask } from './perform.ts'
import { ordersToday, paceNow } from './store.ts'
import { href } from './view.ts'

export const pages = new Hono<AdminEnv>()

const ALL = { limit: 200 }

pages.get('/', async (c) => {
  const { view } = c.var
  const { DB } = c.env
  const [merchantId, { now }] = [view.merchant.id, view]
  const [shops, warehouses] = await Promise.all([
    read.listShops(DB, vaultOf(c), merchantId, ALL),
    read.warehouseNames(DB, merchantId),
  ])
  const [stats, groups, today, pace] = await Promise.all([
    read.stats(DB, merchantId, now),
    read.exceptionGroups(DB, merchantId),
    ordersToday(DB, merchantId, view.zone, now),
    paceNow(
      DB,
      merchantId,
      shops.items.map((shop) => shop.id),
      now,
    ),
  ])
  const counts = { shops: shops.items.length, warehouses: warehouses.size }
  const facts = { stats, causes: causesOf(groups), today, pace, ...counts }
  return page(c, <Overview view={view} notice={c.req.query('notice')} {...facts} />)
})

pages.get('/orders', async (c) => {
  const { view } = c.var
  const [db, merchantId] = [c.env.DB, view.merchant.id]
  const q = c.req.query('q')?.trim()
  const shop = c.req.query('shop') || undefined
  const state = ORDER_STATES.find((name) => name === c.req.query('state'))
  const shops = await read.listShops(db, vaultOf(c), merchantId, ALL)
  const filter = { ...(q && { q }), ...(state && { state }), ...(shop && { shop }) }
  if (q) {
    const orders = await read.searchOrders(db, vaultOf(c), merchantId, q.slice(0, 100))
    const [only] = orders
    if (only && orders.length === 1) return c.redirect(`/admin/orders/${only.id}`, 303)
    return page(c, <Orders view={view} filter={filter} shops={shops.items} orders={orders} nextCursor={null} />)
  }
  const all = shops.items.map((item) => item.id)
  const shopIds = shop ? all.filter((id) => id === shop) : all
  const wanted = { merchantId, shopIds, state, cursor: c.req.query('cursor') }
  const { items, nextCursor } = await newestOrders(db, wanted)
  return page(c, <Orders view={view} filter={filter} shops={shops.items} orders={items} nextCursor={nextCursor} />)
})

pages.get('/orders/:id', async (c) => {
  const { view } = c.var
  const [db, merchantId] = [c.env.DB, view.merchant.id]
  const order = await read.orderView(db, merchantId, c.req.param('id'))
  if (!order) return missing(c)
  const shop = await read.shopView(db, vaultOf(c), merchantId, order.shopId)
  const raw = await rawAsked(c, order)
  return page(c, <OrderPage view={view} order={order} shop={shop} notice={c.req.query('notice')} raw={raw} />)
})

/** Only a message on this order's own timeline, masked, and only for who may act. */
const rawAsked = async (c: AdminContext, order: read.OrderView) => {
  const ref = c.req.query('raw')
  if (ref === undefined || !order.timeline.some((entry) => entry.raw === ref)) return undefined
  return rawMessage(c, ref, order.id)
}

/** Undefined text: no longer kept, or not for this role. */
export const rawMessage = async (c: AdminContext, ref: string, orderId?: string) => {
  const { status, body } = await ask(c, 'GET', '/deliveries/{id}', { id: ref }, { query: { orderId } })
  return { ref, text: status === 200 ? (body as { readonly raw: string }).raw : undefined }
}

/** A SKU by its code; else those whose code or title has the text. */
const findSkus = async (c: AdminContext, sku: string): Promise<readonly read.SkuStock[]> => {
  const [db, merchantId] = [c.env.DB, c.var.view.merchant.id]
  const exact = await read.stockOf(db, merchantId, sku)
  if (exact) return [exact]
  const { items } = await read.listStock(db, { merchantId }, ALL)
  const word = sku.toLowerCase()
  return items.filter((item) => `${item.sku} ${item.title}`.toLowerCase().includes(word))
}

pages.get('/stock', async (c) => {
  const { view } = c.var
  const sku = c.req.query('sku')?.trim() ?? ''
  const short = c.req.query('short') === '1'
  if (sku !== '') {
    const items = await findSkus(c, sku)
    const [only] = items
    if (only && items.length === 1) return c.redirect(href('/admin/stock/sku', { sku: only.sku }), 303)
    return page(c, <Stock view={view} sku={sku} short={false} items={items} nextCursor={null} />)
  }
  const filter = { merchantId: view.merchant.id, short }
  const { items, nextCursor } = await read.listStock(c.env.DB, filter, { cursor: c.req.query('cursor') })
  return page(c, <Stock view={view} sku="" short={short} items={items} nextCursor={nextCursor} />)
})

pages.get('/stock/sku', async (c) => {
  const { view } = c.var
  const [db, merchantId] = [c.env.DB, view.merchant.id]
  const stock = await read.stockOf(db, merchantId, c.req.query('sku') ?? '')
  if (!stock) return missing(c)
  const names = await read.warehouseNames(db, merchantId)
  const { items } = await read.listDiscrepancies(db, merchantId, ALL)
  const warehouses = [...names].map(([id, name]) => ({ id, name }))
  const discrepancies = items.filter((item) => item.sku === stock.sku).slice(0, 10)
  const facts = { stock, warehouses, discrepancies }
  return page(c, <SkuPage view={view} notice={c.req.query('notice')} {...facts} />)
})

pages.get('/connections', async (c) => {
  const { view } = c.var
  const health = await read.health(c.env.DB, view.merchant.id, view.now, (lane) => laneStats(c.env, lane))
  return page(c, <Connections view={view} health={health} />)
})

pages.get('/shops', async (c) => {
  const { view } = c.var
  const { items } = await read.listShops(c.env.DB, vaultOf(c), view.merchant.id, ALL)
  return page(c, <Shops view={view} shops={items} />)
})

pages.get('/warehouses', async (c) => {
  const { view } = c.var
  const { items } = await read.listWarehouses(c.env.DB, vaultOf(c), view.merchant.id, ALL)
  return page(c, <Warehouses view={view} warehouses={items} />)
})
