/** An order as Shopee shows it: goods by variant, packages that can be made by one split, stars where nobody need know. */
import { bare } from '../json.ts'
import type { Line, Order, Receiver } from '../types.ts'
import type { World } from '../world.ts'
import type { Pick } from './platform.ts'
import { openLines, shippedState } from './ship.ts'

export const seconds = (ms: number | undefined): number => (ms === undefined ? 0 : Math.floor(ms / 1000))

const PLACES: readonly Receiver[] = [
  {
    ...{ name: 'Tan Ah Kow 🐟', phone: '60123456789', country: 'MY', province: 'Selangor', city: 'Petaling Jaya' },
    ...{ district: '', town: '', address: '12, Jalan SS2/24', zip: '46000' },
  },
  {
    ...{ name: 'Nur Aïsyah', phone: '60198765432', country: 'MY', province: 'Sarawak', city: 'Kuching' },
    ...{ district: '', town: '', address: 'C-15-14, Blok C <A>', zip: '93350' },
  },
]
export const receiver = (pick: Pick): Receiver => pick(PLACES)

export interface Package {
  readonly number: string
  readonly lines: readonly { readonly lineId: string; readonly quantity: number }[]
  readonly waybill?: string
}

const KEY = (order: Order): string => `packages:${order.id}`

/** One package for all, until somebody splits the order. */
export const packagesOf = (order: Order, world: World): readonly Package[] => {
  const row = world.store.one<{ answer: string }>(
    'SELECT answer FROM once WHERE target = ? AND key = ?',
    order.shopId,
    KEY(order),
  )
  if (row) return JSON.parse(row.answer)
  return [{ number: `OFG1${order.id}`, lines: order.lines.map(({ id, quantity }) => ({ lineId: id, quantity })) }]
}
export const keepPackages = (order: Order, world: World, packages: readonly Package[]): void => {
  const answer = JSON.stringify(packages)
  world.store.run('INSERT OR REPLACE INTO once VALUES (?, ?, ?, ?)', order.shopId, KEY(order), '', answer)
}

export const statusOf = (order: Order): string => {
  if (order.status === 'cancelled' || openLines(order).length === 0) return 'CANCELLED'
  if (order.status === 'finished') return 'COMPLETED'
  if (order.payment === 'unpaid' || order.payment === 'deposit') return 'UNPAID'
  if (shippedState(order) === 'all') return 'SHIPPED'
  return order.refund?.status === 'requested' ? 'IN_CANCEL' : 'READY_TO_SHIP'
}

export const held = (order: Order, { lines }: Package): unknown[] =>
  lines.flatMap(({ lineId, quantity }) => {
    const line = order.lines.find(({ id }) => id === lineId)
    return line
      ? [{ ...ids(line), model_quantity: quantity, order_item_id: bare(line.parentId), promotion_group_id: 0 }]
      : []
  })
const ids = (line: Line): Record<string, unknown> => ({
  item_id: bare(line.parentId),
  model_id: bare(line.listingId),
})

const item = (line: Line): Record<string, unknown> => ({
  ...ids(line),
  ...{ item_name: line.title, item_sku: '', model_name: '', model_sku: line.code, weight: 0.1 },
  model_quantity_purchased: line.quantity,
  ...{ model_original_price: line.price / 100, model_discounted_price: line.price / 100 },
  ...{ order_item_id: bare(line.parentId), promotion_group_id: 0, add_on_deal: false, promotion_type: '' },
})

const address = (order: Order, masked: boolean): Record<string, unknown> => {
  const { name, phone, country, province, city, district, town, address: street, zip } = order.receiver
  const star = (text: string): string => (masked ? `${[...text][0] ?? ''}******` : text)
  return {
    ...{ name: star(name), phone: star(phone), full_address: star(`${street}, ${zip}, ${city}, ${province}`) },
    ...{ town, district, city, state: province, region: country, zipcode: zip },
  }
}

/** What comes only if it is named. */
const optional = (order: Order, world: World): Record<string, unknown> => {
  const packages = packagesOf(order, world)
  return {
    recipient_address: address(order, statusOf(order) !== 'READY_TO_SHIP'),
    item_list: order.lines.map(item),
    package_list: packages.map((one) => ({
      package_number: one.number,
      logistics_status: one.waybill === undefined ? 'LOGISTICS_READY' : 'LOGISTICS_PICKUP_DONE',
      item_list: held(order, one),
    })),
    total_amount: order.total / 100,
    pay_time: order.paidAt === undefined ? null : seconds(order.paidAt),
    note: order.sellerNote,
    split_up: packages.length > 1,
    fulfillment_flag: 'fulfilled_by_local_seller',
    shipping_carrier: 'Seller Own Fleet',
    payment_method: 'Credit Card',
    cancel_reason: order.cancelReason ?? '',
  }
}

export const detail = (order: Order, wanted: readonly string[], world: World): Record<string, unknown> => ({
  ...order.custom,
  ...{ order_sn: order.id, region: 'MY', currency: order.currency, cod: order.payment === 'cod' },
  ...{ order_status: statusOf(order), message_to_seller: order.buyerNote, days_to_ship: 2 },
  create_time: seconds(order.createdAt),
  update_time: seconds(order.updatedAt),
  ship_by_date: seconds(order.shipBy),
  ...Object.fromEntries(Object.entries(optional(order, world)).filter(([name]) => wanted.includes(name))),
})
