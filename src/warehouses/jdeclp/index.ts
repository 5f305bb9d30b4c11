/** 京东云仓 ECLP, by 宙斯's routerjson gateway: 京东 pushes nothing over HTTP, so open documents and the stock flow are asked for. */
import { built, defineWarehouse } from '../warehouse.ts'
import { CARRIERS } from './codes.ts'
import { outbound } from './outbound.ts'
import { poll } from './poll.ts'
import { Credentials, Options, RECEIVER_KINDS, Settings } from './settings.ts'

export const jdeclp = defineWarehouse({
  id: 'jdeclp',
  name: { zh: '京东云仓', en: 'JD ECLP' },
  docs: 'https://open.jd.com/home/home#/doc/api?apiCateId=138&apiId=928&apiName=jingdong.eclp.order.addOrder',
  proof: {
    live: false,
    restsOn: 'two order systems that speak it, copies of the official SDKs, digests computed by others',
  },
  baseUrl: 'https://api.jd.com/routerjson',
  credentials: Credentials,
  settings: Settings,
  receiverKinds: () => RECEIVER_KINDS,
  cod: (settings) => Options.parse(settings).cod,
  capabilities: {
    ...built('poll', 'place', 'query', 'cancel', 'stock', 'stockReport', 'severalPackages', 'shortShip'),
    push: { notBuilt: "京东's WMS message client is a socket with a protocol of its own; its frames were not found" },
    item: { notBuilt: 'goods.transportGoodsInfo, which wants a category and a brand of 京东' },
    batchPlace: { notBuilt: 'order.asynAddOrder, one order a call as well' },
    returns: { notBuilt: 'rtw.transportRtw and rtw.queryRtw' },
    receipts: { notBuilt: 'po.addPoOrder and po.queryPoOrder' },
    intercept: { unknown: 'no call of it in the SDKs read' },
  },
  waybill: 'warehouse',
  cancel: 'later',
  deduplicates: false,
  settleMs: 1_800_000,
  timeoutMs: 30_000,
  carriers: CARRIERS,
  asks: { everyMs: 900_000 },
  poll,
  outbound,
})
