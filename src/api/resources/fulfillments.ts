import { parseDocument } from '../../domain/document.ts'
import { listFulfillments, listShipments, orderView } from '../../store/read.ts'
import { type Call, param, route } from '../call.ts'
import { documentOwner } from '../owner.ts'
import { notFound, ok, type Reply } from '../problem.ts'
import { Only, pageOf, pageReply } from '../schema.ts'
import { Fulfillment, Shipment } from './order-schema.ts'
import { filterOf, OrderQuery } from './orders.ts'

const view = async (call: Call): Promise<Reply> => {
  const number = param(call, 'document').toUpperCase()
  const order = await orderView(call.db, call.merchantId, parseDocument(number)?.orderId ?? '')
  const found = order?.fulfillments.find((item) => item.document === number)
  return found ? ok(found) : notFound('fulfillment', param(call, 'document'))
}

export const fulfillments = [
  route({
    method: 'GET',
    path: '/fulfillments',
    summary: "发货单: one order's goods from one warehouse. `limit` counts orders",
    role: 'viewer',
    scope: 'merchant',
    query: OrderQuery,
    answers: { 200: pageOf(Fulfillment) },
    run: ({ db, merchantId, query }) =>
      pageReply(query, (page) => listFulfillments(db, filterOf(merchantId, query), page)),
  }),
  route({
    method: 'GET',
    path: '/fulfillments/{document}',
    summary: 'One fulfillment, by its document number',
    role: 'viewer',
    scope: documentOwner,
    query: Only,
    answers: { 200: Fulfillment },
    run: view,
  }),
  route({
    method: 'GET',
    path: '/shipments',
    summary: '包裹: waybills. `limit` counts orders',
    role: 'viewer',
    scope: 'merchant',
    query: OrderQuery,
    answers: { 200: pageOf(Shipment) },
    run: ({ db, merchantId, query }) =>
      pageReply(query, (page) => listShipments(db, filterOf(merchantId, query), page)),
  }),
]
