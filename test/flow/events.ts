/** What platforms and warehouses say, in short: a paid order of two pieces of A, unless told otherwise. */
import type { FulfillmentStatus, Package } from '../../src/domain/fulfillment.ts'
import type { OrderLine } from '../../src/domain/order.ts'
import type { SealedOrder } from '../../src/domain/order-state.ts'
import type { ReceiverFacts } from '../../src/domain/receiver.ts'
import type { EventBody, SealedPlatformEvent } from '../../src/lane/event.ts'
import { START } from './facts.ts'

export const receiver: ReceiverFacts = {
  kind: 'plain',
  region: '330000',
  missing: [],
  masked: { name: '张**', phone: '***1234', address: '浙江省 ***' },
}

export const line = (lineId: string, code: string, quantity: number, change: Partial<OrderLine> = {}): OrderLine => ({
  ...{
    lineId,
    code,
    quantity,
    title: code,
    price: { amount: 100, currency: 'CNY' },
    gift: false,
    status: 'open' as const,
  },
  ...change,
})

export const sealed = (change: Partial<SealedOrder> = {}): SealedOrder => ({
  ...{
    platformOrderId: 'P1',
    version: START,
    placedAt: START,
    status: 'open',
    payment: 'paid',
    total: { amount: 200, currency: 'CNY' },
  },
  ...{
    lines: [line('1', 'A', 2)],
    shippable: true,
    receiver,
    sealed: 'v1.sealed',
    digest: 'k1.digest',
    customDigest: 'k1.custom',
    hasNote: false,
    customKeys: [],
  },
  ...change,
})

export const order = (change: Partial<SealedOrder> = {}): SealedPlatformEvent => ({
  type: 'order',
  order: sealed(change),
})

export const cancelled = (at = START): SealedPlatformEvent => ({
  type: 'cancelled',
  platformOrderId: 'P1',
  at,
  reason: 'changed my mind',
})

export const refund = (
  status: 'requested' | 'withdrawn' | 'refunded',
  at = START,
  lineIds: string[] = [],
  refundId = 'r1',
): SealedPlatformEvent => ({
  type: 'refund',
  platformOrderId: 'P1',
  refundId,
  lineIds,
  status,
  at,
})

/** `parcel('W1', 'A×2 B×1')`. */
export const parcel = (waybill: string, items: string): Package => ({
  packageId: `pkg-${waybill}`,
  carrier: 'SF',
  waybill,
  items: items.split(' ').map((item) => {
    const [sku = '', quantity] = item.split('×')
    return { sku, quantity: Number(quantity) }
  }),
})

export const shipped = (
  warehouseId: string,
  document: string,
  packages: readonly Package[],
  final = true,
  bizId = packages.map((item) => item.packageId).join(),
): EventBody => ({
  kind: 'warehouse',
  warehouseId,
  event: { type: 'shipped', ref: { document }, bizId: bizId || 'final', final, at: START, packages },
})

export const changed = (warehouseId: string, document: string): EventBody => ({
  kind: 'warehouse',
  warehouseId,
  event: { type: 'changed', ref: { document }, at: START },
})

export const progress = (
  warehouseId: string,
  document: string,
  status: FulfillmentStatus,
  message?: string,
): EventBody => ({
  kind: 'warehouse',
  warehouseId,
  event: { type: 'progress', ref: { document }, status, at: START, ...(message !== undefined && { message }) },
})
