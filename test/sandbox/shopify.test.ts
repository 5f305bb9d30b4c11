import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { read } from '../../sandbox/json.ts'
import { shopify } from '../../sandbox/signatures.ts'
import { type Bench, callShopify, SHOPIFY, startBench, until } from './support.ts'

let bench: Bench
let base: string
beforeAll(async () => {
  bench = await startBench({ status: 200, body: '' })
  await bench.client.putShop({
    id: 'sp',
    platform: 'shopify',
    hookUrl: bench.hook.url,
    credentials: SHOPIFY,
    listings: [{ code: 'MUG', quantity: 20, price: 2500 }],
  })
  base = bench.client.shopBaseUrl('sp')
})
afterAll(() => bench.close())

const place = async (more: object = {}): Promise<string> =>
  (await bench.client.placeOrders({ shopId: 'sp', count: 1, lines: [{ sku: 'MUG', quantity: 2 }], ...more })).ids[0] ??
  ''
const pushed = (id: string, topic: string) =>
  bench.hook.taken.find(({ headers, body }) => headers['x-shopify-topic'] === topic && body.includes(id))

it('pushes the whole order, signed, with ids beyond 2^53', async () => {
  const id = await place()
  await until(() => pushed(id, 'orders/create') !== undefined)
  const push = pushed(id, 'orders/create')
  expect(push?.headers).toMatchObject({
    'x-shopify-hmac-sha256': shopify('hush', push?.body ?? ''),
    'x-shopify-shop-domain': 'sp.myshopify.com',
  })
  expect(push?.body).toContain(`"id":${id},`)
  expect(read(push?.body ?? '')).toMatchObject({
    id,
    financial_status: 'paid',
    total_price: '50.00',
    line_items: [{ sku: 'MUG', quantity: 2, current_quantity: 2 }],
    shipping_address: { country_code: 'US' },
  })
  await bench.client.perform(id, 'complete')
  await until(() => pushed(id, 'refunds/create') !== undefined && pushed(id, 'orders/updated') !== undefined)
  expect(read(pushed(id, 'refunds/create')?.body ?? '')).toMatchObject({
    order_id: id,
    refund_line_items: [{ quantity: 2, restock_type: 'cancel' }],
  })
  await bench.client.perform(id, 'cancel')
  await until(() => pushed(id, 'orders/cancelled') !== undefined)
})

describe('the Admin API', () => {
  it('wants its token', async () => {
    const said = await callShopify(base, '{ shop { name } }', {}, 'shpat_2')
    expect(said).toMatchObject({ status: 401, body: { errors: expect.stringContaining('Invalid API key') } })
  })

  it('tells an order and its fulfillment orders', async () => {
    const id = await place()
    const source = `query($id: ID!) { order(id: $id) { legacyResourceId displayFinancialStatus shippingAddress { countryCodeV2 }
      lineItems(first: 5) { nodes { id sku currentQuantity variant { inventoryItem { id } } } }
      fulfillmentOrders(first: 5) { nodes { id status assignedLocation { location { id } } lineItems(first: 5) { nodes { id remainingQuantity lineItem { id } } } } } } }`
    const { body } = await callShopify(base, source, { id: `gid://shopify/Order/${id}` })
    expect(body.data.order).toMatchObject({
      legacyResourceId: id,
      displayFinancialStatus: 'PAID',
      lineItems: { nodes: [{ sku: 'MUG', currentQuantity: 2 }] },
    })
    expect(body.data.order.fulfillmentOrders.nodes).toMatchObject([
      { status: 'OPEN', lineItems: { nodes: [{ remainingQuantity: 2 }] } },
    ])
    expect(body.extensions.cost.throttleStatus.maximumAvailable).toBe(2000)
    expect((await callShopify(base, source, { id: 'gid://shopify/Order/1' })).body.data.order).toBeNull()
  })

  const FULFILL = `mutation($fulfillment: FulfillmentInput!) { fulfillmentCreate(fulfillment: $fulfillment) { fulfillment { id status } userErrors { field message } } }`
  const fulfillment = (id: string, line: string, quantity: number, number: string) => ({
    fulfillment: {
      lineItemsByFulfillmentOrder: [
        {
          fulfillmentOrderId: `gid://shopify/FulfillmentOrder/${id}1`,
          fulfillmentOrderLineItems: [{ id: `gid://shopify/FulfillmentOrderLineItem/${line}1`, quantity }],
        },
      ],
      trackingInfo: { number, company: 'UPS' },
    },
  })

  it('fulfills in parts, and no more than is left', async () => {
    const id = await place()
    const line = (await bench.client.order(id)).lines[0]?.id ?? ''
    const made = async (quantity: number, number: string) =>
      (await callShopify(base, FULFILL, fulfillment(id, line, quantity, number))).body.data.fulfillmentCreate
    expect(await made(1, '1Z1')).toMatchObject({ fulfillment: { status: 'SUCCESS' }, userErrors: [] })
    expect((await made(2, '1Z2')).userErrors).toMatchObject([
      { message: 'Invalid fulfillment order line item quantity requested.' },
    ])
    // Shopify does not look whether a tracking number is new: the audit does.
    expect((await made(1, '1Z1')).userErrors).toEqual([])
    const order = await bench.client.order(id)
    expect(order.lines[0]?.shipped).toBe(2)
    expect((await bench.client.audit()).waybillsTwice).toEqual([{ waybill: '1Z1', orderIds: [id], effects: 2 }])
    const { body } = await callShopify(
      base,
      'query($id: ID!) { order(id: $id) { displayFulfillmentStatus fulfillments(first: 5) { status trackingInfo(first: 1) { number } } } }',
      { id: `gid://shopify/Order/${id}` },
    )
    expect(body.data.order).toMatchObject({
      displayFulfillmentStatus: 'FULFILLED',
      fulfillments: [{ status: 'SUCCESS', trackingInfo: [{ number: '1Z1' }] }],
    })
  })

  const SET = `mutation($input: InventorySetQuantitiesInput!, $key: String!) { inventorySetQuantities(input: $input) @idempotent(key: $key) { inventoryAdjustmentGroup { id } userErrors { code message } } }`
  it('sets stock under an idempotency key, whose repeat changes nothing', async () => {
    const item = bench.sandbox.world.listings('sp')[0]?.parent ?? ''
    const input = (quantity: number, more: object = { changeFromQuantity: null }) => ({
      name: 'available',
      reason: 'correction',
      quantities: [
        {
          inventoryItemId: `gid://shopify/InventoryItem/${item}`,
          locationId: 'gid://shopify/Location/655441491',
          quantity,
          ...more,
        },
      ],
    })
    const set = async (quantity: number, key: string, more?: object) =>
      (await callShopify(base, SET, { input: input(quantity, more), key })).body
    expect((await set(9, 'k1')).data.inventorySetQuantities.userErrors).toEqual([])
    await bench.client.placeOrders({ shopId: 'sp', count: 1, lines: [{ sku: 'MUG', quantity: 1 }] })
    expect((await set(9, 'k1')).data.inventorySetQuantities.userErrors).toEqual([])
    const quantity = async () => (await bench.client.summary()).shops[0]?.listings.MUG
    expect(await quantity()).toBe(8)
    expect((await set(5, 'k1')).data.inventorySetQuantities.userErrors).toMatchObject([
      { code: 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH' },
    ])
    expect((await set(5, 'k2', { changeFromQuantity: 3 })).data.inventorySetQuantities.userErrors).toMatchObject([
      { code: 'CHANGE_FROM_QUANTITY_STALE' },
    ])
    expect((await set(5, 'k3', {})).errors[0].message).toContain('changeFromQuantity')
    const bare = await callShopify(base, SET.replace('@idempotent(key: $key)', ''), { input: input(5), key: 'k4' })
    expect(bare.body.errors[0].message).toBe(
      'The @idempotent directive is required for this mutation but was not provided.',
    )
    expect(await quantity()).toBe(8)
  })

  it('finds what a stock push and a poll ask for', async () => {
    const listing = bench.sandbox.world.listings('sp')[0]
    const { body } = await callShopify(
      base,
      'query($variant: ID!, $location: ID) { productVariant(id: $variant) { inventoryItem { id } } location(id: $location) { id } }',
      { variant: `gid://shopify/ProductVariant/${listing?.id}`, location: null },
    )
    expect(body.data).toEqual({
      productVariant: { inventoryItem: { id: `gid://shopify/InventoryItem/${listing?.parent}` } },
      location: { id: 'gid://shopify/Location/655441491' },
    })
    const query = `updated_at:>='${new Date(0).toISOString()}' AND updated_at:<'${new Date(Date.now() + 1000).toISOString()}'`
    const polled = await callShopify(
      base,
      'query($query: String!) { orders(first: 2, sortKey: UPDATED_AT, query: $query) { pageInfo { hasNextPage endCursor } nodes { legacyResourceId } } }',
      { query },
    )
    expect(polled.body.data.orders).toMatchObject({ pageInfo: { hasNextPage: true, endCursor: '1' }, nodes: [{}, {}] })
  })
})
