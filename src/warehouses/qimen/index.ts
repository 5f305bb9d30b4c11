/** 奇门: one standard between ERPs and warehouse systems, spoken through Taobao's gateway by most cloud warehouses in China. */
import { xml } from '../../wire/ack.ts'
import { topSpi } from '../../wire/top-signature.ts'
import { xml as document } from '../../wire/xml.ts'
import { built, defineWarehouse } from '../warehouse.ts'
import { CARRIERS } from './codes.ts'
import { normalize } from './normalize.ts'
import { outbound } from './outbound.ts'
import { Message, methodOf, topicOf } from './schema.ts'
import { Credentials, Options, Settings } from './settings.ts'

const says = (status: number, flag: 'success' | 'failure', code: string, message: string) =>
  xml(status, document('response', { flag, code, message }))

const STALE_MS = 600_000

export const qimen = defineWarehouse({
  id: 'qimen',
  name: { zh: '奇门', en: 'Qimen' },
  docs: 'https://open.taobao.com/api.htm?docId=26002&docType=2',
  proof: {
    live: false,
    restsOn: "copies of the API's own metadata, the official SDK's signature check, digests computed by others",
  },
  baseUrl: 'https://qimen.api.taobao.com/router/qimen/service',
  credentials: Credentials,
  settings: Settings,
  receiverKinds: (settings) => Options.parse(settings).receiverKinds,
  cod: (settings) => Options.parse(settings).cod,
  capabilities: {
    ...built('push', 'place', 'query', 'cancel', 'stock', 'stockReport', 'item', 'severalPackages', 'shortShip'),
    poll: { none: "the standard's messages are pushed; its queries name one document or SKU each (its metadata)" },
    ...built('receipts', 'returns', 'intercept'),
    batchPlace: {
      notBuilt:
        'the yes to deliveryorder.batchcreate says only that the batch was taken, and each result comes later by batchcreate.answer: a job is one document with one answer',
    },
  },
  waybill: 'warehouse',
  cancel: 'sync',
  deduplicates: false,
  settleMs: 1_200_000,
  timeoutMs: 30_000,
  carriers: CARRIERS,
  connectionKey: { field: 'customerId', of: (url) => url.searchParams.get('customerId') ?? undefined },
  inbound: {
    format: 'xml',
    signature: topSpi({ maxAgeMs: STALE_MS }),
    staleMs: STALE_MS,
    deliveryId: () => undefined,
    bodyIsUnique: true,
    topic: (request) => topicOf(request.url),
    schema: Message,
    normalize,
    // The WMS may ask for a receiver in plain text by an oaid. We hold none: no, whoever asks.
    challenge: (request) =>
      methodOf(request.url) === 'receiverinfo.query'
        ? says(200, 'failure', 'receiver-not-held', 'receivers are not held in plain text here')
        : undefined,
    ack: {
      accepted: says(200, 'success', '0', 'ok'),
      refused: says(401, 'failure', 'sign-check-failure', 'Illegal request'),
    },
  },
  outbound,
})
