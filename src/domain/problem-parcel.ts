/** What may be wrong with a parcel on its way, and with following it. Part of `PROBLEMS`. */
import { type Row, row } from './problem-row.ts'

export const PARCEL_PROBLEMS = {
  parcel_not_collected: row(
    'park',
    [
      '出库 {hours} 小时仍未揽收：{carrier} {waybill}',
      'Not collected {hours} h after it was shipped: {carrier} {waybill}',
    ],
    ['催仓库交件，或核对运单号', 'Ask the warehouse whether it has handed the parcel over, or check the waybill'],
  ),
  parcel_stuck: row(
    'park',
    ['物流 {days} 天没有更新：{carrier} {waybill}', 'No movement for {days} days: {carrier} {waybill}'],
    ['联系快递查件', 'Ask the carrier where it is'],
  ),
  parcel_trouble: row(
    'park',
    ['物流异常：{carrier} {waybill} {text}', 'The carrier reports trouble: {carrier} {waybill} {text}'],
    ['联系快递或买家，再次派送', 'Settle it with the carrier or the buyer'],
  ),
  parcel_returned: row(
    'park',
    ['包裹退回：{carrier} {waybill} {text}', 'The parcel comes back: {carrier} {waybill} {text}'],
    ['与买家确认退款或补发', 'Agree on a refund or another parcel with the buyer'],
  ),
  waybill_unknown: row(
    'park',
    ['物流推送了未知运单 {waybill}', 'The tracker reports a waybill that no order has: {waybill}'],
    ['核对后点重试或忽略', 'Retry once its order has shipped, or dismiss it'],
  ),
  tracking_refused: row(
    'park',
    ['{connection} 拒绝跟踪物流：{message}', '{connection} does not follow a parcel: {message}'],
    ['检查物流查询设置；修好后订单点重试', "Check the tracker's settings; then retry the orders concerned"],
    { group: 'connection' },
  ),
} satisfies Record<string, Row>

/** Found anew at each look, from what is known of the parcels. */
export const PARCEL_CODES = ['parcel_not_collected', 'parcel_stuck', 'parcel_trouble', 'parcel_returned'] as const

export const isParcelProblem = (code: string): boolean => PARCEL_CODES.some((one) => one === code)
