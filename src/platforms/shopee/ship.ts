import { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { done, failure } from '../../wire/answer.ts'
import { take, type Unit } from '../packing.ts'
import type { ShipPackage, ShipSubject } from '../platform.ts'
import { ask, number } from './call.ts'
import { isArranged, isSame, linesOf } from './normalize.ts'
import { fetched, naming, waybillsOf, wayOf } from './order.ts'
import { type Item, type Order, Package } from './schema.ts'

/** Waybills that are there are not sent again. Packages are made by one split, before the first of them is shipped. */
export function* ship(subject: ShipSubject, shop: Connection): Conversation {
  const read = yield* fetched(subject.platformOrderId, shop)
  if (read.class !== 'done') return read
  const order = read.value
  const shown = yield* waybillsOf(order, shop)
  if (shown.class !== 'done') return shown
  const left = subject.packages.filter(({ waybill }) => !shown.value.includes(waybill))
  if (left.length === 0) return done(undefined)
  if (subject.replaces !== undefined && shown.value.includes(subject.replaces))
    return no('waybill_change', 'Shopee takes no other waybill once a package is shipped')
  const how = yield* wayOf(order, shop)
  if (how.class !== 'done') return how
  const { way } = how.value
  if (way === undefined) return no('shopee_shipping', 'this channel ships with Shopee’s own label and number')
  const parcels = assigned(order, left)
  if ('class' in parcels) return parcels
  const packages = yield* packagesFor(order, parcels, shop)
  if (packages.class !== 'done') return packages
  for (const { waybill, naming } of packages.value) {
    const body = { order_sn: order.order_sn, ...naming, [way]: { tracking_number: waybill } }
    const told = yield* ask(shop, { path: '/logistics/ship_order', body, data: z.unknown() })
    if (told.class !== 'done') return told
  }
  return done(undefined)
}

const no = (code: string, detail: string) => failure('rejected', false, detail, { code })

/** So many pieces of one line. */
interface Piece {
  readonly item: Item
  readonly quantity: number
}
interface Parcel {
  readonly waybill: string
  readonly pieces: readonly Piece[]
}
interface ItemUnit extends Unit {
  readonly item: Item
}

/** Pieces that no arranged package holds. */
const unitsOf = (order: Order): readonly ItemUnit[] =>
  linesOf(order).map(({ lineId, item }) => {
    const gone = (order.package_list ?? []).filter(isArranged).map((one) => held(one, item))
    const remaining = item.model_quantity_purchased - gone.reduce((sum, quantity) => sum + quantity, 0)
    return { id: lineId, lineId, item, remaining }
  })

/** A package that names no quantity holds the whole line. */
const held = ({ item_list = [] }: Package, item: Item): number =>
  item_list
    .filter((one) => isSame(one, item))
    .reduce((sum, { model_quantity = item.model_quantity_purchased }) => sum + model_quantity, 0)

const assigned = (order: Order, packages: readonly ShipPackage[]): readonly Parcel[] | ReturnType<typeof no> => {
  const units = unitsOf(order)
  const parcels: Parcel[] = []
  for (const one of packages) {
    const pieces = take(units, one).map(({ unit: { item }, quantity }) => ({ item, quantity }))
    const [found, wanted] = [pieces, one.lines].map((list) => list.reduce((sum, { quantity }) => sum + quantity, 0))
    if (!found || (wanted && found !== wanted))
      return no('pieces_missing', `the package ${one.waybill} holds ${wanted || 'all'} pieces, ${found} are left`)
    parcels.push({ waybill: one.waybill, pieces })
  }
  const rest = units.flatMap(({ item, remaining }) => (remaining > 0 ? [{ item, quantity: remaining }] : []))
  return rest.length > 0 ? [...parcels, { waybill: '', pieces: rest }] : parcels
}

interface Named {
  readonly waybill: string
  readonly naming: Readonly<Record<string, string>>
}

/** Our parcels must be Shopee's packages. The last parcel may be the rest that ships later: it has no waybill. */
function* packagesFor(order: Order, parcels: readonly Parcel[], shop: Connection): Conversation<readonly Named[]> {
  const [only, ...more] = parcels
  const whole = order.package_list ?? []
  if (only && more.length === 0 && whole.length <= 1)
    return done([{ waybill: only.waybill, naming: naming(order, whole[0]?.package_number) }])
  if (order.split_up || whole.length > 1) return matched(order, parcels, whole)
  const made = yield* split(order, parcels, shop)
  return made.class === 'done' ? matched({ ...order, split_up: true }, parcels, made.value) : made
}

const matched = (order: Order, parcels: readonly Parcel[], packages: readonly Package[]) => {
  const free = packages.filter((one) => !isArranged(one))
  const named: Named[] = []
  for (const { waybill, pieces } of parcels) {
    if (waybill === '') continue
    const at = free.findIndex((one) => fits(one, pieces))
    const [found] = at < 0 ? [] : free.splice(at, 1)
    if (!found) return no('split_mismatch', `the order is split at Shopee, and not as the parcel ${waybill} is packed`)
    named.push({ waybill, naming: naming(order, found.package_number) })
  }
  return done(named)
}

const fits = ({ item_list = [] }: Package, pieces: readonly Piece[]): boolean =>
  item_list.length === pieces.length &&
  pieces.every(({ item, quantity }) => {
    const one = item_list.find((held) => isSame(held, item))
    return one !== undefined && (one.model_quantity === undefined || one.model_quantity === quantity)
  })

const Made = z.object({ package_list: z.array(Package) })

/** All goods of the order must be named. Quantities are told only where a line is parted: few shops may do that. */
function* split({ order_sn }: Order, parcels: readonly Parcel[], shop: Connection): Conversation<Package[]> {
  const package_list = parcels.map(({ pieces }) => ({
    item_list: pieces.map(({ item, quantity }) => ({
      item_id: number(item.item_id),
      model_id: number(item.model_id ?? '0'),
      ...(item.order_item_id !== undefined && { order_item_id: number(item.order_item_id) }),
      ...(item.promotion_group_id !== undefined && { promotion_group_id: number(item.promotion_group_id) }),
      ...(quantity < item.model_quantity_purchased && { model_quantity: quantity }),
    })),
  }))
  const body = { order_sn, package_list }
  const read = yield* ask(shop, { path: '/order/split_order', body, data: Made, in: 'response' })
  return read.class === 'done' ? done(read.value.package_list) : read
}
