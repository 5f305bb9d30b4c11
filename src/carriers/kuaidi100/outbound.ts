/** What we ask of 快递100. A subscription is not signed: the key stands in it; a query is. */
import { own } from '../../lib/own.ts'
import type { Connection } from '../../wire/adapter.ts'
import { done, type Failure, failure, jsonOf, refusedByStatus, textAt, unreadable } from '../../wire/answer.ts'
import { md5Upper } from '../../wire/form-signature.ts'
import type { WireCall, WireResponse } from '../../wire/message.ts'
import { present } from '../../wire/values.ts'
import type { TrackerOutbound, TrackSubject } from '../tracker.ts'
import { CARRIERS, trackedOf } from './normalize.ts'
import { Result } from './schema.ts'

export const outbound: TrackerOutbound = {
  *subscribe(parcel, tracker) {
    const company = own(CARRIERS, parcel.carrier)
    const { callbackUrl } = tracker.settings
    if (company === undefined) return unsupported(parcel)
    const { key = '', salt = '' } = tracker.credentials
    const parameters = present({ callbackurl: callbackUrl, salt, resultv2: '1', phone: parcel.phone })
    const param = JSON.stringify({ company, number: parcel.waybill, key, parameters })
    const answer = yield form(tracker, '/poll', { schema: 'json', param }, false)
    return refusedByStatus(answer, false) ?? subscribed(answer)
  },

  *query(parcel, tracker) {
    const com = own(CARRIERS, parcel.carrier)
    if (com === undefined) return unsupported(parcel)
    const { key = '', customer = '' } = tracker.credentials
    const param = JSON.stringify({ com, num: parcel.waybill, ...present({ phone: parcel.phone }), resultv2: '1' })
    const fields = { customer, sign: md5Upper(param, key, customer), param }
    const answer = yield form(tracker, '/poll/query.do', fields, true)
    const refused = refusedByStatus(answer, true)
    if (refused) return refused
    const body = jsonOf(answer)
    const result = Result.safeParse(body)
    if (textAt(body, 'status') === '200' && result.success) return done([trackedOf(result.data)])
    const code = textAt(body, 'returnCode')
    if (code === NOTHING_KNOWN) return done([])
    return code === '' ? unreadable(answer, true) : no(answer, code, true)
  },
}

const form = (tracker: Connection, path: string, fields: Record<string, string>, safe: boolean): WireCall => ({
  method: 'POST',
  url: `${tracker.baseUrl}${path}`,
  headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' },
  body: new URLSearchParams(fields).toString(),
  safe,
})

const unsupported = ({ carrier }: TrackSubject): Failure =>
  failure('rejected', true, `carrier ${carrier} has no code here`, { code: 'carrier_unknown' })

const subscribed = (answer: WireResponse) => {
  const code = textAt(jsonOf(answer), 'returnCode')
  if (code === '200') return done(undefined)
  return code === '' ? unreadable(answer, false) : no(answer, code, false)
}

/** 查询无结果: of a query, 500 is an answer. */
const NOTHING_KNOWN = '500'

/** `returnCode`: https://cloud.tencent.com/developer/article/1828132, an article of 快递100's own. */
const CODES: Readonly<Record<string, Failure['class']>> = {
  '500': 'retry', // 服务器错误
  '501': 'exists', // 重复订阅: subscribed, and still followed
  '503': 'auth', // 验证签名失败, of queries; recalled
  '600': 'auth', // 您不是合法的订阅者
  '601': 'auth', // KEY已过期
  '700': 'rejected', // 订阅数据存在错误, or a wrong callback address
  '701': 'rejected', // 拒绝订阅的快递公司
  '702': 'rejected', // 识别不到该单号对应的快递公司
}

const no = (answer: WireResponse, code: string, safe: boolean): Failure =>
  failure(own(CODES, code) ?? 'rejected', safe, `${code} ${textAt(jsonOf(answer), 'message')}`.trim(), { code })
