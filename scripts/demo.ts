/**
 * The demo of `npm start`, and the ground of the chaos run: a merchant with three shops (two of 抖店 under one app, one
 * of Shopify), two warehouses (奇门 and plain JSON), its SKUs; on our side through the API, on the far side in the sandbox.
 */
import { randomBytes } from 'node:crypto'
import type { SandboxClient, ShopInput, WarehouseInput } from '../sandbox/client.ts'
import type { Api } from './api.ts'

export interface Demo {
  readonly merchantId: string
  /** `far`: its id in the sandbox. */
  readonly shops: readonly { readonly id: string; readonly far: string; readonly platform: string }[]
  readonly warehouses: readonly { readonly id: string; readonly far: string; readonly system: string }[]
  readonly skus: readonly string[]
}

export interface DemoSize {
  readonly skus: number
  /** Pieces of each SKU at each warehouse, and what each shop lists. */
  readonly onHand: number
  readonly listed: number
  /** Does the plain JSON warehouse de-duplicate? 奇门 in the sandbox does. */
  readonly deduplicates: boolean
  readonly shipAfterMs: number
  /** After how many seconds "not found" counts as proof. */
  readonly settleSeconds: number
}

const NAMES = ['龙井', '普洱', '铁观音', '碧螺春', '毛尖', '白毫银针', '大红袍', '正山小种', '茉莉花茶', '六安瓜片']
const random = (bytes: number): string => randomBytes(bytes).toString('hex')

export const setUp = async (api: Api, sandbox: SandboxClient, size: DemoSize): Promise<Demo> => {
  const { id: merchantId } = await api.post<{ id: string }>('/merchants', { name: '演示商家 Demo merchant' })
  const skus = Array.from({ length: size.skus }, (_, i) => `TEA-${String(i + 1).padStart(3, '0')}`)
  const title = (i: number): string => `${NAMES[i % NAMES.length]} ${100 + 50 * Math.floor(i / NAMES.length)} g`
  await api.post('/skus/bulk', { merchantId, items: skus.map((sku, i) => ({ sku, title: title(i) })) })
  const warehouses = [await qimen(api, sandbox, merchantId, size), await rest(api, sandbox, merchantId, size)]
  const shops = [...(await douyin(api, sandbox, merchantId)), await shopify(api, sandbox, merchantId)]
  await sandbox.putSkus(
    skus.map((sku, i) => ({
      sku,
      title: title(i),
      price: 2990 + 100 * i,
      warehouses: Object.fromEntries(warehouses.map(({ far }) => [far, size.onHand])),
      shops: Object.fromEntries(
        shops.map(({ far, no }) => [far, { ...platformIds(no, i), code: sku, quantity: size.listed }]),
      ),
    })),
  )
  const listings = shops.flatMap(({ id, no }) =>
    skus.map((sku, i) => ({
      shopId: id,
      listingId: platformIds(no, i).id,
      parentId: platformIds(no, i).parent,
      code: sku,
      sku,
      title: title(i),
    })),
  )
  await api.post('/listings/bulk', { merchantId, items: listings })
  for (const { id } of warehouses) {
    for (const sku of skus)
      await api.post('/stock/adjustments', { merchantId, warehouseId: id, sku, onHand: size.onHand, reason: 'demo' })
  }
  return { merchantId, shops, warehouses, skus }
}

const qimen = async (api: Api, sandbox: SandboxClient, merchantId: string, size: DemoSize) => {
  const credentials = { appKey: `2${random(4)}`, secret: random(16), customerId: `c${random(5)}` }
  const id = `w-qimen-${random(3)}`
  const made = await api.post<{ id: string; callbackUrl: string }>('/warehouses', {
    merchantId,
    system: 'qimen',
    name: '华东奇门仓',
    credentials,
    regions: ['*'],
    settings: {
      baseUrl: sandbox.warehouseBaseUrl(id),
      feed: 'net',
      receiverKinds: ['plain', 'taobao', 'xiaohongshu', '1688', 'douyin'],
      settleSeconds: size.settleSeconds,
    },
  })
  const settings: WarehouseInput['settings'] = {
    deduplicates: true,
    receiverKinds: ['plain', 'douyin'],
    autoShip: { afterMs: size.shipAfterMs, packages: 1 },
  }
  await sandbox.putWarehouse({
    id,
    system: 'qimen',
    name: '华东奇门仓',
    credentials,
    callbackUrl: made.callbackUrl,
    settings,
  })
  return { id: made.id, far: id, system: 'qimen' }
}

const rest = async (api: Api, sandbox: SandboxClient, merchantId: string, size: DemoSize) => {
  const credentials = { secret: `whsec_${randomBytes(32).toString('base64')}` }
  const id = `w-rest-${random(3)}`
  const made = await api.post<{ id: string; callbackUrl: string }>('/warehouses', {
    merchantId,
    system: 'rest',
    name: '华南自建仓',
    credentials,
    regions: ['*'],
    settings: {
      baseUrl: sandbox.warehouseBaseUrl(id),
      feed: 'gross',
      receiverKinds: ['plain', 'douyin'],
      settleSeconds: size.settleSeconds,
    },
  })
  const settings: WarehouseInput['settings'] = {
    deduplicates: size.deduplicates,
    receiverKinds: ['plain', 'douyin'],
    autoShip: { afterMs: size.shipAfterMs, packages: 2, betweenMs: 500 },
  }
  await sandbox.putWarehouse({
    id,
    system: 'rest',
    name: '华南自建仓',
    credentials,
    callbackUrl: made.callbackUrl,
    settings,
  })
  return { id: made.id, far: id, system: 'rest' }
}

const platformIds = (shop: number, i: number): { id: string; parent: string } => ({
  id: `17${shop}${String(9_000_000_000_000_000 + i)}`,
  parent: `35${shop}${String(1_000_000_000_000 + i)}`,
})

/** One app, two shops: its pushes name the shop in the message. */
const douyin = async (api: Api, sandbox: SandboxClient, merchantId: string) => {
  const keys = { appKey: `7${String(Date.now()).padStart(18, '0')}`, appSecret: random(16) }
  const app = await api.post<{ id: string; hookUrl: string }>('/apps', {
    merchantId,
    platform: 'douyin',
    name: '演示抖店应用',
    credentials: keys,
  })
  const shops = []
  for (const [i, name] of ['抖店·茶叶旗舰店', '抖店·茶叶工厂店'].entries()) {
    const far = `s-douyin-${i + 1}-${random(3)}`
    const own = { shopId: String(4_000_000 + Math.floor(Math.random() * 900_000) * 10 + i), accessToken: random(18) }
    const made = await api.post<{ id: string; hookUrl: string }>('/shops', {
      merchantId,
      platform: 'douyin',
      appId: app.id,
      name,
      credentials: own,
      features: { orders: true, stock: true, tracking: true },
      mode: 'live',
      settings: { baseUrl: sandbox.shopBaseUrl(far) },
    })
    const shop: ShopInput = {
      id: far,
      platform: 'douyin',
      name,
      hookUrl: made.hookUrl,
      credentials: { ...keys, ...own },
    }
    await sandbox.putShop(shop)
    shops.push({ id: made.id, far, platform: 'douyin', no: i + 1 })
  }
  return shops
}

const shopify = async (api: Api, sandbox: SandboxClient, merchantId: string) => {
  const far = `s-shopify-${random(3)}`
  const credentials = { clientSecret: random(16), accessToken: `shpat_${random(16)}` }
  const made = await api.post<{ id: string; hookUrl: string }>('/shops', {
    merchantId,
    platform: 'shopify',
    name: 'Tea House (Shopify)',
    credentials,
    features: { orders: true, stock: true, tracking: true },
    mode: 'live',
    settings: { baseUrl: sandbox.shopBaseUrl(far) },
  })
  await sandbox.putShop({
    id: far,
    platform: 'shopify',
    name: 'Tea House (Shopify)',
    hookUrl: made.hookUrl,
    credentials,
  })
  return { id: made.id, far, platform: 'shopify', no: 3 }
}
