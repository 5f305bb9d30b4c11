import { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { done, type Failure, failure } from '../../wire/answer.ts'
import { canonicalJson } from '../../wire/canonical-json.ts'
import { Id, optional } from '../../wire/values.ts'
import { grouped, type PieceUnit, piecesFor } from '../pieces.ts'
import type { ShipPackage, ShipSubject } from '../platform.ts'
import { ask, Yes } from './call.ts'
import { refusedPart } from './codes.ts'
import { isOurs, isOwnFleet, type LazadaPiece, piecesOf } from './normalize.ts'
import { fetchedItems } from './order.ts'

/**
 * Lazada gives every package a number of its own and takes none of ours: it is told that pieces have left, never with
 * which waybill. What is told is seen by the state of the pieces alone.
 * https://open.lazada.com/apps/doc/doc?docId=121328
 */
export function* ship(subject: ShipSubject, shop: Connection): Conversation {
  const read = yield* fetchedItems(subject.platformOrderId, shop)
  if (read.class !== 'done') return read
  const pieces = piecesOf(read.value).filter(({ gone, item }) => !gone && isOurs(item))
  // Lazada was never told a waybill of ours, so there is none to correct.
  if (subject.replaces !== undefined)
    return pieces.some(({ item }) => item.tracking_code === subject.replaces)
      ? no('waybill_change', 'the number is Lazada’s own, and stays')
      : done(undefined)
  for (const parcel of subject.packages) {
    const label = pieces.filter(({ item }) => item.tracking_code === parcel.waybill)
    if (label.length === 0) continue
    // The warehouse has packed at Lazada itself, and its waybill is Lazada's own.
    const told = yield* readyToShip(numbersOf(label.filter(isPacked)), shop)
    if (told.class !== 'done') return told
  }
  const left = untold(subject, pieces)
  if ('class' in left) return left
  for (const { parcel, taken } of left) {
    if (!taken.every(({ item }) => isOwnFleet(item)))
      return no(
        'lazada_shipping',
        `${parcel.waybill}: the parcel leaves with Lazada’s label, made by pack and printed there`,
      )
    const told = yield* shipPieces(
      subject.platformOrderId,
      taken.filter(({ shipped }) => !shipped),
      pieces,
      shop,
    )
    if (told.class !== 'done') return told
  }
  return done(undefined)
}

const no = (code: string, detail: string): Failure => failure('rejected', false, detail, { code })
const isPacked = ({ item }: LazadaPiece): boolean => item.status.toLowerCase() === 'packed'
const numbersOf = (pieces: readonly LazadaPiece[]): readonly string[] => [
  ...new Set(pieces.flatMap(({ item }) => item.package_id ?? [])),
]

interface Left {
  readonly parcel: ShipPackage
  /** Those that have left already among them. */
  readonly taken: readonly LazadaPiece[]
}

/**
 * Each package with the pieces that are still to be told. A repeat can't be told from a further package of the same SKU:
 * so a package takes what has not left as long as there is some, and counts as told where all that is missing has left.
 * At worst a piece is called ready before its parcel is.
 */
const untold = (subject: ShipSubject, pieces: readonly LazadaPiece[]): readonly Left[] | Failure => {
  const parcels = subject.packages.filter(({ waybill }) => pieces.every(({ item }) => item.tracking_code !== waybill))
  const units = unitsOf(pieces.toSorted((a, b) => rankOf(a) - rankOf(b)))
  const found: Left[] = []
  for (const parcel of parcels) {
    const mine = piecesFor(units, parcel)
    if ('no' in mine) return mine.no
    found.push({ parcel, taken: pieces.filter(({ id }) => mine.taken.some((unit) => unit.id === id)) })
  }
  return found
}

/** What is packed already comes first, since a former attempt may have come that far; what has left comes last. */
const rankOf = (piece: LazadaPiece): number => (piece.shipped ? 2 : isPacked(piece) ? 0 : 1)

const unitsOf = (pieces: readonly LazadaPiece[]): readonly PieceUnit[] => {
  const order = new Map(pieces.map(({ id }, i) => [id, i]))
  return grouped(pieces)
    .flatMap(({ lineId, pieces: own }) =>
      own.map(({ id, item }) => ({ id, lineId, remaining: 1, parcel: item.package_id })),
    )
    .toSorted((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0))
}

/** Packs what is not packed, then says that all of it is ready. */
function* shipPieces(
  orderId: string,
  taken: readonly LazadaPiece[],
  all: readonly LazadaPiece[],
  shop: Connection,
): Conversation {
  const packed = taken.filter(isPacked)
  const numbers = numbersOf(packed)
  const strangers = all.filter(
    ({ item, id }) => numbers.includes(item.package_id ?? '') && taken.every((one) => one.id !== id),
  )
  if (strangers.length > 0)
    return no('packed_otherwise', `the package ${numbers.join()} at Lazada holds other pieces too`)
  const raw = taken.filter((piece) => !isPacked(piece)).map(({ id }) => id)
  const made = raw.length > 0 ? yield* pack(orderId, raw, shop) : done([])
  return made.class === 'done' ? yield* readyToShip([...numbers, ...made.value], shop) : made
}

const number = (id: string): bigint | string => (/^\d+$/.test(id) ? BigInt(id) : id)
const Part = { item_err_code: z.coerce.string(), msg: optional(z.string()), retry: Yes }
const Providers = z.object({ shipping_allocate_type: z.string().min(1) })
const Packed = z.object({
  pack_order_list: z.array(z.object({ order_item_list: z.array(z.object({ ...Part, package_id: optional(Id) })) })),
})

/** Local shops pack with TFS, shops across borders with NTFS: Lazada says which. */
function* pack(orderId: string, ids: readonly string[], shop: Connection): Conversation<readonly string[]> {
  const order_id = number(orderId)
  const orders = [{ order_id, order_item_ids: ids.map(number) }]
  const way = yield* ask(shop, {
    path: '/order/shipment/providers/get',
    params: { getShipmentProvidersReq: canonicalJson({ orders }) },
    ...{ post: true, data: Providers, in: 'result.data', safe: true },
  })
  if (way.class !== 'done') return way
  const { shipping_allocate_type } = way.value
  const pack_order_list = [{ order_id, order_item_list: ids.map(number) }]
  const packReq = canonicalJson({ pack_order_list, delivery_type: 'dropship', shipping_allocate_type })
  const read = yield* ask(shop, {
    path: '/order/fulfill/pack',
    params: { packReq },
    ...{ post: true, data: Packed, in: 'result.data' },
  })
  if (read.class !== 'done') return read
  const parts = read.value.pack_order_list.flatMap(({ order_item_list }) => order_item_list)
  const refused = parts.flatMap((part) => refusedPart(part) ?? [])[0]
  if (refused) return refused
  const numbers = [...new Set(parts.flatMap(({ package_id }) => package_id ?? []))]
  return numbers.length > 0 ? done(numbers) : failure('unknown', false, 'the pieces were packed into no package')
}

const Ready = z.object({ packages: z.array(z.object(Part)) })

function* readyToShip(numbers: readonly string[], shop: Connection): Conversation {
  if (numbers.length === 0) return done(undefined)
  const readyToShipReq = canonicalJson({ packages: numbers.map((package_id) => ({ package_id })) })
  const read = yield* ask(shop, {
    path: '/order/package/rts',
    params: { readyToShipReq },
    ...{ post: true, data: Ready, in: 'result.data' },
  })
  if (read.class !== 'done') return read
  return read.value.packages.flatMap((part) => refusedPart(part) ?? [])[0] ?? done(undefined)
}
