/** The machine without faults, one shop, one warehouse: for counting what an order costs, and for stories told in order. */
import { type ReceivePorts, receiveCallback, receiveHook } from '../../src/flow/1-receive.ts'
import { places, Vault } from '../../src/store/vault.ts'
import { Clock, Random } from './clock.ts'
import { type FarOrder, FarShop, FarWarehouse, network, SECRET, signed } from './far.ts'
import { LEASE_MS, Machine } from './machine.ts'

const NONE = { crash: 0, storeFails: 0, stockFails: 0, answerLost: 0, bellLost: 0, bellTwice: 0, consumerDies: 0 }
const MASTER = Buffer.alloc(32, 7).toString('base64')
const START = 1_780_000_000_000

export const calm = async () => {
  const clock = new Clock(START)
  const random = new Random(1)
  const machine = new Machine(clock, random, NONE)
  machine.faulty = false
  const vault = new Vault(MASTER)
  const shop = new FarShop('sa')
  const warehouse = new FarWarehouse('wa', true, new Map())
  const put = (sql: string, ...values: (string | number)[]): void => {
    machine.store.db.prepare(sql).run(...values)
  }
  const sealed = (kind: 'shop' | 'warehouse', id: string): string =>
    vault.seal(places.credentials(kind, id), JSON.stringify({ secret: SECRET }))
  put(`INSERT INTO merchants (id, name, region, created_at) VALUES ('m1', 'm', 'apac', 0)`)
  put(
    `INSERT INTO shops (id, merchant_id, platform, name, mode, features, settings, credentials, created_at)
     VALUES ('sa', 'm1', 'standard', 'sa', 'live', '{"orders":true,"stock":false,"tracking":true}', '{"baseUrl":"https://sa.shop.test","lastLook":false}', ?, 0)`,
    sealed('shop', 'sa'),
  )
  put(
    `INSERT INTO warehouses (id, merchant_id, system, name, rank, settings, credentials, created_at)
     VALUES ('wa', 'm1', 'rest', 'wa', 1, '{"baseUrl":"https://wa.wh.test"}', ?, 0)`,
    sealed('warehouse', 'wa'),
  )
  put(`INSERT INTO lanes (no, name, merchant_id) VALUES (1, 'shop:sa', 'm1'), (2, 'wh:wa', 'm1')`)
  const send = network(
    clock,
    random,
    { afterSuccess: 0, before: 0, rejects: 0 },
    () => false,
    [shop],
    [warehouse],
    () => false,
  )
  let serial = 0
  const nonce = (): string => `n${++serial}`
  const ports = { config: machine.config, vault, now: () => clock.now, random: nonce }
  machine.dispatch = {
    ...ports,
    send,
    patienceMs: (LEASE_MS * 2) / 3,
    report: (what, facts) => machine.reports.push(`${what} ${JSON.stringify(facts)}`),
    claim: (lane, ids) => machine.lane(lane).claim(ids),
    append: (lane, events) => machine.append(lane, events),
    showable: async () => undefined,
  }
  const receive: ReceivePorts = {
    ...ports,
    append: (lane, events) => machine.append(lane, events),
    refused: () => undefined,
  }

  const stock = async (sku: string, quantity: number): Promise<void> => {
    put('INSERT INTO skus (merchant_id, sku, created_at) VALUES (?, ?, 0) ON CONFLICT DO NOTHING', 'm1', sku)
    const command = { sku, warehouseId: 'wa', kind: 'receive', quantity, reason: 'test', actor: 'test' } as const
    void machine.append('wh:wa', [{ id: nonce(), at: clock.now, body: { kind: 'stock', command } }])
    await clock.run(clock.now + 5_000)
  }

  /** A paid order of one piece; a minute after it is placed the warehouse ships it and says so. */
  const order = (id: string, sku: string): void => {
    const lines = [{ id: '1', sku, quantity: 1 }]
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
    shop.orders.set(id, one)
    const body = { type: 'order.paid', timestamp: clock.now, data: { order: shop.body(one) } }
    void receiveHook(
      receive,
      'standard',
      'sa',
      signed('https://cangqiao.test/hooks/standard/sa', `m-${id}`, body, clock.now),
    )
    clock.at(clock.now + 60_000, () => ship(id))
  }

  const ship = (id: string): void => {
    const document = warehouse.documents.find((item) => item.platformOrderId === id)
    const shipped = document && warehouse.ship(document, false)
    if (!document || !shipped) return
    const data = { document: document.document, ...shipped, packages: document.packages.slice(-1) }
    const body = { type: 'shipment.created', timestamp: new Date(clock.now).toISOString(), data }
    void receiveCallback(
      receive,
      'rest',
      'wa',
      signed('https://cangqiao.test/callbacks/rest/wa', `cb-${shipped.shipmentId}`, body, clock.now),
    )
  }

  return { machine, clock, shop, warehouse, receive, order, stock }
}
