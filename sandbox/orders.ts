/** Buyers: they order, pay, change their minds. Each deed changes the platform's order and lets the platform push it. */
import type { Happening, Pick } from './platforms/platform.ts'
import type { Line, Listing, Order, Payment, Receiver, Shop } from './types.ts'
import type { World } from './world.ts'

export interface OrderSpec {
  /** SKU or listing code → pieces. Absent: random listings of the shop. */
  readonly lines?: readonly { readonly sku: string; readonly quantity?: number; readonly gift?: boolean }[]
  /** Random lines are drawn from these. */
  readonly skus?: readonly string[]
  readonly maxLines?: number
  readonly maxQuantity?: number
  readonly payment?: Payment
  readonly receiver?: Partial<Receiver>
  readonly buyerNote?: string
  readonly sellerNote?: string
  readonly flag?: string
  readonly custom?: Readonly<Record<string, unknown>>
  /** Sell even what the listing does not show: the way to more orders than goods. */
  readonly force?: boolean
  readonly gift?: boolean
}

const NOTES = ['请发顺丰', '放门口，谢谢 🙏', '周末送', '自定义备注：生日礼物 🎂', '"引号" & <尖括号>', '']
const HOUR = 3_600_000

const pickWith =
  (random: () => number): Pick =>
  (among) => {
    const one = among[Math.floor(random() * among.length)]
    if (one === undefined) throw new Error('nothing to pick from')
    return one
  }

/** A shop's listings, read once for many orders; what is sold is taken off here and in the table. */
export type Shelf = Map<string, Listing>
export const shelfOf = (world: World, shop: Shop): Shelf =>
  new Map(world.listings(shop.id).map((listing) => [listing.code, listing]))

/** Undefined: the listings do not have that much left. */
export const placeOrder = (
  world: World,
  shop: Shop,
  spec: OrderSpec,
  { at, shelf = shelfOf(world, shop) }: { readonly at?: number | undefined; readonly shelf?: Shelf } = {},
): Order | undefined => {
  const platform = world.platform(shop)
  const pick = pickWith(world.random)
  const wanted = spec.lines ? namedLines(shelf, shop, spec) : randomLines(shelf, world, spec, pick)
  if (wanted.length === 0 || (!spec.force && !takeFrom(shelf, world, shop, wanted))) return undefined
  const now = Date.now()
  const ids = platform.ids(world.store.next(shop.platform), wanted.length)
  const payment = spec.payment ?? 'paid'
  const lines = wanted.map(
    ({ listing, quantity, gift }, index): Line => toLine(listing, quantity, gift, ids.lines[index] ?? ''),
  )
  const freight = 0
  const order: Order = {
    id: ids.order,
    shopId: shop.id,
    createdAt: now,
    updatedAt: now,
    payment,
    status: 'open',
    lines,
    receiver: { ...platform.receiver(pick), ...spec.receiver },
    formerReceivers: [],
    buyerNote: spec.buyerNote ?? pick(NOTES),
    sellerNote: spec.sellerNote ?? '',
    flag: spec.flag ?? '',
    total: lines.reduce((sum, line) => sum + line.price * line.quantity, freight),
    freight,
    currency: platform.currency,
    custom: { ...spec.custom },
  }
  if (payment === 'paid') pay(order, shop, now)
  if (payment === 'cod') order.shipBy = shipBy(shop, now)
  world.saveOrder(order)
  announce(world, shop, order, payment === 'paid' || payment === 'cod' ? 'paid' : 'created', at)
  return order
}

const toLine = (listing: Listing, quantity: number, gift: boolean, id: string): Line => ({
  id,
  listingId: listing.id,
  parentId: listing.parent,
  code: listing.code,
  title: listing.title,
  quantity,
  price: gift ? 0 : listing.price,
  gift,
  parts: listing.parts,
  shipped: 0,
})

type Wanted = { readonly listing: Listing; readonly quantity: number; readonly gift: boolean }[]

const namedLines = (shelf: Shelf, shop: Shop, { lines = [] }: OrderSpec): Wanted =>
  lines.map(({ sku, quantity = 1, gift = false }) => {
    const listing = shelf.get(sku)
    if (!listing) throw new Error(`shop ${shop.id} does not list ${sku}`)
    return { listing, quantity, gift }
  })

const randomLines = (shelf: Shelf, world: World, spec: OrderSpec, pick: Pick): Wanted => {
  const { maxLines = 2, maxQuantity = 2 } = spec
  const listings = spec.skus ? spec.skus.flatMap((sku) => shelf.get(sku) ?? []) : [...shelf.values()]
  const some = spec.force ? listings : listings.filter((each) => each.quantity > 0)
  if (some.length === 0) return []
  const count = Math.min(some.length, 1 + Math.floor(world.random() * maxLines))
  const chosen = new Set<Listing>()
  for (let i = 0; i < count * 4 && chosen.size < count; i += 1) chosen.add(pick(some))
  return [...chosen].map((listing, index) => ({
    listing,
    quantity: Math.max(
      1,
      Math.min(1 + Math.floor(world.random() * maxQuantity), spec.force ? maxQuantity : listing.quantity),
    ),
    gift: spec.gift === true && index > 0,
  }))
}

const takeFrom = (shelf: Shelf, world: World, shop: Shop, wanted: Wanted): boolean => {
  const rest = new Map(wanted.map(({ listing }) => [listing, listing.quantity]))
  for (const { listing, quantity } of wanted) rest.set(listing, (rest.get(listing) ?? 0) - quantity)
  if ([...rest.values()].some((quantity) => quantity < 0)) return false
  for (const [listing, quantity] of rest) {
    world.store.run('UPDATE listing SET quantity = ? WHERE shop = ? AND id = ?', quantity, shop.id, listing.id)
    shelf.set(listing.code, { ...listing, quantity })
  }
  return true
}

const shipBy = (shop: Shop, paidAt: number): number => paidAt + (shop.settings.shipWithinHours ?? 48) * HOUR
const pay = (order: Order, shop: Shop, now: number): void => {
  order.payment = 'paid'
  order.paidAt = now
  order.shipBy = shipBy(shop, now)
}

/** Is this an order that somebody is to ship? */
const isPayable = (order: Order): boolean =>
  order.status === 'open' &&
  (order.payment === 'paid' || order.payment === 'cod') &&
  order.refund?.status !== 'refunded'

const announce = (world: World, shop: Shop, order: Order, what: Happening, at?: number): number => {
  const messages = world.platform(shop).messages(order, shop, what, world)
  for (const message of messages)
    world.post({
      side: 'shop',
      target: shop.id,
      subject: order.id,
      message,
      payable: isPayable(order),
      ...(at === undefined ? {} : { at }),
    })
  return messages.length
}

export type Deed = 'pay' | 'cancel' | 'refund' | 'withdraw' | 'complete' | 'change'
export interface DeedSpec {
  readonly receiver?: Partial<Receiver>
  readonly sellerNote?: string
  readonly flag?: string
  readonly lineIds?: readonly string[]
  readonly reason?: string
}

/** What a buyer or a seller's clerk does to an order; the number of pushes that follow. */
export const perform = (
  world: World,
  shop: Shop,
  order: Order,
  deed: Deed,
  spec: DeedSpec,
): { readonly pushed: number } => {
  const now = Math.max(Date.now(), order.updatedAt + 1)
  order.updatedAt = now
  const what = deeds[deed](world, shop, order, spec, now)
  world.saveOrder(order)
  return { pushed: announce(world, shop, order, what) }
}

type Act = (world: World, shop: Shop, order: Order, spec: DeedSpec, now: number) => Happening

const deeds: Readonly<Record<Deed, Act>> = {
  pay: (_world, shop, order, _spec, now) => {
    pay(order, shop, now)
    return 'paid'
  },
  cancel: (world, shop, order, { reason = '不想要了' }, now) => {
    if (order.status === 'open') giveBack(world, shop, order.lines)
    order.status = 'cancelled'
    order.cancelledAt = now
    order.cancelReason = reason
    return 'cancelled'
  },
  refund: (world, _shop, order, { lineIds = [] }, now) => {
    order.refund = {
      id: String(7_000_000_000_000_000n + BigInt(world.store.next('refund'))),
      status: 'requested',
      lineIds: [...lineIds],
      at: now,
    }
    return 'refund_requested'
  },
  withdraw: (_world, _shop, order, _spec, now) => {
    if (order.refund) Object.assign(order.refund, { status: 'withdrawn', at: now })
    return 'refund_withdrawn'
  },
  complete: (world, shop, order, spec, now) => {
    if (order.refund?.status !== 'requested') deeds.refund(world, shop, order, spec, now)
    const { refund } = order
    if (refund) {
      refund.status = 'refunded'
      giveBack(
        world,
        shop,
        order.lines.filter((line) => refund.lineIds.length === 0 || refund.lineIds.includes(line.id)),
      )
    }
    return 'refunded'
  },
  change: (world, shop, order, { receiver, sellerNote, flag }) => {
    if (receiver) {
      order.formerReceivers.push(order.receiver)
      order.receiver = { ...order.receiver, ...receiver }
    } else if (sellerNote === undefined && flag === undefined) {
      order.formerReceivers.push(order.receiver)
      order.receiver = world.platform(shop).receiver(pickWith(world.random))
    }
    if (sellerNote !== undefined) order.sellerNote = sellerNote
    if (flag !== undefined) order.flag = flag
    return receiver || (sellerNote === undefined && flag === undefined) ? 'changed' : 'noted'
  },
}

/** What was not shipped may be sold again. */
const giveBack = (world: World, shop: Shop, lines: readonly Line[]): void => {
  for (const { listingId, quantity, shipped } of lines)
    world.store.run(
      'UPDATE listing SET quantity = quantity + ? WHERE shop = ? AND id = ?',
      quantity - shipped,
      shop.id,
      listingId,
    )
}
