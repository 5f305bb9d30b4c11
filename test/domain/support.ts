/** Orders for tests of the domain: one paid line of two pieces, unless told otherwise. */
import type { Fulfillment, OrderState, ShippedPackage, StateLine } from '../../src/domain/order-state.ts'

export const line = (lineId: string, quantity: number, change: Partial<StateLine> = {}): StateLine => ({
  lineId,
  code: `C-${lineId}`,
  title: lineId,
  quantity,
  price: { amount: 100, currency: 'CNY' },
  gift: false,
  status: 'open',
  parts: [{ sku: 'A', quantity: 1 }],
  ...change,
})

export const parcel = (waybill: string, items: Readonly<Record<string, number>>): ShippedPackage => ({
  packageId: waybill,
  waybill,
  carrier: 'SF',
  at: 1,
  written: false,
  items: Object.entries(items).map(([sku, quantity]) => ({ sku, quantity })),
})

export const fulfillment = (change: Partial<Fulfillment> = {}): Fulfillment => ({
  document: 'D1',
  generation: 1,
  warehouseId: 'n',
  lines: [{ lineId: '1', sku: 'A', quantity: 2 }],
  status: 'accepted',
  packages: [],
  booked: [],
  ...change,
})

export const order = (change: Partial<OrderState> = {}): OrderState => ({
  id: 'O1',
  merchantId: 'm',
  shopId: 's',
  platformOrderId: 'p',
  version: 10,
  digest: 'd',
  placedAt: 1,
  receivedAt: 1,
  updatedAt: 1,
  platformStatus: 'open',
  payment: 'paid',
  total: { amount: 200, currency: 'CNY' },
  shippable: true,
  sealed: 'sealed',
  hasNote: false,
  customKeys: [],
  lines: [line('1', 2)],
  refunds: {},
  fulfillments: [],
  generation: 1,
  excluded: [],
  problems: [],
  waived: [],
  waiting: false,
  wakeAt: undefined,
  ...change,
})
