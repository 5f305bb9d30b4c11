/** Whose is the thing that a path names? Asked only for tokens of all merchants: to any other, what is not its own is not there. */
import { laneOf, parseDocument } from '../domain/document.ts'
import { type Db, one, orNull } from '../store/rows.ts'
import type { OwnerOf } from './call.ts'

type Table = 'apps' | 'shops' | 'warehouses' | 'trackers' | 'alerts' | 'orders' | 'exceptions' | 'operations'

const owned = async (db: Db, table: Table, id: string): Promise<string | undefined> =>
  orNull((await one(db, `SELECT merchant_id FROM ${table} WHERE id = ?`, id))?.merchant_id) ?? undefined

export const rowOwner =
  (table: Table): OwnerOf =>
  (db, params) =>
    owned(db, table, params.id ?? '')

/** A document number names its order. */
export const documentOwner: OwnerOf = async (db, params) => {
  const document = parseDocument(params.document ?? '')
  return document && laneOf(document.orderId) > 0 ? owned(db, 'orders', document.orderId) : undefined
}

/** `<shop id>:<the platform's own id>`. */
export const listingIdOf = (id: string): { readonly shopId: string; readonly listingId: string } => {
  const cut = id.indexOf(':')
  return { shopId: id.slice(0, Math.max(0, cut)), listingId: id.slice(cut + 1) }
}
export const listingOwner: OwnerOf = (db, params) => owned(db, 'shops', listingIdOf(params.id ?? '').shopId)

/** `<kind>:<id>:<seq>:<index>`: the message belongs to a connection. */
export const deliveryIdOf = (
  id: string,
): { readonly lane: string; readonly seq: number; readonly index: number } | undefined => {
  const [, lane, seq, index] = /^((?:shop|wh|app|tr):[\w-]+):(\d{1,15}):(\d{1,6})$/.exec(id) ?? []
  return lane === undefined ? undefined : { lane, seq: Number(seq), index: Number(index) }
}
export const deliveryOwner: OwnerOf = async (db, params) => {
  const delivery = deliveryIdOf(params.id ?? '')
  return (
    delivery &&
    (orNull((await one(db, 'SELECT merchant_id FROM lanes WHERE name = ?', delivery.lane))?.merchant_id) ?? undefined)
  )
}
