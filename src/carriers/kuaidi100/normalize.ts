/** Pushes of 快递100 → our events. */
import { entriesOf, type TrackerEvent, type TrackingEntry, type TrackingState } from '../../domain/tracking.ts'
import { defined } from '../../lib/defined.ts'
import { own } from '../../lib/own.ts'
import { fromBeijing } from '../../wire/time.ts'
import { codesOf, oursBy } from '../table.ts'
import type { Push, Result } from './schema.ts'

export const CARRIERS = codesOf('kuaidi100')
const ours = oursBy(CARRIERS)

/** `state` of a parcel. 10 to 13 (customs) and 14 are said of queries; a later number than these moves. */
const STATES: Readonly<Record<string, TrackingState>> = {
  '0': 'moving', // 在途
  '1': 'collected', // 揽收
  '2': 'trouble', // 疑难
  '3': 'delivered', // 签收
  '4': 'returned', // 退签
  '5': 'out_for_delivery', // 派件
  '6': 'returned', // 退回
  '7': 'moving', // 转投
  '13': 'trouble', // 清关异常
  '14': 'trouble', // 拒签
}

/** `status` of a scan, as `resultv2=1` brings it. A name that is not here (下单, 待揽收) is no scan of goods. */
const NAMES: Readonly<Record<string, TrackingState>> = {
  揽收: 'collected',
  在途: 'moving',
  派件: 'out_for_delivery',
  签收: 'delivered',
  疑难: 'trouble',
  退签: 'returned',
  退回: 'returned',
  转投: 'moving',
  转单: 'moving',
  清关: 'moving',
  拒签: 'trouble',
}

export const normalize = ({ param }: Push): readonly TrackerEvent[] => {
  const { status, message, autoCheck, comOld, comNew, lastResult } = param
  const found = autoCheck === '1' ? comNew : undefined
  const was = found !== undefined && comOld !== undefined && comOld !== found ? ours(comOld) : undefined
  const result = found === undefined ? lastResult : { ...lastResult, com: found }
  if (status !== 'abort') return [{ ...trackedOf(result), ...defined({ was }) }]
  // Without autoCheck a new carrier means that they follow it themselves from now on: it must not be subscribed again.
  const corrected = found === undefined && comNew !== undefined ? ours(comNew) : undefined
  const why = message ?? 'abort'
  const ended = { type: 'ended', carrier: ours(result.com), waybill: result.nu, why } as const
  const known = (result.data ?? []).length > 0 ? [trackedOf(result)] : []
  return [...known, { ...ended, ...defined({ corrected }) }]
}

export const trackedOf = ({ nu, com, state, data = [] }: Result): Extract<TrackerEvent, { type: 'tracked' }> => {
  const entries = entriesOf(data.flatMap(scanOf))
  const said = own(STATES, state ?? '') ?? 'moving'
  // A parcel that nobody has scanned is 0, as one on its way is; without `resultv2` no scan has a status.
  const scanned = entries.some((entry) => entry.state) || (entries.length > 0 && data.every((scan) => !scan.status))
  const known = scanned || (state !== undefined && state !== '0')
  return { type: 'tracked', carrier: ours(com), waybill: nu, entries, ...(known && { state: said }) }
}

const scanOf = (scan: NonNullable<Result['data']>[number]): TrackingEntry[] => {
  const at = fromBeijing(scan.ftime) ?? fromBeijing(scan.time)
  if (at === undefined || !scan.context) return []
  const place = scan.location ?? scan.areaName
  return [{ at, text: scan.context, ...defined({ place, state: own(NAMES, scan.status ?? '') }) }]
}
