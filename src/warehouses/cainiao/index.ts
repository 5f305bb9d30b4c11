/** 菜鸟 LINK: Cainiao's message gateway, behind which its own and its partners' warehouses stand. */
import { ok } from '../../lib/result.ts'
import { xml } from '../../wire/ack.ts'
import { linkContent, linkSigned } from '../../wire/link-signature.ts'
import { xml as document } from '../../wire/xml.ts'
import { built, defineWarehouse } from '../warehouse.ts'
import { CARRIERS } from './codes.ts'
import { normalize } from './normalize.ts'
import { outbound } from './outbound.ts'
import { Message } from './schema.ts'
import { Credentials, Options, RECEIVER_KINDS, Settings } from './settings.ts'

export const cainiao = defineWarehouse({
  id: 'cainiao',
  name: { zh: '菜鸟', en: 'Cainiao LINK' },
  docs: 'https://pkg.go.dev/github.com/bububa/opentaobao/model/wms',
  proof: {
    live: false,
    restsOn: 'LINK senders and receivers of other companies, metadata of the TOP twins, digests computed by others',
  },
  baseUrl: 'https://link.cainiao.com/gateway/link.do',
  credentials: Credentials,
  settings: Settings,
  receiverKinds: () => RECEIVER_KINDS,
  cod: (settings) => Options.parse(settings).cod,
  capabilities: {
    ...built('push', 'place', 'query', 'cancel', 'stock', 'stockReport', 'severalPackages', 'shortShip'),
    poll: { notBuilt: 'wlb.wms.cainiao.bill.query lists what was modified; messages are pushed' },
    item: {
      notBuilt: 'WMS_SKU_INFO_NOTIFY goes to the warehouse; goods are made in the console, which gives the item id',
    },
    batchPlace: { none: 'a message is one order' },
    returns: { notBuilt: 'WMS_STOCK_IN_ORDER_NOTIFY with type 501' },
    receipts: { notBuilt: 'WMS_STOCK_IN_ORDER_NOTIFY and _CONFIRM' },
    intercept: { unknown: 'no message of it in the SDKs and receivers read' },
  },
  waybill: 'warehouse',
  cancel: 'sync',
  deduplicates: false,
  settleMs: 1_800_000,
  timeoutMs: 30_000,
  carriers: CARRIERS,
  inbound: {
    format: 'xml',
    signature: linkSigned(),
    deliveryId: () => undefined,
    bodyIsUnique: true,
    open: (request) => ok(linkContent(request)),
    schema: Message,
    normalize,
    ack: {
      accepted: xml(200, document('response', { success: 'true' })),
      refused: xml(401, document('response', { success: 'false', errorCode: 'S001', errorMsg: 'data_digest' })),
    },
  },
  outbound,
})
