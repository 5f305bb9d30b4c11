import { z } from 'zod'
import { isFinal, isLive, type OrderState } from '../../domain/order-state.ts'
import type { OrderFilter } from '../../store/read.ts'
import { listOrders, orderView, searchOrders } from '../../store/read.ts'
import { json, one } from '../../store/rows.ts'
import { type Call, param, route } from '../call.ts'
import { commandOne, type Wish } from '../commands.ts'
import { rowOwner } from '../owner.ts'
import { conflict, notFound, ok, type Reply } from '../problem.ts'
import { ReceiverBody, sealedReceiver } from '../receiver.ts'
import { Id, MerchantId, Only, Paging, pageOf, pageReply, Sku } from '../schema.ts'
import { mayWaive, settled } from '../waive.ts'
import { Pending } from './operations.ts'
import { Order, OrderSummary, State } from './order-schema.ts'

const filters = {
  merchantId: MerchantId,
  shopId: Id.optional(),
  platformOrderId: Id.optional(),
  state: State.optional(),
  waybill: Id.optional(),
  document: Id.optional(),
  sku: Sku.optional().describe('Orders that have, or wait for, this SKU'),
}
export const OrderQuery = z.strictObject({ ...filters, ...Paging })
const Query = OrderQuery.extend({
  q: z
    .string()
    .max(200)
    .optional()
    .describe('One search box: order number, SKU, waybill, document number, or the last four digits of a phone'),
})

/** The store finds waybills, documents and SKUs as terms. */
export const filterOf = (merchantId: string, query: z.output<typeof OrderQuery>): OrderFilter => {
  const { shopId, platformOrderId, state, waybill, document, sku } = query
  const term =
    waybill !== undefined
      ? `w:${waybill}`
      : document !== undefined
        ? `d:${document.toUpperCase()}`
        : sku !== undefined
          ? `s:${sku}`
          : undefined
  return { merchantId, shopId, platformOrderId, state, term }
}

const list = async ({ db, vault, merchantId, query }: Call<z.output<typeof Query>>): Promise<Reply> => {
  if (query.q !== undefined)
    return ok({ items: await searchOrders(db, vault, merchantId, query.q, query.limit), nextCursor: null })
  return pageReply(query, (page) => listOrders(db, filterOf(merchantId, query), page))
}

const view = async (call: Call): Promise<Reply> => {
  const order = await orderView(call.db, call.merchantId, param(call, 'id'))
  return order ? ok(order) : notFound('order', param(call, 'id'))
}

const Act = z.strictObject({ why: z.string().trim().max(200).optional().describe("Stands on the order's timeline") })
const Answer = z.object({
  problemId: z.string().max(500).optional().describe('One problem of the order; absent: all of them'),
})
const Answering = z.strictObject({ ...Act.shape, ...Answer.shape })
const Receiving = z.strictObject({ ...Act.shape, receiver: ReceiverBody })

type Body = z.output<typeof Answering>

/** Why an action makes no sense now, or undefined. The lane decides all the same: this only answers sooner and better. */
type Check = (order: OrderState, state: z.output<typeof State>, body: Body) => Reply | undefined

const over: Check = (_, state) =>
  isFinal(state) ? conflict('id', `the order is ${state}`, 'Nothing of it can be changed any more') : undefined
const gone = (order: OrderState): boolean => {
  const live = order.fulfillments.filter(isLive)
  return live.length > 0 && live.every((item) => item.status === 'shipped')
}
const unshipped: Check = (order, state, body) =>
  over(order, state, body) ??
  (gone(order) ? conflict('id', 'everything of the order has shipped', 'Take the goods back as a return') : undefined)

const CHECKS = {
  cancel: unshipped,
  hold: (order, state, body) =>
    unshipped(order, state, body) ??
    (order.hold
      ? conflict('id', `the order is on hold already: ${order.hold.why}`, 'Nothing needs to be done')
      : undefined),
  release: (order) =>
    order.hold ? undefined : conflict('id', 'the order is not on hold', 'See its problems: each says what to do'),
  retry: (order, state, body) => over(order, state, body) ?? problemIn(order, body),
  reroute: (order, state, body) =>
    over(order, state, body) ??
    (order.fulfillments.some((item) => isLive(item) && item.packages.length === 0)
      ? undefined
      : conflict('id', 'no warehouse has goods of this order that have not shipped', 'Nothing can be moved')),
  override: (order, _, body) => problemIn(order, body) ?? waivable(order, body),
  receiver: unshipped,
} satisfies Record<string, Check>

const problemIn = (order: OrderState, { problemId }: Body): Reply | undefined =>
  problemId === undefined || order.problems.some((item) => item.id === problemId)
    ? undefined
    : conflict('problemId', 'names no open problem of this order', 'GET the order: its problems have their ids')

const waivable = (order: OrderState, { problemId }: Body): Reply | undefined => {
  const concerned = order.problems.filter((item) => problemId === undefined || item.id === problemId)
  if (concerned.length === 0) return conflict('id', 'the order has no open problem', 'Nothing needs to be overridden')
  const fixed = concerned.find((item) => !mayWaive(item.code, item.at))
  return fixed && settled(fixed)
}

const act = async <B extends z.output<typeof Act>>(
  call: Call<unknown, B>,
  action: keyof typeof CHECKS,
  more: (order: OrderState) => Partial<Wish> | Reply = () => ({}),
): Promise<Reply> => {
  const row = await one(
    call.db,
    'SELECT state, seq, body FROM orders WHERE id = ? AND merchant_id = ?',
    param(call, 'id'),
    call.merchantId,
  )
  if (!row) return notFound('order', param(call, 'id'))
  const order = json<OrderState>(row.body)
  const body: Body = call.body
  const refused = CHECKS[action](order, row.state as z.output<typeof State>, body)
  if (refused) return refused
  const extra = more(order)
  if ('status' in extra) return extra
  const target = {
    id: order.id,
    shopId: order.shopId,
    seq: Number(row.seq),
    ...(body.problemId !== undefined && { problemId: body.problemId }),
  }
  return commandOne(call, target, { action, ...(body.why && { why: body.why }), ...extra })
}

const owner = rowOwner('orders')
const answers = { 200: z.object({ status: z.literal('done'), order: Order }), 202: Pending }

const action = (
  name: 'cancel' | 'hold' | 'release' | 'retry' | 'reroute' | 'override',
  summary: string,
  body: typeof Act | typeof Answering,
) =>
  route({
    method: 'POST',
    path: `/orders/{id}/${name}`,
    summary,
    role: 'operator',
    scope: owner,
    body,
    answers,
    current: view,
    run: (call) => act(call, name),
  })

export const orders = [
  route({
    method: 'GET',
    path: '/orders',
    summary: 'Orders, newest first within a shop',
    role: 'viewer',
    scope: 'merchant',
    query: Query,
    answers: { 200: pageOf(OrderSummary) },
    run: list,
  }),
  route({
    method: 'GET',
    path: '/orders/{id}',
    summary: 'One order with lines, fulfillments, shipments, problems and timeline',
    role: 'viewer',
    scope: owner,
    query: Only,
    answers: { 200: Order },
    run: view,
  }),
  action('cancel', 'Cancels it here: warehouses are stopped, stock is freed', Act),
  action('hold', '挂起: nothing more of it is sent', Act),
  action('release', '放行: takes it off hold', Act),
  action('retry', 'Looks at it again: what failed is tried anew, what may have happened is asked for first', Answering),
  action('reroute', 'Moves what has not shipped to another warehouse, on your word that the first will not ship', Act),
  action('override', 'Goes on although the problem stands', Answering),
  route({
    method: 'POST',
    path: '/orders/{id}/receiver',
    summary: 'Completes or replaces the receiver',
    role: 'operator',
    scope: owner,
    body: Receiving,
    answers,
    current: view,
    run: (call) =>
      act(call, 'receiver', (order) => ({ receiver: sealedReceiver(call.vault, order, call.body.receiver) })),
  }),
]
