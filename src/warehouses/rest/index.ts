/** Our own contract, for any warehouse that has no standard of its own: plain JSON both ways. `docs/warehouse-rest.md`. */
import { z } from 'zod'
import { empty } from '../../wire/ack.ts'
import { standardWebhook } from '../../wire/standard-webhook.ts'
import { built, defineWarehouse } from '../warehouse.ts'
import { normalize } from './normalize.ts'
import { outbound } from './outbound.ts'
import { Callback } from './schema.ts'
import { Options, Settings } from './settings.ts'

/** `docs/warehouse-rest.md` */
const NONE = { none: 'our own contract has no such call' }

export const rest = defineWarehouse({
  id: 'rest',
  name: { zh: '通用 JSON 接口', en: 'Plain JSON' },
  docs: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
  proof: { live: false, restsOn: 'our own contract, docs/warehouse-rest.openapi.json' },
  baseUrl: '',
  credentials: z.object({ secret: z.string().min(1) }),
  settings: Settings,
  receiverKinds: (settings) => Options.parse(settings).receiverKinds,
  cod: (settings) => Options.parse(settings).cod,
  capabilities: {
    ...built('push', 'place', 'query', 'cancel', 'stock', 'stockReport', 'item', 'severalPackages', 'shortShip'),
    ...{ poll: NONE, batchPlace: NONE, returns: NONE, receipts: NONE, intercept: NONE },
  },
  waybill: 'warehouse',
  cancel: 'later',
  deduplicates: true,
  settleMs: 120_000,
  timeoutMs: 20_000,
  carriers: {},
  inbound: {
    format: 'json',
    signature: standardWebhook(),
    staleMs: 300_000,
    deliveryId: (request) => request.headers['webhook-id'],
    bodyIsUnique: true,
    schema: Callback,
    normalize,
    ack: { accepted: empty(204), refused: empty(401) },
  },
  outbound,
})
