/** The warehouse at work: after a moment its documents leave in one or several parcels, and it says so. */
import { SHIP_FAULTS } from '../faults.ts'
import type { Warehouse } from '../types.ts'
import type { World } from '../world.ts'
import { get, linesOf } from './documents.ts'
import type { Document, DocumentLine, ShippedParcel } from './system.ts'

const POLL_MS = 50
const BATCH = 200

/** Works off what is due until stopped. */
export const startShipping = (world: World): (() => void) => {
  const timer = setInterval(() => {
    const due = world.store.all<{ document: number }>(
      'SELECT document FROM due WHERE at <= ? ORDER BY at LIMIT ?',
      Date.now(),
      BATCH,
    )
    for (const { document } of due) world.store.transaction(() => work(world, document))
  }, POLL_MS)
  return () => clearInterval(timer)
}

const work = (world: World, n: number): void => {
  world.store.run('DELETE FROM due WHERE document = ?', n)
  const document = get(world, n)
  const warehouse = document && world.warehouses.get(document.warehouse)
  if (!document || !warehouse || (document.status !== 'accepted' && document.status !== 'part')) return
  const struck = world.faults.strike(warehouse.id, 'ship', SHIP_FAULTS)
  if (struck.has('never-ship')) return
  if (struck.has('reject-later') && document.status === 'accepted')
    return reject(world, warehouse, document, '库存不足，拒单')
  const { packages = 1, betweenMs = 0 } = warehouse.settings.autoShip ?? {}
  const short = struck.has('short-ship') ? 1 : 0
  shipDocument(world, warehouse, document, { packages, betweenMs: short > 0 ? 0 : betweenMs, short })
}

export interface ShipSpec {
  readonly packages?: number
  readonly betweenMs?: number
  /** Pieces that are missing when it is packed. */
  readonly short?: number
}

/** The next confirm of a document: the next parcel if they leave one by one, else all at once. */
export const shipDocument = (world: World, warehouse: Warehouse, document: Document, spec: ShipSpec): void => {
  const { packages = 1, betweenMs = 0, short = 0 } = spec
  const lines = linesOf(world, document.n)
  const plan = split(lines, packages, short)
  const sent = world.store.all<{ waybill: string }>('SELECT waybill FROM parcel WHERE document = ?', document.n).length
  const chosen = betweenMs > 0 ? plan.slice(sent, sent + 1) : plan.slice(sent)
  const final = sent + chosen.length >= plan.length
  const bizId = `${document.externalId}-${sent + 1}`
  const now = Date.now()
  const parcels = chosen.map((items): ShippedParcel => ({ ...label(world, warehouse), items, bizId, at: now }))
  if (parcels.length === 0) return
  for (const parcel of parcels) book(world, document, parcel)
  world.store.run(
    'UPDATE document SET status = ?, shipped = ? WHERE n = ?',
    final ? 'shipped' : 'part',
    now,
    document.n,
  )
  if (!final) world.store.run('INSERT OR REPLACE INTO due VALUES (?, ?)', document.n, now + betweenMs)
  const shipment = { document, lines: linesOf(world, document.n), parcels, final }
  const message = world.system(warehouse).shipped(shipment, warehouse, world)
  world.post({ side: 'warehouse', target: warehouse.id, subject: `confirm:${bizId}`, message })
}

export const reject = (world: World, warehouse: Warehouse, document: Document, reason: string): void => {
  world.store.run("UPDATE document SET status = 'rejected', reason = ? WHERE n = ?", reason, document.n)
  world.store.run('DELETE FROM due WHERE document = ?', document.n)
  const rejected: Document = { ...document, status: 'rejected', reason }
  tell(world, warehouse, document, world.system(warehouse).rejectedLater(rejected, warehouse, world))
}

export const tell = (
  world: World,
  warehouse: Warehouse,
  document: Document,
  message: Parameters<World['post']>[0]['message'],
): void => world.post({ side: 'warehouse', target: warehouse.id, subject: `document:${document.n}`, message })

/** Piece by piece into so many boxes; boxes that stay empty are left out. */
const split = (
  lines: readonly DocumentLine[],
  packages: number,
  short: number,
): { sku: string; quantity: number }[][] => {
  const pieces = lines.flatMap(({ sku, quantity }) => Array.from({ length: quantity }, () => sku))
  const packed = pieces.slice(0, Math.max(1, pieces.length - short))
  const boxes = Array.from({ length: Math.max(1, Math.min(packages, packed.length)) }, () => new Map<string, number>())
  for (const [index, sku] of packed.entries()) {
    const box = boxes[index % boxes.length]
    box?.set(sku, (box.get(sku) ?? 0) + 1)
  }
  return boxes.map((box) => [...box].map(([sku, quantity]) => ({ sku, quantity })))
}

/** Numbers as carriers have them: some lead with zeros, so that nobody may read them as numbers. */
const label = (world: World, warehouse: Warehouse): { readonly waybill: string; readonly carrier: string } => {
  const n = world.store.next('waybill')
  const carriers = warehouse.settings.carriers ?? world.system(warehouse).carriers
  const carrier = carriers[n % carriers.length] ?? 'SF'
  const digits = String(n).padStart(12, '0')
  const waybill =
    carrier === 'SF'
      ? `SF1${digits}`
      : carrier === 'YTO'
        ? `YT8${digits}`
        : carrier === 'ZTO'
          ? `00${digits}`
          : `77${digits}`
  return { waybill, carrier }
}

const book = (world: World, document: Document, { waybill, carrier, items, bizId, at }: ShippedParcel): void => {
  world.store.run(
    'INSERT INTO parcel VALUES (?, ?, ?, ?, ?, ?)',
    waybill,
    document.n,
    carrier,
    JSON.stringify(items),
    bizId,
    at,
  )
  for (const { sku, quantity } of items) {
    world.store.run(
      'UPDATE document_line SET shipped = shipped + ? WHERE document = ? AND sku = ?',
      quantity,
      document.n,
      sku,
    )
    world.store.run(
      'UPDATE stock SET shipped = shipped + ? WHERE warehouse = ? AND sku = ?',
      quantity,
      document.warehouse,
      sku,
    )
  }
}

export const parcelsOf = (world: World, document: number): ShippedParcel[] =>
  world.store
    .all<{ waybill: string; carrier: string; items: string; bizId: string; at: number }>(
      'SELECT waybill, carrier, items, biz_id AS bizId, at FROM parcel WHERE document = ? ORDER BY at, waybill',
      document,
    )
    .map((row) => ({ ...row, items: JSON.parse(row.items) }))
