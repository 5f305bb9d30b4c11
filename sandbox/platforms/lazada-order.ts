/** An order as Lazada shows it: no status of its own, one row per piece with everything as text, packages made by packing. */
import type { Order, Receiver } from '../types.ts'
import type { World } from '../world.ts'
import { type Piece, piecesOf } from './pieces.ts'
import type { Pick } from './platform.ts'

export const seconds = (ms: number | undefined): number => (ms === undefined ? 0 : Math.floor(ms / 1000))

const PLACES: readonly Receiver[] = [
  {
    ...{ name: 'Juan dela Cruz 🛺', phone: '639171234567', country: 'Philippines', province: 'Metro Manila' },
    ...{ city: 'Quezon City', district: 'Bagong Silangan', town: '', address: '12 Mabini St, Unit #4', zip: '1119' },
  },
  {
    ...{ name: 'María Clara', phone: '639189876543', country: 'Philippines', province: 'Cebu', city: 'Cebu City' },
    ...{ district: 'Lahug', town: '', address: '7 Gorordo Ave <B>', zip: '6000' },
  },
]
export const receiver = (pick: Pick): Receiver => pick(PLACES)

const KEY = (order: Order): string => `packed:${order.id}`

/** Piece → package, from pack on. */
export const packedOf = (order: Order, world: World): ReadonlyMap<string, string> => {
  const row = world.store.one<{ answer: string }>(
    'SELECT answer FROM once WHERE target = ? AND key = ?',
    ...[order.shopId, KEY(order)],
  )
  return new Map(Object.entries(row ? (JSON.parse(row.answer) as Record<string, string>) : {}))
}
export const keepPacked = (order: Order, world: World, packed: ReadonlyMap<string, string>): void => {
  const answer = JSON.stringify(Object.fromEntries(packed))
  world.store.run('INSERT OR REPLACE INTO once VALUES (?, ?, ?, ?)', order.shopId, KEY(order), '', answer)
  for (const number of new Set(packed.values()))
    world.store.run('INSERT OR REPLACE INTO once VALUES (?, ?, ?, ?)', order.shopId, `package:${number}`, '', order.id)
}
export const orderOfPackage = (shop: string, number: string, world: World): Order | undefined => {
  const row = world.store.one<{ answer: string }>(
    'SELECT answer FROM once WHERE target = ? AND key = ?',
    ...[shop, `package:${number}`],
  )
  return row && world.order(row.answer)
}

export const statusOf = (order: Order, { gone, waybill }: Piece, packed: boolean): string => {
  if (gone || order.status === 'cancelled') return 'canceled'
  if (order.status === 'finished') return 'delivered'
  if (waybill !== undefined) return 'ready_to_ship'
  if (order.payment === 'unpaid' || order.payment === 'deposit') return 'unpaid'
  return packed ? 'packed' : 'pending'
}

const money = (amount: number): string => (amount / 100).toFixed(2)
/** `2014-10-15 18:36:05 +0800`. */
const local = (ms: number): string => `${new Date(ms + 28_800_000).toISOString().slice(0, 19).replace('T', ' ')} +0800`
const iso = (ms: number): string => `${new Date(ms + 28_800_000).toISOString().slice(0, 19)}+08:00`

const asked = (order: Order): string => String(order.refund?.status === 'requested')

export const items = (order: Order, world: World): unknown[] => {
  const packed = packedOf(order, world)
  return piecesOf(order, world).map((piece) => {
    const number = packed.get(piece.id)
    return {
      ...{ order_item_id: piece.id, order_id: order.id, sku: piece.line.code, shop_sku: `${piece.line.code}-PH` },
      ...{ sku_id: piece.line.listingId, product_id: piece.line.parentId, name: piece.line.title, variation: '' },
      ...{ item_price: money(piece.line.price), paid_price: money(piece.line.price), currency: order.currency },
      ...{ status: statusOf(order, piece, number !== undefined), order_type: 'Normal', delivery_option_sof: '1' },
      ...{ is_fbl: '0', is_digital: '0', package_id: number ?? '', tracking_code: number ? `SOF${number}` : '' },
      ...{ sla_time_stamp: order.shipBy === undefined ? '' : iso(order.shipBy), updated_at: local(order.updatedAt) },
      payment_time: order.paidAt === undefined ? '' : String(order.paidAt),
      ...{ need_cancel_confirm: asked(order), is_cancel_pending: 'false' },
    }
  })
}

export const detail = (order: Order, world: World): Record<string, unknown> => {
  const { name, phone, country, province, city, district, address, zip } = order.receiver
  const packed = packedOf(order, world)
  const statuses = new Set(piecesOf(order, world).map((piece) => statusOf(order, piece, packed.has(piece.id))))
  return {
    ...order.custom,
    ...{ order_id: order.id, order_number: order.id, created_at: local(order.createdAt) },
    ...{ updated_at: local(order.updatedAt), price: money(order.total), voucher: '0.00', shipping_fee: '0.00' },
    ...{ payment_method: order.payment === 'cod' ? 'COD' : 'MIXEDCARD', statuses: [...statuses] },
    ...{ buyer_note: order.buyerNote, remarks: order.sellerNote, items_count: String(order.lines.length) },
    ...{ need_cancel_confirm: asked(order), is_cancel_pending: 'false' },
    address_shipping: {
      ...{ first_name: name, last_name: '', phone, phone2: '', address1: address, address2: '' },
      ...{
        address3: province,
        address4: city,
        address5: district,
        city: `${province}-${city}`,
        post_code: zip,
        country,
      },
    },
  }
}
