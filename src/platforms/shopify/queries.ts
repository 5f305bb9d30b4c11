/** Our GraphQL documents, each with the shape of its answer; all were checked against the published schema of `API_VERSION`. */
import { z } from 'zod'
import { Id, IsoTime } from '../../wire/values.ts'
import { Fulfillment, Gid } from './schema.ts'

/** Supported for a year from the month in its name. */
export const API_VERSION = '2026-10'

export interface Document<Schema extends z.ZodType = z.ZodType> {
  readonly text: string
  readonly answer: Schema
}
const document = <Schema extends z.ZodType>(text: string, answer: Schema): Document<Schema> => ({ text, answer })
const list = <Schema extends z.ZodType>(schema: Schema) => z.object({ nodes: z.array(schema) })
const Ref = z.object({ id: z.string() })
const Done = z.unknown()
export const PageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() })

/** The aliases are the webhook's names, so that one schema reads both. A line costs 5 of the 1,000 points of one query. */
export const DETAIL = document(
  `query Detail($id: ID!, $after: String) { order(id: $id) {
    id: legacyResourceId name email tags test note phone po_number: poNumber source_name: sourceName
    created_at: createdAt updated_at: updatedAt cancelled_at: cancelledAt closed_at: closedAt processed_at: processedAt
    financial_status: displayFinancialStatus fulfillment_status: displayFulfillmentStatus currency: currencyCode
    current_total_price_set: currentTotalPriceSet { shop_money: shopMoney { amount currency_code: currencyCode } }
    total_outstanding_set: totalOutstandingSet { shop_money: shopMoney { amount currency_code: currencyCode } }
    payment_gateway_names: paymentGatewayNames note_attributes: customAttributes { name: key value }
    shipping_address: shippingAddress { name first_name: firstName last_name: lastName company phone address1 address2
      city province province_code: provinceCode zip country_code: countryCodeV2 }
    shipping_lines: shippingLines(first: 5) { nodes { title } }
    waybills: fulfillments(first: 100) { id status trackingInfo(first: 10) { number } }
    fulfillment_orders: fulfillmentOrders(first: 10) { nodes { fulfill_by: fulfillBy } }
    line_items: lineItems(first: 160, after: $after) { pageInfo { hasNextPage endCursor } nodes { id sku title variant_title: variantTitle vendor
      quantity current_quantity: currentQuantity fulfillable_quantity: unfulfilledQuantity gift_card: isGiftCard
      requires_shipping: requiresShipping properties: customAttributes { name: key value }
      variant { id: legacyResourceId } price_set: originalUnitPriceSet { shop_money: shopMoney { amount
      currency_code: currencyCode } } } } } }`,
  z.object({ order: z.looseObject({ line_items: list(z.unknown()).extend({ pageInfo: PageInfo }) }).nullable() }),
)

const Changed = z.object({ id: Id, updatedAt: IsoTime })
export const CHANGED = document(
  `query Changed($query: String!, $after: String) {
    orders(first: 100, after: $after, sortKey: UPDATED_AT, query: $query) {
      pageInfo { hasNextPage endCursor } nodes { id: legacyResourceId updatedAt } } }`,
  z.object({ orders: list(Changed).extend({ pageInfo: PageInfo }) }),
)

export const PROBE = document(
  'query Probe { shop { name } orders(first: 1) { nodes { id } } }',
  z.object({ shop: z.object({ name: z.string() }), orders: list(Ref) }),
)

const Work = Ref.extend({ status: z.string(), assignedLocation: z.object({ location: Ref.nullable() }) })
export const SHIPPED = document(
  `query Shipped($id: ID!) { order(id: $id) { fulfillments(first: 100) { id status trackingInfo(first: 10) { number } }
    fulfillmentOrders(first: 50) { nodes { id status assignedLocation { location { id } } } } } }`,
  z.object({ order: z.object({ fulfillments: z.array(Fulfillment), fulfillmentOrders: list(Work) }).nullable() }),
)

export const Left = Ref.extend({ remainingQuantity: z.int(), lineItem: z.object({ id: Gid }) })
export const LEFT = document(
  `query Left($id: ID!) { fulfillmentOrder(id: $id) { lineItems(first: 250) {
    nodes { id remainingQuantity lineItem { id } } } } }`,
  z.object({ fulfillmentOrder: z.object({ lineItems: list(Left) }) }),
)

export const FULFILL = document(
  `mutation Fulfill($input: FulfillmentInput!) {
    result: fulfillmentCreate(fulfillment: $input) { userErrors { message } } }`,
  Done,
)

export const CORRECT = document(
  `mutation Correct($id: ID!, $tracking: FulfillmentTrackingInput!, $notify: Boolean) {
    result: fulfillmentTrackingInfoUpdate(fulfillmentId: $id, trackingInfoInput: $tracking, notifyCustomer: $notify) {
      userErrors { message } } }`,
  Done,
)

export const TARGET = document(
  `query Target($variant: ID!, $location: ID) {
    productVariant(id: $variant) { inventoryItem { id } } location(id: $location) { id } }`,
  z.object({ productVariant: z.object({ inventoryItem: Ref }).nullable(), location: Ref.nullable() }),
)

/** From 2026-04 on the key is demanded, as is `changeFromQuantity` in the input. */
export const SET = document(
  `mutation Set($input: InventorySetQuantitiesInput!, $key: String!) {
    result: inventorySetQuantities(input: $input) @idempotent(key: $key) { userErrors { code message } } }`,
  Done,
)
