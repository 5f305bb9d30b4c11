/** What we ask of 快递鸟: one form, signed over its JSON, to two addresses. */
import { own } from '../../lib/own.ts'
import type { Connection } from '../../wire/adapter.ts'
import {
  done,
  type Failure,
  type FailureClass,
  failure,
  jsonOf,
  refusedByStatus,
  textAt,
  unreadable,
} from '../../wire/answer.ts'
import { md5HexBase64 } from '../../wire/form-signature.ts'
import type { WireCall, WireResponse } from '../../wire/message.ts'
import { present } from '../../wire/values.ts'
import type { TrackerOutbound, TrackSubject } from '../tracker.ts'
import { CARRIERS, trackedOf } from './normalize.ts'
import { Parcel } from './schema.ts'

/** Request types of the two editions: 8008 and 8001 bring more states, and cost more. */
const TYPES = { basic: ['1008', '1002'], monitor: ['8008', '8001'] } as const

export const outbound: TrackerOutbound = {
  *subscribe(parcel, tracker) {
    const data = dataOf(parcel)
    if (data === undefined) return unsupported(parcel)
    const answer = yield form(tracker, '/api/dist', typesOf(tracker)[0], data, false)
    const refused = refusedByStatus(answer, false)
    if (refused) return refused
    return saysYes(answer) ? done(undefined) : no(answer, false)
  },

  *query(parcel, tracker) {
    const data = dataOf(parcel)
    if (data === undefined) return unsupported(parcel)
    const answer = yield form(tracker, '/Ebusiness/EbusinessOrderHandle.aspx', typesOf(tracker)[1], data, true)
    const refused = refusedByStatus(answer, true)
    if (refused) return refused
    const known = Parcel.safeParse(jsonOf(answer))
    return saysYes(answer) && known.success ? done([trackedOf(known.data)]) : no(answer, true)
  },
}

const typesOf = ({ settings }: Connection) => TYPES[settings.edition === 'monitor' ? 'monitor' : 'basic']

/** `CustomerName` is, for 顺丰 alone, the last four digits of a phone. */
const dataOf = ({ carrier, waybill, phone }: TrackSubject): string | undefined => {
  const ShipperCode = own(CARRIERS, carrier)
  if (ShipperCode === undefined) return undefined
  const CustomerName = carrier === 'SF' ? phone?.slice(-4) : undefined
  return JSON.stringify({ ShipperCode, LogisticCode: waybill, ...present({ CustomerName }) })
}

const form = (tracker: Connection, path: string, type: string, data: string, safe: boolean): WireCall => {
  const { businessId = '', appKey = '' } = tracker.credentials
  const fields = {
    ...{ EBusinessID: businessId, RequestType: type, RequestData: data },
    ...{ DataSign: md5HexBase64(data, appKey), DataType: '2' },
  }
  const headers = { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' }
  return {
    method: 'POST',
    url: `${tracker.baseUrl}${path}`,
    headers,
    body: new URLSearchParams(fields).toString(),
    safe,
  }
}

const unsupported = ({ carrier }: TrackSubject): Failure =>
  failure('rejected', true, `carrier ${carrier} has no code here`, { code: 'carrier_unknown' })

const saysYes = (answer: WireResponse): boolean => textAt(jsonOf(answer), 'Success').toLowerCase() === 'true'

/** Result codes; where an answer has none, its `Reason` is all there is, and means no. */
const CODES: Readonly<Record<string, FailureClass>> = {
  '101': 'rejected', // 缺少必要参数
  '102': 'auth', // 校验问题
  '103': 'rejected', // 格式问题
  '104': 'auth', // 用户问题
  '105': 'retry', // 其他错误
  '401': 'rejected', // RequestData格式有误
  '402': 'rejected', // 缺少快递单号
  '403': 'rejected', // 快递单号有特殊字符
  '404': 'rejected', // 快递单号长度不符
  '405': 'quota', // 超出查询次数限制 (30,000 a day)
}
const AN_HOUR = 3_600_000

const no = (answer: WireResponse, safe: boolean): Failure => {
  const body = jsonOf(answer)
  if (textAt(body, 'Success').toLowerCase() !== 'false') return unreadable(answer, safe)
  const reason = textAt(body, 'Reason')
  const code = textAt(body, 'ResultCode') || (/^\D{0,3}(\d{3})\b/.exec(reason)?.[1] ?? '')
  const repeated = /重复订阅|已订阅|已经订阅/.test(reason)
  const kind = repeated ? 'exists' : (own(CODES, code) ?? 'rejected')
  return failure(kind, safe, `${code} ${reason}`.trim(), { code, ...(kind === 'quota' && { after: AN_HOUR }) })
}
