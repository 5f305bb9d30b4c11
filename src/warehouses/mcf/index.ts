/** Amazon Multi-Channel Fulfillment: orders of any shop from the seller's goods in Amazon's fulfilment centres. */
import { built, defineWarehouse } from '../warehouse.ts'
import { authorization } from './call.ts'
import { outbound, poll } from './outbound.ts'
import { Credentials, Settings } from './settings.ts'

export const mcf = defineWarehouse({
  id: 'mcf',
  name: { zh: '亚马逊多渠道配送 MCF', en: 'Amazon MCF' },
  docs: 'https://developer-docs.amazon.com/sp-api/docs/fulfillment-outbound-api',
  proof: { live: false, restsOn: "Amazon's published API models (fulfillment outbound 2020-07-01, FBA inventory v1)" },
  baseUrl: 'https://sellingpartnerapi-na.amazon.com',
  credentials: Credentials,
  settings: Settings,
  receiverKinds: () => ['plain'],
  cod: () => false,
  capabilities: {
    ...built('poll', 'place', 'query', 'cancel', 'stock', 'severalPackages', 'shortShip'),
    push: {
      notBuilt: 'FULFILLMENT_ORDER_STATUS notifications go to an SQS queue of one’s own; the list tells the same',
    },
    stockReport: {
      notBuilt: 'summaries count sales on Amazon too, and no time in them says which of our shipments they hold',
    },
    item: { none: 'goods are listed in Seller Central and sent in (API models)' },
    batchPlace: { none: 'one order a call (API model)' },
    returns: { notBuilt: 'createFulfillmentReturn' },
    receipts: { notBuilt: 'the Fulfillment Inbound API' },
    intercept: { none: 'a cancel ends at picking (FulfillmentOrderStatus in the API model)' },
  },
  waybill: 'warehouse',
  cancel: 'later',
  deduplicates: true,
  settleMs: 900_000,
  timeoutMs: 30_000,
  limits: { perSecond: 2 },
  carriers: {},
  outbound,
  poll,
  authorization,
})
