/** FLUX's words for states, and ours. */
import type { FulfillmentStatus } from '../../domain/fulfillment.ts'
import { own } from '../../lib/own.ts'

/** Our carrier codes are those that its senders use (`YUNDA`, `SF`); what differs stands in the connection's own map. */
export const CARRIERS: Readonly<Record<string, string>> = Object.fromEntries(
  'SF STO YTO ZTO YUNDA JD EMS POSTB DBKD JTSD'.split(' ').map((code) => [code, code]),
)

/** `processStatus` of queryOrderProcess; confirmSOStatus may carry the same words. */
const STATES: Readonly<Record<string, FulfillmentStatus>> = {
  ACCEPT: 'accepted', // 仓库接单
  ALLOCATED: 'accepted', // 已分配
  '40': 'accepted', // 分配完成
  PICK: 'picking', // 捡货
  PACKAGE: 'packed', // 打包
  WEIGH: 'packed', // 称重
  FULFILLED: 'shipped', // 发货完成; the parcels are in confirmSOData, not here
  EXCEPTION: 'exception', // 异常
  CANCELED: 'cancelled', // 取消
}

/** The number 90 alone proves no cancel, since each site names its numbers: the description must say it too. */
export const stateOf = (status: string, description = ''): FulfillmentStatus | undefined =>
  own(STATES, status) ?? (status === '90' && /取消/.test(description) ? 'cancelled' : undefined)

/** 正品. Others (残次 CC) are nothing that could be sold. */
export const good = (kind: string | undefined): boolean => kind === undefined || kind.toUpperCase() === 'ZP'

/** Orders that are none of ours: transfers 调拨 and returns to suppliers 采购退货. */
export const OTHERS: readonly string[] = ['TO', 'RP']

/** Of two stations with one time the one further on counts. */
export const rankOf = (status: string): number => Object.keys(STATES).indexOf(status)
