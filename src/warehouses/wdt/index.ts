/** 旺店通旗舰版: an order system (ERP) that takes our orders into a shop of its own platform and keeps a list of waybills to tell. */
import { built, defineWarehouse } from '../warehouse.ts'
import { outbound } from './outbound.ts'
import { poll } from './poll.ts'
import { Credentials, Settings } from './settings.ts'

export const wdt = defineWarehouse({
  id: 'wdt',
  name: { zh: '旺店通旗舰版', en: 'Wangdiantong' },
  docs: 'https://open.wangdian.cn/qjb/open/apidoc/doc?path=sales.RawTrade.pushSelf2',
  proof: { live: false, restsOn: 'copies of its documents, SDKs, a digest that its topsdk computes too' },
  baseUrl: 'https://wdt.wangdian.cn/openapi',
  credentials: Credentials,
  settings: Settings,
  receiverKinds: () => ['plain'],
  cod: ({ cod }) => cod === true,
  capabilities: {
    ...built('poll', 'place', 'query', 'cancel'),
    push: { none: 'its documents have a list of what to tell, and no push of it' },
    stock: { notBuilt: 'its figures span all its shops and warehouses, not the goods that we may sell' },
    stockReport: { notBuilt: 'its stock is not read, as above' },
    item: { notBuilt: 'its goods are kept in it by people' },
    batchPlace: { notBuilt: 'a push takes 100 orders; each order is asked for first' },
    returns: { notBuilt: 'aftersales.refund.RawRefund.upload2' },
    receipts: { notBuilt: 'purchase and stock-in calls' },
    intercept: { unknown: 'searched in its documents and SDKs: no call that stops a parcel on its way' },
    severalPackages: {
      none: 'a line has one waybill, say its documents; only orders of several lines come in several parcels, each is booked',
    },
    shortShip: { none: 'a line has one waybill; what lacks is split off or refunded there' },
  },
  waybill: 'warehouse',
  cancel: 'later',
  deduplicates: true,
  settleMs: 600_000,
  timeoutMs: 20_000,
  limits: { perMinute: 60 },
  carriers: {},
  ownIntake: true,
  outbound,
  poll,
})
