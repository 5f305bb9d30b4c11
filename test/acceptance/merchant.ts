/** A merchant with connections and goods on both sides: ours through the API, the far one in the sandbox. */
import { randomBytes } from 'node:crypto'
import type { DocumentView, OrderView as FarOrder, ShopInput, WarehouseInput } from '../../sandbox/client.ts'
import { platforms } from '../../sandbox/platforms/index.ts'
import { systems } from '../../sandbox/warehouses/index.ts'
import type { ExceptionView, OrderView } from '../../src/store/read.ts'
import type { Ground } from './ground.ts'

export interface House {
  readonly id: string
  readonly far: string
  readonly secret: string
}
export interface App {
  readonly id: string
  readonly hookUrl: string
  readonly keys: { readonly appKey: string; readonly appSecret: string }
}
export interface Shop {
  readonly id: string
  readonly far: string
  readonly platform: string
  readonly hookUrl: string
  readonly credentials: Readonly<Record<string, string>>
}
export interface Level {
  readonly onHand: number
  readonly reserved: number
  readonly available: number
  readonly short: number
}
export type Stock = { readonly sku: string; readonly total: Level } & {
  readonly levels: readonly (Level & { readonly warehouseId: string })[]
}

interface HouseSpec {
  readonly name?: string
  readonly rank?: number
  /** Of our connection. */
  readonly settings?: Readonly<Record<string, unknown>>
  /** Of the far warehouse. */
  readonly far?: WarehouseInput['settings']
}

const random = (bytes = 4): string => randomBytes(bytes).toString('hex')
const FEATURES = { orders: true, stock: true, tracking: true }

export class Merchant {
  readonly id: string
  readonly ground: Ground
  readonly houses: House[] = []
  readonly shops: Shop[] = []
  #listed = 0

  constructor(ground: Ground, id: string) {
    this.ground = ground
    this.id = id
  }

  static async open(ground: Ground): Promise<Merchant> {
    const { id } = await ground.api.post<{ id: string }>('/merchants', { name: '验收商家' })
    return new Merchant(ground, id)
  }

  get far(): Ground['far'] {
    return this.ground.far
  }

  async house(system: string, spec: HouseSpec = {}): Promise<House> {
    const dialect = systems[system]
    if (!dialect) throw new Error(`the sandbox has no ${system}`)
    const far = `w-${system}-${random()}`
    const { credentials, settings: own } = dialect.keys(randomBytes(4).readUInt32BE())
    const { name = far, rank = 100 + this.houses.length } = spec
    const settings = { baseUrl: this.far.warehouseBaseUrl(far), settleSeconds: 5, ...own, ...spec.settings }
    const body = { merchantId: this.id, system, name, rank, credentials, regions: ['*'], settings }
    const made = await this.ground.api.post<{ id: string; callbackUrl?: string | null }>('/warehouses', body)
    await this.far.putWarehouse({
      id: far,
      system,
      name,
      credentials,
      callbackUrl: made.callbackUrl ?? '',
      settings: { deduplicates: true, autoShip: null, ...spec.far },
    })
    const house = { id: made.id, far, secret: credentials.secret ?? '' }
    this.houses.push(house)
    return house
  }

  async app(): Promise<App> {
    const keys = { appKey: `7${String(Date.now()).padStart(18, '0')}`, appSecret: random(16) }
    const body = { merchantId: this.id, platform: 'douyin', name: '抖店应用', credentials: keys }
    const { id, hookUrl } = await this.ground.api.post<{ id: string; hookUrl: string }>('/apps', body)
    return { id, hookUrl, keys }
  }

  /** A shop at its platform, and with us. */
  async shop(platform: 'standard' | 'shopify', spec: ShopInput['settings'] = {}): Promise<Shop> {
    const credentials: Readonly<Record<string, string>> =
      platform === 'standard'
        ? { secret: `whsec_${randomBytes(32).toString('base64')}` }
        : { clientSecret: random(16), accessToken: `shpat_${random(16)}` }
    return this.#open({ far: `s-${platform}-${random()}`, platform, credentials, farKeys: credentials, spec })
  }

  async douyinShop(app: App): Promise<Shop> {
    const far = await this.douyinFar(app)
    return this.douyinOurs(app, far)
  }

  /** Only at the platform: it pushes to the app, and nobody has told us of it. */
  async douyinFar(app: App): Promise<{ far: string; own: Readonly<Record<string, string>> }> {
    const far = `s-douyin-${random()}`
    const own = { shopId: String(4_000_000_000 + randomBytes(4).readUInt32BE()), accessToken: random(18) }
    const { hookUrl, keys } = app
    await this.far.putShop({ id: far, platform: 'douyin', name: far, hookUrl, credentials: { ...keys, ...own } })
    return { far, own }
  }

  async douyinOurs(
    app: App,
    { far, own }: { readonly far: string; readonly own: Readonly<Record<string, string>> },
  ): Promise<Shop> {
    return this.#open({ far, platform: 'douyin', credentials: own, farKeys: { ...app.keys, ...own }, appId: app.id })
  }

  /** Shops of any platform with the keys its simulated console gives; where the platform has apps they share one. */
  async shopsOf(platform: string, count: number): Promise<readonly Shop[]> {
    const dialect = platforms[platform]
    if (!dialect) throw new Error(`the sandbox has no ${platform}`)
    const first = randomBytes(3).readUIntBE(0, 3) * 10
    const keys = Array.from({ length: count }, (_, i) => dialect.keys(first + i, first))
    const names = keys.map(() => `s-${platform}-${random()}`)
    const asked = dialect.asksAsApp ? this.far.shopBaseUrl(names[0] ?? '') : undefined
    const app = keys[0]?.app && (await this.#appOf(platform, keys[0].app, keys[0].socketPath, asked))
    const shops: Shop[] = []
    for (const [i, { app: appKeys, shop, settings }] of keys.entries())
      shops.push(
        await this.#open({
          ...{ far: names[i] ?? '', platform, credentials: shop, farKeys: { ...appKeys, ...shop } },
          ...(app && { appId: app }),
          ...(settings && { settings }),
        }),
      )
    return shops
  }

  async #appOf(
    platform: string,
    credentials: Readonly<Record<string, string>>,
    socketPath?: string,
    baseUrl?: string,
  ): Promise<string> {
    const socket = socketPath === undefined ? {} : { socketUrl: this.far.url.replace('http', 'ws') + socketPath }
    const settings = { ...socket, ...(baseUrl !== undefined && { baseUrl }) }
    const body = { merchantId: this.id, platform, name: `${platform} app`, credentials, settings }
    return (await this.ground.api.post<{ id: string }>('/apps', body)).id
  }

  async #open(wish: {
    readonly far: string
    readonly platform: string
    readonly credentials: Readonly<Record<string, string>>
    readonly farKeys: Readonly<Record<string, string>>
    readonly appId?: string
    readonly spec?: ShopInput['settings']
    readonly settings?: Readonly<Record<string, unknown>>
  }): Promise<Shop> {
    const { far, platform, credentials, farKeys, appId, spec, settings } = wish
    const made = await this.ground.api.post<{ id: string; hookUrl: string }>('/shops', {
      merchantId: this.id,
      platform,
      ...(appId !== undefined && { appId }),
      name: far,
      credentials,
      features: FEATURES,
      mode: 'live',
      settings: { baseUrl: this.far.shopBaseUrl(far), ...settings },
    })
    const there = { id: far, platform, name: far, hookUrl: made.hookUrl, credentials: farKeys }
    await this.far.putShop({ ...there, ...(spec && { settings: spec }) })
    const shop = { id: made.id, far, platform, hookUrl: made.hookUrl, credentials: farKeys }
    this.shops.push(shop)
    return shop
  }

  /** A SKU with so many pieces at each warehouse (in the order they were made), listed at every shop, on both sides. */
  async goods(skus: Readonly<Record<string, readonly number[]>>): Promise<void> {
    await this.farGoods(skus)
    const items = Object.keys(skus).map((sku) => ({ sku, title: `茶 ${sku}` }))
    await this.ground.api.post('/skus/bulk', { merchantId: this.id, items })
    const listed = this.shops.flatMap((shop) => Object.keys(skus).map((sku) => ({ shop, sku })))
    if (listed.length > 0)
      await this.ground.api.post('/listings/bulk', {
        merchantId: this.id,
        items: listed.map(({ shop, sku }) => ({
          shopId: shop.id,
          ...this.#ids(shop, sku),
          code: sku,
          sku,
          title: sku,
        })),
      })
    for (const [sku, counts] of Object.entries(skus))
      for (const [i, onHand] of counts.entries()) await this.count(sku, i, onHand)
  }

  /** The same at the far sides alone. */
  async farGoods(skus: Readonly<Record<string, readonly number[]>>, shops: readonly string[] = []): Promise<void> {
    const ids = [...this.shops.map((shop) => shop.far), ...shops]
    await this.far.putSkus(
      Object.entries(skus).map(([sku, counts]) => ({
        sku,
        warehouses: Object.fromEntries(counts.map((n, i) => [this.houses[i]?.far ?? '', n])),
        shops: Object.fromEntries(
          ids.map((far) => {
            const { listingId, parentId } = this.#ids({ far }, sku)
            return [far, { id: listingId, parent: parentId, quantity: 1_000 }]
          }),
        ),
      })),
    )
  }

  readonly #known = new Map<string, { listingId: string; parentId: string }>()
  /** Platforms' ids are numbers in text, beyond 2^53. */
  #ids({ far }: Pick<Shop, 'far'>, sku: string): { listingId: string; parentId: string } {
    const key = `${far} ${sku}`
    const n = String(this.#listed++).padStart(4, '0')
    const made = this.#known.get(key) ?? { listingId: `179000000000000${n}`, parentId: `351000000000${n}` }
    this.#known.set(key, made)
    return made
  }

  /** We are told a count; the far warehouse was told by `farGoods`. */
  async count(sku: string, house: number, onHand: number): Promise<void> {
    const body = { merchantId: this.id, warehouseId: this.houses[house]?.id, sku, onHand, reason: '盘点' }
    await this.ground.api.post('/stock/adjustments', body)
  }

  /** Goods come in: the far warehouse has them and stays silent, a person enters them here. */
  async receive(sku: string, house: number, delta: number): Promise<void> {
    const { id, far } = this.houses[house] ?? { id: '', far: '' }
    await this.far.inventoryReport(far, [{ sku, delta }], true)
    const body = { merchantId: this.id, warehouseId: id, sku, delta, reason: '到货' }
    await this.ground.api.post('/stock/adjustments', body)
  }

  stock(sku: string): Promise<Stock> {
    return this.ground.api.get(`/stock/${sku}?merchantId=${this.id}`)
  }

  /** Undefined: not there (yet). */
  async find(platformOrderId: string): Promise<OrderView | undefined> {
    const { items } = await this.ground.api.get<{ items: { id: string }[] }>(
      `/orders?merchantId=${this.id}&platformOrderId=${platformOrderId}`,
    )
    if (items.length > 1) throw new Error(`order ${platformOrderId} is there ${items.length} times`)
    return items[0] && this.ground.api.get<OrderView>(`/orders/${items[0].id}`)
  }

  async order(platformOrderId: string): Promise<OrderView> {
    const found = await this.find(platformOrderId)
    if (!found) throw new Error(`no order ${platformOrderId}`)
    return found
  }

  async orders(query = ''): Promise<readonly Pick<OrderView, 'id' | 'platformOrderId' | 'state' | 'shopId'>[]> {
    const items = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { items: OrderView[]; nextCursor: string | null } = await this.ground.api.get(
        `/orders?merchantId=${this.id}&limit=200${query}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
      )
      items.push(...page.items)
      cursor = page.nextCursor
    }
    return items
  }

  async exceptions(code?: string): Promise<readonly ExceptionView[]> {
    const { items } = await this.ground.api.get<{ items: ExceptionView[] }>(
      `/exceptions?merchantId=${this.id}&limit=200${code ? `&code=${code}` : ''}`,
    )
    return items
  }

  /** Presses "retry" on every exception of a cause. */
  retry(code: string, subject: string): Promise<{ readonly orders: number; readonly messages: number }> {
    return this.ground.api.post('/exceptions/retry', { merchantId: this.id, code, subject })
  }

  /** An order that the platform has and whose first push got lost: ours to post by hand. */
  async silentOrder(
    shop: Pick<Shop, 'far'>,
    order: Parameters<Ground['far']['placeOrders']>[0] | object,
  ): Promise<FarOrder> {
    await this.far.addFault({ target: shop.far, fault: 'lose', count: 1, operation: 'push' })
    const { ids } = await this.far.placeOrders({ count: 1, ...order, shopId: shop.far })
    const id = ids[0]
    if (id === undefined) throw new Error('the shop sold nothing')
    return this.far.order(id)
  }

  async place(shop: Pick<Shop, 'far'>, order: object = {}): Promise<string> {
    const { ids } = await this.far.placeOrders({ count: 1, ...order, shopId: shop.far })
    const id = ids[0]
    if (id === undefined) throw new Error('the shop sold nothing')
    return id
  }

  /** Documents of one order at the far warehouses. */
  async documents(orderId: string): Promise<readonly DocumentView[]> {
    return (await this.far.documents({ limit: 20_000 })).filter((document) => document.orderId === orderId)
  }
}
