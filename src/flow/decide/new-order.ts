/** An order nobody has told us anything of yet. */
import { orderId as makeOrderId } from '../../domain/document.ts'
import type { OrderState } from '../../domain/order-state.ts'
import type { Loaded } from '../world.ts'

export const newOrder = (world: Loaded, platformOrderId: string, shopId: string): OrderState => ({
  id: makeOrderId(world.laneNo, world.nextOrderNo()),
  merchantId: world.merchant.id,
  shopId,
  platformOrderId,
  version: 0,
  digest: '',
  placedAt: world.now,
  receivedAt: world.now,
  updatedAt: world.now,
  platformStatus: 'open',
  payment: 'unpaid',
  total: { amount: 0, currency: 'CNY' },
  shippable: true,
  sealed: '',
  hasNote: false,
  customKeys: [],
  lines: [],
  refunds: {},
  fulfillments: [],
  generation: 1,
  excluded: [],
  problems: [],
  waived: [],
  waiting: false,
  wakeAt: undefined,
})
