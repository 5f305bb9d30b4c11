/** What we ask of 聚水潭. It updates an order that it has, so each upload is preceded by a look at what it has. */
import type { z } from 'zod'
import type { FulfillmentStatus, Package } from '../../domain/fulfillment.ts'
import { defined } from '../../lib/defined.ts'
import type { Connection } from '../../wire/adapter.ts'
import { at, done, type Failure, failure, textAt } from '../../wire/answer.ts'
import type { WireCall, WireResponse } from '../../wire/message.ts'
import { starless } from '../receiver.ts'
import { type DocumentSubject, PULLED, type WarehouseOutbound } from '../warehouse.ts'
import { ask, kindOf } from './call.ts'
import { orderOf } from './order.ts'
import { Options } from './settings.ts'
import {
  HANDED_ON,
  lacksWaybill,
  type Order,
  Orders,
  overall,
  type Parcel,
  Parcels,
  packagesOf,
  quantitiesOf,
} from './state.ts'

type Asked<T> = Generator<WireCall, { readonly value: T } | Failure, WireResponse>

export const outbound: WarehouseOutbound = {
  *place(placement, warehouse) {
    const settings = Options.parse(warehouse.settings)
    const body = orderOf(placement, settings)
    if ('class' in body) return body
    const { document, platformOrderId } = placement
    const known = yield* ordersOf(warehouse, [document, platformOrderId], false)
    if ('class' in known) return known
    const pulled = known.value.find((order) => order.so_id === platformOrderId && order.status !== 'Cancelled')
    if (pulled) return double(pulled)
    const [ours] = known.value.filter(({ so_id }) => so_id === document)
    if (ours) return failure('exists', false, `o_id ${ours.o_id}`)
    const answer = yield* ask(warehouse, '/open/jushuitan/orders/upload', [body.value], false)
    return 'class' in answer ? answer : uploaded(answer.value, document)
  },

  /** By its own numbers, all that the upload became; afterwards it is asked what came of it. */
  *cancel(subject, warehouse) {
    const known = yield* ordersOf(warehouse, [documentOf(subject)], false)
    if ('class' in known) return known
    if (known.value.length === 0) return failure('rejected', false, 'no order of this document', { code: 'not_found' })
    if (known.value.some(({ status }) => status === 'Sent'))
      return failure('rejected', false, 'it was sent already', { code: 'shipped' })
    const live = known.value.filter(({ status }) => status !== 'Cancelled' && !HANDED_ON.includes(status))
    if (live.length === 0) return stopped(known.value)
    const remark = subject.reason ? starless(subject.reason) : '商家取消'
    const body = { o_ids: live.map(({ o_id }) => Number(o_id)), cancel_type: '商家取消', remark }
    const answer = yield* ask(warehouse, '/open/jushuitan/orderbyoid/cancel', body, false)
    if ('class' in answer) return answer
    const after = yield* ordersOf(warehouse, [documentOf(subject)], true)
    return 'class' in after ? failure('unknown', false, after.detail) : stopped(after.value)
  },

  *query(subject, warehouse) {
    const document = documentOf(subject)
    const known = yield* ordersOf(warehouse, [document], true)
    if ('class' in known) return known.class === 'rejected' ? failure('retry', true, known.detail) : known
    const [first] = known.value
    if (!first) return done({ found: false as const })
    const sent = known.value.some(({ status }) => status === 'Sent' || HANDED_ON.includes(status))
    const parcels: { readonly value: readonly Parcel[] } | Failure = sent
      ? yield* parcelsOf(warehouse, document)
      : { value: [] }
    if ('class' in parcels) return parcels.class === 'rejected' ? failure('retry', true, parcels.detail) : parcels
    if (lacksWaybill(known.value, parcels.value)) return failure('retry', true, 'sent, and its waybill is not told yet')
    const packages = packagesOf(parcels.value, document)
    const externalId = first.o_id
    const quantities = quantitiesOf(known.value)
    return done(
      defined({ found: true as const, externalId, status: statusOf(known.value, packages), packages, quantities }),
    )
  },
}

/** An order that was merged into another has left when its goods are in a parcel of that one. */
const statusOf = (orders: readonly Order[], packages: readonly Package[]): FulfillmentStatus =>
  packages.length > 0 && orders.every(({ status }) => status === 'Merged') ? 'shipped' : overall(orders)

const documentOf = ({ document }: DocumentSubject): string => document

const double = (order: Order): Failure =>
  failure(
    'rejected',
    false,
    `聚水潭已自行抓取此平台订单（店铺 ${order.shop_id ?? '?'}，内部单号 ${order.o_id}），不重复推单 / the ERP has pulled this order by itself: its o_id is ${order.o_id}`,
    { code: PULLED },
  )

const stopped = (orders: readonly Order[]) =>
  overall(orders) === 'cancelled'
    ? done({ later: false })
    : failure('rejected', false, `it goes on: ${orders.map(({ status }) => status).join()}`, { code: 'not_cancelled' })

/** `code` 0 alone says nothing of the order: each has a result of its own. */
const uploaded = (data: unknown, document: string) => {
  const rows = at(data, 'datas')
  const row: unknown = Array.isArray(rows) ? rows.find((one) => textAt(one, 'so_id') === document) : undefined
  const [yes, said] = [textAt(row, 'issuccess'), textAt(row, 'msg')]
  if (yes === 'true') return done(defined({ externalId: textAt(row, 'o_id') || undefined }))
  if (yes === 'false') return failure(kindOf(said), false, said || 'refused', { code: 'upload_refused' })
  return failure('unknown', false, `no result of ${document}`)
}

/** Orders of any shop by their online numbers. */
function* ordersOf(warehouse: Connection, so_ids: readonly string[], safe: boolean): Asked<readonly Order[]> {
  const body = { so_ids, page_index: 1, page_size: 50 }
  return shapedAs(Orders, yield* ask(warehouse, '/open/orders/single/query', body, safe), safe)
}

function* parcelsOf(warehouse: Connection, document: string): Asked<readonly Parcel[]> {
  const body = { so_ids: [document], page_index: 1, page_size: 50 }
  return shapedAs(Parcels, yield* ask(warehouse, '/open/logistic/query', body, true), true)
}

/** A list that goes on behind its page is not known whole, and so not at all. */
const shapedAs = <Row>(
  schema: z.ZodType<{ has_next?: boolean | undefined; orders?: readonly Row[] | null | undefined }>,
  answer: { readonly value: unknown } | Failure,
  safe: boolean,
): { readonly value: readonly Row[] } | Failure => {
  if ('class' in answer) return answer
  const read = schema.safeParse(answer.value)
  if (!read.success) return failure('unknown', safe, `unreadable: ${JSON.stringify(answer.value)?.slice(0, 200)}`)
  if (read.data.has_next) return failure('unknown', safe, 'more orders than one page holds')
  return { value: read.data.orders ?? [] }
}
