/**
 * Writes `docs/warehouse-rest.openapi.json`, the published form of the plain JSON warehouse contract, from the schemas
 * that read a warehouse's words and from those below, which say ours. `node scripts/warehouse-rest-openapi.ts`
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import * as theirs from '../src/warehouses/rest/schema.ts'

export const FILE = join(import.meta.dirname, '..', 'docs', 'warehouse-rest.openapi.json')

const Text = z.string().min(1).max(200)
const Note = z.string().optional()
const Time = z.iso.datetime()
const Money = z.object({
  amount: z.int().describe('In minor units: 1990 CNY is 19.90 yuan'),
  currency: z.string().length(3),
})

const Receiver = z.object({
  kind: Text.describe('plain, or the platform whose cipher it is'),
  name: Note,
  phone: Note,
  country: Note.describe('ISO 3166-1 alpha-2'),
  province: Note,
  city: Note,
  district: Note,
  town: Note,
  address: Note.describe('Street and number'),
  zip: Note,
  sourceOrderId: Note.describe("With a cipher: the platform's order id that it is tied to"),
  cipher: z.record(z.string(), z.string()).optional().describe("Cipher texts and tokens by the platform's own names"),
})

const Line = z.object({
  lineId: Text,
  sku: Text,
  title: z.string(),
  quantity: z.int().positive(),
  price: Money,
  itemId: Text.optional().describe('What POST /v1/items answered, if it answered one'),
})

/** What we send. Every outbound fixture of the adapter is held against these. */
export const OURS = {
  Order: z.object({
    document: Text.describe('Our number, at most 20 characters of 0-9 and A-Z. The same number is the same order'),
    platform: Text,
    shopName: z.string(),
    platformOrderId: Text,
    placedAt: Time,
    paidAt: Time.optional(),
    shipBy: Time.optional().describe('Latest time to ship'),
    collectBy: Time.optional().describe("Latest time of the carrier's first scan"),
    receiver: Receiver,
    lines: z.array(Line).min(1),
    total: Money,
    cod: Money.optional().describe('To collect from the receiver; absent: prepaid'),
    buyerNote: Note,
    sellerNote: Note,
    carrier: Text.optional(),
    custom: z.record(z.string(), z.unknown()).optional().describe('Fields of the order unknown to us, as they came'),
  }),
  Cancel: z.object({ reason: Note }),
  Item: z.object({ sku: Text, title: z.string(), barcode: Note }),
}

const THEIRS = {
  OrderTaken: theirs.OrderTaken,
  Cancelled: theirs.Cancelled,
  OrderState: theirs.OrderState,
  StockLevels: theirs.StockLevels,
  ItemTaken: theirs.ItemTaken,
  Refusal: theirs.Refusal,
}

const schemaOf = (schema: z.ZodType) => {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' })
  return rest
}

const content = (name: string) => ({ 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } })
const body = (name: string) => ({ required: true, content: content(name) })
const answer = (description: string, name: string) => ({ description, content: content(name) })
const refusal = (description: string) => answer(description, 'Refusal')
const DOCUMENT = { name: 'document', in: 'path', required: true, schema: { type: 'string' } }

const SKU = {
  name: 'sku',
  in: 'query',
  required: true,
  description: 'Repeated, at most 50',
  explode: true,
  schema: { type: 'array', items: { type: 'string' } },
}

const PATHS = {
  '/v1/orders': {
    post: {
      summary: 'Take an order',
      requestBody: body('Order'),
      responses: {
        200: answer('Taken, now or before with the same content', 'OrderTaken'),
        409: refusal('code exists: the document is there with other content'),
        422: refusal('Will not be shipped, and the code says why'),
      },
    },
  },
  '/v1/orders/{document}': {
    get: {
      summary: 'How an order stands',
      parameters: [DOCUMENT],
      responses: { 200: answer('Found', 'OrderState'), 404: refusal('code not_found: never taken') },
    },
  },
  '/v1/orders/{document}/cancel': {
    post: {
      summary: 'Stop an order',
      parameters: [DOCUMENT],
      requestBody: body('Cancel'),
      responses: {
        200: answer('Stopped, now or before; or being stopped', 'Cancelled'),
        404: refusal('code not_found: never taken'),
        409: refusal('code cannot_cancel: it will ship, or has'),
      },
    },
  },
  '/v1/stock': {
    get: {
      summary: 'Levels now; SKUs unknown there are left out',
      parameters: [SKU],
      responses: { 200: answer('Levels', 'StockLevels') },
    },
  },
  '/v1/items': {
    post: {
      summary: 'Make a SKU known, or change it',
      requestBody: body('Item'),
      responses: { 200: answer('Known', 'ItemTaken'), 422: refusal('Not accepted') },
    },
  },
}

const WEBHOOK_HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => ({
  name,
  in: 'header',
  required: true,
  schema: { type: 'string' },
}))

const webhook = (type: string) => ({
  post: {
    parameters: WEBHOOK_HEADERS,
    requestBody: body(type),
    responses: { 204: { description: 'Stored; do not send it again' }, 401: { description: 'The signature is wrong' } },
  },
})

/** The whole document. */
export const openapi = () => {
  const callbacks = Object.fromEntries(theirs.CALLBACKS.map((one) => [one.shape.type.value, one]))
  const schemas = Object.entries({ ...OURS, ...THEIRS, ...callbacks })
  return {
    openapi: '3.1.0',
    info: {
      title: 'Cangqiao plain JSON warehouse contract',
      version: '1',
      description: 'What a warehouse answers (paths) and what it calls us with (webhooks). Signing: warehouse-rest.md',
    },
    paths: PATHS,
    webhooks: Object.fromEntries(Object.keys(callbacks).map((type) => [type, webhook(type)])),
    components: { schemas: Object.fromEntries(schemas.map(([name, schema]) => [name, schemaOf(schema)])) },
  }
}

if (process.argv[1] === import.meta.filename) writeFileSync(FILE, `${JSON.stringify(openapi(), null, 2)}\n`)
