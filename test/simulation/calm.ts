/** The machine without faults, one shop, one warehouse unless more are asked for: for counting what an order costs, and for stories told in order. */
import { type ReceivePorts, receiveCallback, receiveHook } from '../../src/flow/1-receive.ts'
import type { StockCommand } from '../../src/lane/event.ts'
import { places, Vault } from '../../src/store/vault.ts'
import { Clock, Random } from './clock.ts'
import { type FarDocument, type FarLine, type FarOrder, FarShop, FarWarehouse, network, SECRET, signed } from './far.ts'
import { LEASE_MS, Machine } from './machine.ts'
import { NO_TOKENS } from './tokens.ts'

const NONE = { crash: 0, storeFails: 0, stockFails: 0, answerLost: 0, bellLost: 0, bellTwice: 0, consumerDies: 0 }
const MASTER = Buffer.alloc(32, 7).toString('base64')
const START = 1_780_000_000_000

export const calm = async ({ shops: shopIds = ['sa'], warehouses: houseIds = ['wa'], deduplicates = true } = {}) => {
  const clock = new Clock(START)
  const random = new Random(1)
  const machine = new Machine(clock, random, NONE)
  machine.faulty = false
  const vault = new Vault(MASTER)
  const shops = shopIds.map((id) => new FarShop(id))
  const warehouses = houseIds.map((id) => new FarWarehouse(id, deduplicates, new Map()))
  const [shop, warehouse] = [shops[0], warehouses[0]]
  if (!shop || !warehouse) throw new Error('it needs a shop and a warehouse')
  const put = (sql: string, ...values: (string | number)[]): void => {
    machine.store.db.prepare(sql).run(...values)
  }
  const sealed = (kind: 'shop' | 'warehouse', id: string): string =>
    vault.seal(places.credentials(kind, id), JSON.stringify({ secret: SECRET }))
  put(`INSERT INTO merchants (id, name, region, created_at) VALUES ('m1', 'm', 'apac', 0)`)
  for (const id of shopIds)
    put(
      `INSERT INTO shops (id, merchant_id, platform, name, mode, features, settings, credentials, created_at)
       VALUES (?1, 'm1', 'standard', ?1, 'live', '{"orders":true,"stock":false,"tracking":true}', ?2, ?3, 0)`,
      id,
      JSON.stringify({ baseUrl: `https://${id}.shop.test`, lastLook: false }),
      sealed('shop', id),
    )
  for (const [i, id] of houseIds.entries())
    put(
      `INSERT INTO warehouses (id, merchant_id, system, name, rank, settings, credentials, created_at)
       VALUES (?1, 'm1', 'rest', ?1, ?2, ?3, ?4, 0)`,
      id,
      i + 1,
      JSON.stringify({ baseUrl: `https://${id}.wh.test` }),
      sealed('warehouse', id),
    )
  const lanes = [...shopIds.map((id) => `shop:${id}`), ...houseIds.map((id) => `wh:${id}`)]
  for (const [i, name] of lanes.entries())
    put(`INSERT INTO lanes (no, name, merchant_id) VALUES (?, ?, 'm1')`, i + 1, name)
  const send = network(
    clock,
    random,
    { afterSuccess: 0, before: 0, rejects: 0 },
    () => false,
    shops,
    warehouses,
    () => false,
  )
  let serial = 0
  const nonce = (): string => `n${++serial}`
  const ports = { config: machine.config, vault, now: () => clock.now, random: nonce }
  machine.dispatch = {
    ...ports,
    send,
    grants: NO_TOKENS,
    patienceMs: (LEASE_MS * 2) / 3,
    report: (what, facts) => machine.reports.push(`${what} ${JSON.stringify(facts)}`),
    claim: (lane, ids) => machine.lane(lane).claim(ids),
    append: (lane, events) => machine.append(lane, events),
    showable: async () => undefined,
  }
  const receive: ReceivePorts = {
    ...ports,
    send,
    append: (lane, events) => machine.append(lane, events),
    refused: () => undefined,
  }

  /** What came into each warehouse: `warehouse sku` → pieces. */
  const counted = new Map<string, number>()
  const goods = (sku: string, quantity: number, house: FarWarehouse): void => {
    const key = `${house.id} ${sku}`
    counted.set(key, (counted.get(key) ?? 0) + quantity)
    house.stock.set(sku, (house.stock.get(sku) ?? 0) + quantity)
    put('INSERT INTO skus (merchant_id, sku, created_at) VALUES (?, ?, 0) ON CONFLICT DO NOTHING', 'm1', sku)
    const command: StockCommand = {
      sku,
      warehouseId: house.id,
      kind: 'receive',
      quantity,
      reason: 'test',
      actor: 'test',
    }
    void machine.append(`wh:${house.id}`, [{ id: nonce(), at: clock.now, body: { kind: 'stock', command } }])
  }
  const stock = async (sku: string, quantity: number, house = warehouse): Promise<void> => {
    goods(sku, quantity, house)
    await clock.run(clock.now + 5_000)
  }

  /** A paid order, its message told so many times. */
  const buy = (id: string, lines: readonly FarLine[], at = shop, copies = 1): FarOrder => {
    const one: FarOrder = {
      id,
      lines,
      version: clock.now,
      status: 'open',
      paid: true,
      refund: false,
      address: '文一路 1 号',
      acknowledged: false,
      waybills: new Map(),
    }
    at.orders.set(id, one)
    const body = { type: 'order.paid', timestamp: clock.now, data: { order: at.body(one) } }
    for (let i = 0; i < copies; i++)
      void receiveHook(
        receive,
        'standard',
        at.id,
        signed(`https://cangqiao.test/hooks/standard/${at.id}`, `m-${id}`, body, clock.now),
      ).then(({ status }) => Object.assign(one, { acknowledged: one.acknowledged || status < 300 }))
    return one
  }

  /** A paid order of one piece; a minute after it is placed the warehouse ships it and says so. */
  const order = (id: string, sku: string): void => {
    buy(id, [{ id: '1', sku, quantity: 1 }])
    clock.at(clock.now + 60_000, () => ship(id))
  }

  const ship = (id: string): void => {
    const document = warehouse.documents.find((item) => item.platformOrderId === id)
    const shipped = document && warehouse.ship(document, false)
    if (document && shipped) confirm(document, shipped)
  }

  /** The warehouse says that the document's last package has left. */
  const confirm = (
    document: FarDocument,
    shipped: { readonly shipmentId: string; readonly final: boolean },
    house = warehouse,
    copies = 1,
  ): void => {
    const data = { document: document.document, ...shipped, packages: document.packages.slice(-1) }
    const body = { type: 'shipment.created', timestamp: new Date(clock.now).toISOString(), data }
    const url = `https://cangqiao.test/callbacks/rest/${house.id}`
    for (let i = 0; i < copies; i++)
      void receiveCallback(receive, 'rest', house.id, signed(url, `cb-${shipped.shipmentId}`, body, clock.now))
  }

  return {
    machine,
    clock,
    random,
    shop,
    shops,
    warehouse,
    warehouses,
    counted,
    receive,
    order,
    buy,
    goods,
    stock,
    confirm,
  }
}
