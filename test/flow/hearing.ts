import type { WarehouseEvent } from '../../src/domain/fulfillment.ts'
import { onStray, type Stray, strayOf } from '../../src/flow/decide/stray.ts'
import type { Loaded } from '../../src/flow/world.ts'
import type { EventBody, LaneEvent } from '../../src/lane/event.ts'
import { MINUTE, START, warehouse } from './facts.ts'
import { Desk } from './support.ts'

export const { shop } = new Desk()

const world = (change: Partial<Loaded> = {}): Loaded => ({
  ...{
    now: START,
    seq: 7,
    lane: 'wh:n',
    laneNo: 11,
    shop: undefined,
    warehouses: [warehouse('n', 1), warehouse('net', 2, { net: true })],
    trackers: [],
  },
  merchant: { id: 'm1', name: 'm', region: 'apac', skuGroups: 0, zone: 'Asia/Shanghai' },
  ...{
    orders: new Map(),
    byPlatform: new Map(),
    terms: new Map(),
    holders: new Map(),
    listings: new Map(),
    counted: [],
    booked: new Set(),
    showsStock: true,
    levels: new Map(),
  },
  ...{ resolve: () => undefined, job: () => undefined, jobsOf: () => [], isParked: () => false, nextOrderNo: () => 1 },
  saveOrderNo: () => undefined,
  ...change,
})

export const hear = (body: EventBody, change: Partial<Loaded> = {}, more: Partial<LaneEvent> = {}): Stray => {
  const stray = strayOf()
  onStray(stray, { seq: 7, event: { id: 'e1', at: START - MINUTE, body, ...more } }, 0, world(change))
  return stray
}
export const warehouseSays = (
  event: WarehouseEvent,
  change: Partial<Loaded> = {},
  more: Partial<LaneEvent> = {},
  tries?: number,
) => hear({ kind: 'warehouse', warehouseId: 'n', event, ...(tries !== undefined && { tries }) }, change, more)
