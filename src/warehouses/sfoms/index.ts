/** 顺丰云仓: the order interface of SF's own warehouses (OMS). Not 丰桥, which is for parcels alone. */

import { ok } from '../../lib/result.ts'
import { xml } from '../../wire/ack.ts'
import { digest } from '../../wire/digest.ts'
import type { WireRequest } from '../../wire/message.ts'
import { sfCallback, sfMessage } from '../../wire/sf-signature.ts'
import { built, defineWarehouse } from '../warehouse.ts'
import { CARRIERS } from './codes.ts'
import { normalize } from './normalize.ts'
import { outbound } from './outbound.ts'
import { Message } from './schema.ts'
import { Credentials, Options, Settings } from './settings.ts'

/** The answer names the service as it was called, but for the details of what has left: there without `_PUSH`. */
const accepted = (request: WireRequest) => {
  const message = sfMessage(request)
  const called = /<Request\b[^>]*\bservice="([A-Z_]+)"/.exec(message)?.[1] ?? ''
  const service = called.replace('OUTBOUND_DETAIL_PUSH', 'OUTBOUND_DETAIL')
  const element = /<Body>\s*<(\w+)Request\b/.exec(message)?.[1] ?? ''
  const result = element && `<${element}Response><Result>1</Result><Note></Note></${element}Response>`
  return xml(200, `<Response service="${service}" lang="zh-CN"><Head>OK</Head><Body>${result}</Body></Response>`)
}

const REFUSED = '<Response service="" lang="zh-CN"><Head>ERR</Head><Error code="99999">签名验证失败</Error></Response>'

export const sfoms = defineWarehouse({
  id: 'sfoms',
  name: { zh: '顺丰云仓', en: 'SF warehouses' },
  docs: 'https://github.com/hVenus/sf-express-api-php',
  proof: { live: false, restsOn: 'a client library, four integrations that were read; a digest computed by others' },
  baseUrl: '',
  credentials: Credentials,
  settings: Settings,
  receiverKinds: () => ['plain'],
  cod: (settings) => Options.parse(settings).cod,
  capabilities: {
    ...built('push', 'place', 'query', 'cancel', 'stock', 'item', 'severalPackages', 'shortShip'),
    poll: {
      none: 'its queries name one order or SKU each; what happens is pushed (the list of services of the client library)',
    },
    stockReport: {
      notBuilt:
        'INVENTORY_CHANGE_SERVICE: of its rows no number and no time was found, so a repeat, or an order booked already, could not be told apart',
    },
    batchPlace: { notBuilt: 'SALE_ORDER_SERVICE takes several orders, but the flow places one document a call' },
    returns: { notBuilt: 'PURCHASE_ORDER_SERVICE: how a return is typed was not found' },
    receipts: {
      notBuilt: 'PURCHASE_ORDER_SERVICE: what its confirmation counts was not found in the four integrations',
    },
    intercept: { unknown: 'searched in the list of services of the client library' },
  },
  waybill: 'warehouse',
  cancel: 'sync',
  deduplicates: true,
  settleMs: 1_200_000,
  timeoutMs: 60_000,
  // 60 次/分, says an integration of 2026 that waits a second between its calls.
  limits: { perMinute: 60 },
  carriers: CARRIERS,
  inbound: {
    format: 'xml',
    signature: sfCallback(),
    deliveryId: (request) => digest('sha256', sfMessage(request), 'hex'),
    bodyIsUnique: true,
    open: (request) => ok(sfMessage(request)),
    schema: Message,
    normalize,
    ack: { accepted, refused: xml(401, REFUSED) },
  },
  outbound,
})
