/** ShipBob: a 3PL with fulfilment centres in the US, Canada, the UK, the EU and Australia. */
import { empty } from '../../wire/ack.ts'
import { standardWebhook } from '../../wire/standard-webhook.ts'
import { built, defineWarehouse } from '../warehouse.ts'
import { normalize } from './normalize.ts'
import { outbound, poll } from './outbound.ts'
import { Message } from './schema.ts'
import { Credentials, Settings } from './settings.ts'

export const shipbob = defineWarehouse({
  id: 'shipbob',
  name: { zh: 'ShipBob', en: 'ShipBob' },
  docs: 'https://developer.shipbob.com/guides/build-orders-integration',
  proof: {
    live: false,
    restsOn: "the published OpenAPI of 2026-01, a public SDK's types and notes, the Standard Webhooks vector",
  },
  baseUrl: 'https://api.shipbob.com',
  credentials: Credentials,
  settings: Settings,
  receiverKinds: () => ['plain'],
  cod: () => false,
  capabilities: {
    ...built('push', 'poll', 'place', 'query', 'cancel', 'stock', 'severalPackages', 'shortShip'),
    stockReport: { none: 'no topic tells of stock (list of topics in the OpenAPI of 2026-01)' },
    item: { notBuilt: 'an order makes the products that ShipBob does not know' },
    batchPlace: { none: 'one order a call (OpenAPI of 2026-01)' },
    returns: { notBuilt: 'return.created, return.completed and POST /return' },
    receipts: { notBuilt: 'POST /receiving (warehouse receiving orders)' },
    intercept: { none: 'cancel ends at picking (developer.shipbob.com, orders)' },
  },
  waybill: 'warehouse',
  cancel: 'sync',
  deduplicates: true,
  settleMs: 600_000,
  timeoutMs: 30_000,
  limits: { perMinute: 150 },
  carriers: {},
  inbound: {
    format: 'json',
    signature: standardWebhook(),
    staleMs: 300_000,
    deliveryId: (request) => request.headers['webhook-id'],
    bodyIsUnique: false,
    topic: (request) => request.headers['x-webhook-topic'] ?? '',
    schema: Message,
    normalize,
    ack: { accepted: empty(204), refused: empty(401) },
  },
  outbound,
  poll,
})
