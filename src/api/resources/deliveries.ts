import { z } from 'zod'
import type { OrderState } from '../../domain/order-state.ts'
import { openOrder } from '../../flow/seal.ts'
import { all, json, text } from '../../store/rows.ts'
import { places } from '../../store/vault.ts'
import { type Call, param, route } from '../call.ts'
import { laneStub } from '../lanes.ts'
import { maskRaw } from '../mask.ts'
import { deliveryIdOf, deliveryOwner } from '../owner.ts'
import { notFound, ok, type Reply } from '../problem.ts'
import { Id, MerchantId } from '../schema.ts'

const Delivery = z.object({
  id: z.string(),
  connection: z.object({ kind: z.string().describe('shop, wh, app or tr (a tracker)'), id: z.string() }),
  raw: z.string().describe('Method, path and body as they came; who the buyer is and what opens doors is starred'),
})
const Query = z.strictObject({
  merchantId: MerchantId,
  orderId: Id.optional().describe("The order it is shown for: its buyer's own words are starred wherever they stand"),
})

/** A message that was passed on is sealed where it came in: by one of the merchant's connections. */
const opened = async (call: Call, lane: string, sealed: string): Promise<string | undefined> => {
  const own = call.vault.openRaw(places.raw(lane), sealed)
  if (own !== undefined) return own
  const lanes = await all(call.db, 'SELECT name FROM lanes WHERE merchant_id = ?', call.merchantId)
  for (const row of lanes) {
    const raw = call.vault.openRaw(places.raw(text(row.name)), sealed)
    if (raw !== undefined) return raw
  }
  return undefined
}

/** What this order's buyer is called and where they live, so that it is hidden even in a field nobody thought of. */
const buyersOwn = async (call: Call<z.output<typeof Query>>): Promise<readonly string[]> => {
  if (call.query.orderId === undefined) return []
  const [row] = await all(
    call.db,
    'SELECT body FROM orders WHERE id = ? AND merchant_id = ?',
    call.query.orderId,
    call.merchantId,
  )
  const order = row && json<OrderState>(row.body)
  const parts = order && openOrder(order.sealed, order.shopId, order.platformOrderId, call.vault)
  if (!parts) return []
  const { receiver, buyerNote, sellerNote, custom } = parts
  const { name, phone, address, town } = receiver.readable
  const long = [receiver.identity, receiver.cipher, custom].flatMap(texts).filter((value) => value.length >= LONG)
  return [...[name, phone, address, town, buyerNote, sellerNote].flatMap(texts), ...long]
}

/** Of tokens and unknown fields only what is no plain word. */
const LONG = 8

const texts = (value: unknown): string[] => {
  if (typeof value === 'string') return value === '' ? [] : [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : []
}

const view = async (call: Call<z.output<typeof Query>>): Promise<Reply> => {
  const id = param(call, 'id')
  const delivery = deliveryIdOf(id)
  const [mine] = delivery
    ? await all(call.db, 'SELECT name FROM lanes WHERE name = ? AND merchant_id = ?', delivery.lane, call.merchantId)
    : []
  if (!delivery || !mine) return notFound('delivery', id)
  const sealed = await laneStub(call.env, delivery.lane).raw(delivery.seq, delivery.index)
  const raw = sealed && (await opened(call, delivery.lane, sealed))
  if (!raw) return notFound('delivery', id)
  const [kind = '', connection = ''] = delivery.lane.split(':')
  return ok({ id, connection: { kind, id: connection }, raw: maskRaw(raw, await buyersOwn(call)) })
}

export const deliveries = [
  route({
    method: 'GET',
    path: '/deliveries/{id}',
    summary: 'The message behind a line of a timeline, or behind an exception; kept some days',
    role: 'operator',
    scope: deliveryOwner,
    query: Query,
    answers: { 200: Delivery },
    run: view,
  }),
]
