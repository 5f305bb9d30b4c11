/** Pushes of 快递鸟 → our events. One push carries many parcels, each with all its scans. */
import { entriesOf, type TrackerEvent, type TrackingEntry, type TrackingState } from '../../domain/tracking.ts'
import { defined } from '../../lib/defined.ts'
import { own } from '../../lib/own.ts'
import { fromBeijing } from '../../wire/time.ts'
import { codesOf, oursBy } from '../table.ts'
import type { Parcel, Push } from './schema.ts'

export const CARRIERS = codesOf('kdniao')
const ours = oursBy(CARRIERS)

/** `State`, `StateEx` and a scan's `Action`; 0 is 无轨迹. Of later numbers the first digit counts, as in these. */
const STATES: Readonly<Record<string, TrackingState>> = {
  '1': 'collected', // 已揽收
  '2': 'moving', // 在途中
  '201': 'moving', // 到达派件城市
  '202': 'out_for_delivery', // 派件中
  '211': 'out_for_delivery', // 已放入快递柜或驿站
  '3': 'delivered', // 已签收
  '311': 'delivered', // 已取出快递柜或驿站
  '4': 'trouble', // 问题件
  '401': 'trouble', // 发货无信息
  '402': 'trouble', // 超时未签收
  '403': 'trouble', // 超时未更新
  '404': 'returned', // 拒收（退件）
  '412': 'trouble', // 快递柜或驿站超时未取
}

const stateOf = (code: string | undefined): TrackingState | undefined =>
  own(STATES, code ?? '') ?? own(STATES, code?.charAt(0) ?? '')

export const normalize = ({ RequestData }: Push): readonly TrackerEvent[] => RequestData.Data.map(trackedOf)

export const trackedOf = ({ ShipperCode, LogisticCode, State, StateEx, Traces = [] }: Parcel): TrackerEvent => ({
  type: 'tracked',
  carrier: ours(ShipperCode),
  waybill: LogisticCode,
  entries: entriesOf(Traces.flatMap(scanOf).toReversed()),
  ...defined({ state: stateOf(StateEx) ?? stateOf(State) }),
})

const scanOf = (scan: NonNullable<Parcel['Traces']>[number]): TrackingEntry[] => {
  const at = fromBeijing(scan.AcceptTime)
  if (at === undefined || !scan.AcceptStation) return []
  return [{ at, text: scan.AcceptStation, ...defined({ place: scan.Location, state: stateOf(scan.Action) }) }]
}
