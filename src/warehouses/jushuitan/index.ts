/** 聚水潭 V2: an order system (ERP) that takes our orders into one of its shops and tells their waybills. */
import { built, defineWarehouse } from '../warehouse.ts'
import { authorization } from './authorization.ts'
import { outbound } from './outbound.ts'
import { poll } from './poll.ts'
import { Credentials, Settings } from './settings.ts'

export const jushuitan = defineWarehouse({
  id: 'jushuitan',
  name: { zh: '聚水潭', en: 'Jushuitan' },
  docs: 'https://openweb.jushuitan.com/dev-doc?docType=4&docId=18',
  proof: {
    live: false,
    restsOn:
      'an SDK generated from its documents (fields, states, codes), clients of others, a digest computed by others',
  },
  baseUrl: 'https://openapi.jushuitan.com',
  credentials: Credentials,
  settings: Settings,
  receiverKinds: () => ['plain'],
  cod: ({ cod }) => cod === true,
  capabilities: {
    ...built('poll', 'place', 'query', 'cancel', 'severalPackages'),
    push: { notBuilt: 'its pushes are signed with a key that everybody knows; the polls bring the same' },
    stock: { notBuilt: 'its figures span all its shops and warehouses, not the goods that we may sell' },
    stockReport: { notBuilt: 'its stock is not read, as above' },
    item: { notBuilt: 'its goods are kept in it by people' },
    batchPlace: { notBuilt: 'orders/upload takes up to 50; each order is asked for first' },
    returns: { notBuilt: 'aftersale/upload' },
    receipts: { notBuilt: 'purchase and purchasein calls' },
    intercept: { unknown: 'searched in SDKs and clients: no call that stops a parcel on its way' },
    shortShip: { none: 'it sends an order whole; what lacks is split off or cancelled there' },
  },
  waybill: 'warehouse',
  cancel: 'sync',
  deduplicates: true,
  settleMs: 600_000,
  timeoutMs: 20_000,
  limits: { perSecond: 5, perMinute: 100 },
  carriers: {},
  ownIntake: true,
  outbound,
  poll,
  authorization,
})
