/** Documents and goods of a warehouse: what both systems do alike. Counted in tables, so that an auditor can add up. */
import type { Order, Receiver, Shop, Warehouse } from '../types.ts'
import type { World } from '../world.ts'
import type { Document, DocumentLine, Level } from './system.ts'

export interface Incoming {
  readonly number: string
  readonly lines: readonly { readonly sku: string; readonly quantity: number; readonly itemId: string }[]
  /** Every text of the receiver, by its field. */
  readonly receiver: Readonly<Record<string, string>>
  readonly kind: string
  /** Where the platform's order number may stand. */
  readonly orderHints: readonly string[]
  readonly extra: unknown
}

export type PlaceRefusal =
  | 'number_missing'
  | 'empty'
  | 'stars'
  | 'receiver_kind'
  | 'receiver_missing'
  | 'sku_unknown'
  | 'item_id'
export type Placed =
  | { readonly outcome: 'placed'; readonly document: Document }
  | { readonly outcome: 'repeat'; readonly document: Document; readonly same: boolean }
  | { readonly outcome: 'refused'; readonly refusal: PlaceRefusal; readonly detail: string }

const COLUMNS = 'n, warehouse, number, external_id AS externalId, order_id AS orderId, status, extra, placed, reason'

export const place = (world: World, warehouse: Warehouse, incoming: Incoming): Placed => {
  const refusal = check(world, warehouse, incoming)
  if (refusal) {
    if (refusal[0] === 'stars') world.store.count(warehouse.id, 'stars')
    world.store.count(warehouse.id, `refused_${refusal[0]}`)
    return { outcome: 'refused', refusal: refusal[0], detail: refusal[1] }
  }
  const before = find(world, warehouse, incoming.number)
  if (before && warehouse.settings.deduplicates !== false) {
    world.store.run('UPDATE document SET repeats = repeats + 1 WHERE n = ?', before.n)
    return { outcome: 'repeat', document: before, same: isSame(world, before, incoming) }
  }
  return { outcome: 'placed', document: write(world, warehouse, incoming) }
}

const check = (world: World, warehouse: Warehouse, incoming: Incoming): [PlaceRefusal, string] | undefined => {
  const { settings } = warehouse
  if (!incoming.number) return ['number_missing', '']
  if (incoming.lines.length === 0 || incoming.lines.some(({ sku, quantity }) => !sku || !(quantity > 0)))
    return ['empty', '']
  const starred = Object.entries(incoming.receiver).find(([, text]) => hasStar(text))
  if (starred) return ['stars', starred[0]]
  if (!Object.values(incoming.receiver).some(Boolean)) return ['receiver_missing', '']
  if (!(settings.receiverKinds ?? ['plain']).includes(incoming.kind)) return ['receiver_kind', incoming.kind]
  return checkItems(world, warehouse, incoming)
}

const checkItems = (world: World, warehouse: Warehouse, { lines }: Incoming): [PlaceRefusal, string] | undefined => {
  const hasList = world.store.one('SELECT 1 FROM stock WHERE warehouse = ? LIMIT 1', warehouse.id) !== undefined
  for (const { sku, itemId } of lines) {
    const item = world.store.one<{ id: string }>(
      'SELECT item_id AS id FROM stock WHERE warehouse = ? AND sku = ?',
      warehouse.id,
      sku,
    )
    if (!item && (warehouse.settings.knowsItems ?? hasList)) return ['sku_unknown', sku]
    if (item?.id && item.id !== itemId) return ['item_id', sku]
  }
  return undefined
}

/** 抖店's cipher texts have a `*` of their own; a mask is a `*` anywhere else. */
const hasStar = (text: string): boolean => /[*＊]/.test(text.replace(/##[^\s#]+#\d##|\$\$[^\s$]+\$\d\$\$/g, ''))

const write = (world: World, warehouse: Warehouse, incoming: Incoming): Document =>
  world.store.transaction(() => {
    const now = Date.now()
    const order = incoming.orderHints.map((hint) => world.order(hint)).find(Boolean)
    const externalId = `WMS${world.store.next('document')}`
    const n = world.store.run(
      `INSERT INTO document (warehouse, number, external_id, order_id, status, receiver_kind, receiver, extra, placed)
       VALUES (?, ?, ?, ?, 'accepted', ?, ?, ?, ?)`,
      warehouse.id,
      incoming.number,
      externalId,
      order?.id ?? '',
      incoming.kind,
      order ? (isTheirs(world, order, incoming.receiver) ? 'right' : 'wrong') : 'unknown',
      JSON.stringify(incoming.extra),
      now,
    )
    for (const { sku, quantity } of incoming.lines)
      world.store.run(
        'INSERT INTO document_line (document, sku, quantity) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity',
        n,
        sku,
        quantity,
      )
    const { autoShip } = warehouse.settings
    if (autoShip) world.store.run('INSERT INTO due VALUES (?, ?)', n, now + autoShip.afterMs)
    return get(world, n) as Document
  })

/** Is this the buyer of that order? By phone, or by the phone's cipher; a former address counts too. */
const isTheirs = (world: World, order: Order, receiver: Readonly<Record<string, string>>): boolean => {
  const shop = world.shops.get(order.shopId)
  const digits = (text: string): string => text.replace(/\D/g, '')
  const given = Object.values(receiver)
  return [order.receiver, ...order.formerReceivers].some(
    (each: Receiver) =>
      given.some((text) => text.length < 40 && digits(text) === digits(each.phone)) ||
      (shop !== undefined && tokensOf(world, shop, { ...order, receiver: each }).some((one) => given.includes(one))),
  )
}

const tokensOf = (world: World, shop: Shop, order: Order): readonly string[] =>
  world.platform(shop).tokens?.(order, shop) ?? []

const isSame = (world: World, document: Document, incoming: Incoming): boolean => {
  const wanted = new Map<string, number>()
  for (const { sku, quantity } of incoming.lines) wanted.set(sku, (wanted.get(sku) ?? 0) + quantity)
  const lines = linesOf(world, document.n)
  return lines.length === wanted.size && lines.every(({ sku, quantity }) => wanted.get(sku) === quantity)
}

export const get = (world: World, n: number): Document | undefined =>
  world.store.one<Document>(`SELECT ${COLUMNS} FROM document WHERE n = ?`, n)

export const find = (world: World, warehouse: Warehouse, number: string): Document | undefined =>
  world.store.one<Document>(
    `SELECT ${COLUMNS} FROM document WHERE warehouse = ? AND number = ? ORDER BY n DESC LIMIT 1`,
    warehouse.id,
    number,
  )

export const linesOf = (world: World, document: number): DocumentLine[] =>
  world.store.all<DocumentLine>('SELECT sku, quantity, shipped FROM document_line WHERE document = ?', document)

/** Every live document of the number, for the warehouse that made two does not know better. */
export const cancel = (world: World, warehouse: Warehouse, number: string): 'cancelled' | 'not_found' | 'shipped' =>
  world.store.transaction(() => {
    const documents = world.store.all<{ n: number; status: string }>(
      'SELECT n, status FROM document WHERE warehouse = ? AND number = ?',
      warehouse.id,
      number,
    )
    if (documents.length === 0) return 'not_found'
    if (documents.some(({ status }) => status === 'part' || status === 'shipped')) return 'shipped'
    for (const { n } of documents) {
      world.store.run(
        "UPDATE document SET status = 'cancelled', cancelled = coalesce(cancelled, ?) WHERE n = ? AND status = 'accepted'",
        Date.now(),
        n,
      )
      world.store.run('DELETE FROM due WHERE document = ?', n)
    }
    return 'cancelled'
  })

/** Levels of everything that it was told of; of a SKU without a count only the frozen part is known. */
export const levels = (world: World, warehouse: string): (Level & { readonly counted: boolean })[] => {
  const frozen = new Map(
    world.store
      .all<{ sku: string; quantity: number }>(
        `SELECT l.sku, sum(l.quantity - l.shipped) AS quantity FROM document d JOIN document_line l ON l.document = d.n
         WHERE d.warehouse = ? AND d.status IN ('accepted', 'part') GROUP BY l.sku`,
        warehouse,
      )
      .map(({ sku, quantity }) => [sku, quantity]),
  )
  return world.store
    .all<{ sku: string; itemId: string; received: number | null; shipped: number }>(
      'SELECT sku, item_id AS itemId, received, shipped FROM stock WHERE warehouse = ?',
      warehouse,
    )
    .map(({ sku, itemId, received, shipped }) => ({
      sku,
      itemId,
      counted: received !== null,
      onHand: (received ?? 0) - shipped,
      frozen: frozen.get(sku) ?? 0,
    }))
}

export const knowItem = (world: World, warehouse: string, sku: string, itemId = ''): void => {
  world.store.run(
    `INSERT INTO stock (warehouse, sku, item_id) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET item_id = CASE WHEN excluded.item_id = '' THEN item_id ELSE excluded.item_id END`,
    warehouse,
    sku,
    itemId,
  )
}

/** The first count, and every receipt or loss after it. */
export const receive = (world: World, warehouse: string, sku: string, delta: number, reason: string): number => {
  knowItem(world, warehouse, sku)
  world.store.run(
    'UPDATE stock SET received = coalesce(received, 0) + ? WHERE warehouse = ? AND sku = ?',
    delta,
    warehouse,
    sku,
  )
  return world.store.run(
    'INSERT INTO movement (warehouse, sku, delta, reason, at) VALUES (?, ?, ?, ?, ?)',
    warehouse,
    sku,
    delta,
    reason,
    Date.now(),
  )
}
