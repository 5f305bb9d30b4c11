/** 顺丰云仓's words for carriers and states, and ours. */
import type { FulfillmentStatus } from '../../domain/fulfillment.ts'
import { own } from '../../lib/own.ts'

/** Our carrier code → its Chinese name. */
export const CARRIERS: Readonly<Record<string, string>> = {
  ...{ SF: '顺丰速运', STO: '申通快递', YTO: '圆通快递', ZTO: '中通快递', YUNDA: '韵达快递', JD: '京东快递' },
  ...{ EMS: '中国邮政', HTKY: '汇通快递', DBKD: '德邦快递', JTSD: '极兔速递' },
}

/** Names vary (顺丰, 顺丰速运, 顺丰速递): what one contains decides. */
const NAMES: readonly (readonly [part: string, code: string])[] = [
  ['顺丰', 'SF'],
  ['申通', 'STO'],
  ['圆通', 'YTO'],
  ['中通', 'ZTO'],
  ['韵达', 'YUNDA'],
  ['京东', 'JD'],
  ['邮政', 'EMS'],
  ['EMS', 'EMS'],
  ['汇通', 'HTKY'],
  ['百世', 'HTKY'],
  ['德邦', 'DBKD'],
  ['极兔', 'JTSD'],
]

/** Some warehouses report codes; CP is 顺丰 itself. What no table knows goes on as it is. */
export const carrierOf = (name: string | undefined): string => {
  const said = name ?? '顺丰'
  return said === 'CP' ? 'SF' : (NAMES.find(([part]) => said.includes(part))?.[1] ?? said)
}

/** `DataStatus`, `OrderStatus` and the `Status` of a step. The 2xxx and 3xxx below come from the carrier's scans. */
const STATES: Readonly<Record<string, FulfillmentStatus>> = {
  '1100': 'accepted', // 已接单
  '1400': 'cancelled', // 已取消
  '1600': 'accepted', // 已提交仓库
  '1700': 'accepted', // 已下发WMS
  '2000': 'picking', // 仓库准备中
  '2300': 'picking', // 拣货中
  '2400': 'packed', // 已检验打包
  '2900': 'shipped', // 已出库
  '3900': 'shipped', // 已发货
  '3002': 'shipped', // 快递已揽收
  '3003': 'shipped', // 快递已揽收
  '2001': 'shipped', // 中转分拣
  '2002': 'shipped', // 到达网点
  '2006': 'shipped', // 派件中
  '2009': 'shipped', // 运输中
  '2003': 'delivered', // 已签收
}

export const stateOf = (status: string): FulfillmentStatus | undefined => own(STATES, status)
