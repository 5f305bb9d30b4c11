/** 快递100: subscriptions that carry their own callback address and salt, queries signed with key and customer. */
import { object, read, text } from '../json.ts'
import { kuaidi100Push, kuaidi100Query, same } from '../signatures.ts'
import type { Answer, Call, Tracker } from '../types.ts'
import type { World } from '../world.ts'
import { scansOf, subscribe, subscription } from './parcels.ts'
import { beijing, json, type ParcelState, type Scan, type TrackerSystem } from './tracker.ts'

const STATES: Readonly<Record<ParcelState, readonly [state: string, name: string]>> = {
  collected: ['1', '揽收'],
  moving: ['0', '在途'],
  out_for_delivery: ['5', '派件'],
  delivered: ['3', '签收'],
  trouble: ['2', '疑难'],
  returned: ['4', '退签'],
}

const says = (returnCode: string, message: string): Answer =>
  json(200, { result: returnCode === '200', returnCode, message })

const formOf = (call: Call): URLSearchParams => new URLSearchParams(call.body.toString('utf8'))
const paramOf = (call: Call) => object(read(formOf(call).get('param') ?? ''))

const operation = ({ method, path }: Call): string | undefined => {
  if (method !== 'POST') return undefined
  return path === '/poll' ? 'subscribe' : path === '/poll/query.do' ? 'query' : undefined
}

const refusal = (call: Call, { credentials }: Tracker): string | undefined => {
  if (operation(call) === 'subscribe') return text(paramOf(call).key) === credentials.key ? undefined : '600'
  const [param, sign] = ['param', 'sign'].map((name) => formOf(call).get(name) ?? '') as [string, string]
  return same(kuaidi100Query(param, credentials.key ?? '', credentials.customer ?? ''), sign) ? undefined : '503'
}

/** Newest first, as it sends them. */
const result = (carrier: string, waybill: string, scans: readonly Scan[]) => ({
  ...{ message: 'ok', nu: waybill, ischeck: '0', com: carrier, status: '200', condition: '00' },
  state: STATES[scans.at(-1)?.state ?? 'moving'][0],
  data: scans.toReversed().map(({ at, text: context, place, state }) => ({
    ...{ time: beijing(at), ftime: beijing(at), context, status: STATES[state][1] },
    ...(place && { location: place, areaName: place }),
  })),
})

const take = (call: Call, tracker: Tracker, world: World): Answer => {
  const { schema } = Object.fromEntries(formOf(call))
  const { company, number, parameters } = paramOf(call)
  const { callbackurl, salt, phone } = object(parameters)
  if (schema !== 'json' || !text(number)) return says('700', 'POLL:订阅数据存在错误')
  if (!/^https?:\/\//.test(text(callbackurl))) return says('700', 'POLL:错误的回调地址')
  if (!/^[a-z]+$/.test(text(company))) return says('700', `POLL:不支持的快递公司：${text(company)}`)
  if (text(company) === 'shunfeng' && !text(phone)) return says('700', 'POLL:顺丰单号必须填写手机号')
  const wish = {
    waybill: text(number),
    carrier: text(company),
    phone: text(phone),
    url: text(callbackurl),
    salt: text(salt),
  }
  return subscribe(world, tracker, wish) ? says('501', 'POLL:重复订阅') : says('200', '提交成功')
}

const tell = (call: Call, tracker: Tracker, world: World): Answer => {
  const { com, num } = paramOf(call)
  const scans = scansOf(world, tracker.id, text(num))
  return scans.length > 0 ? json(200, result(text(com), text(num), scans)) : says('500', '查询无结果，请隔段时间再查')
}

export const kuaidi100: TrackerSystem = {
  operation,
  refusal,
  refused: (_, reason) => says(reason, reason === '600' ? '您不是合法的订阅者' : '验证签名失败'),
  throttled: () => json(429, { message: 'too many requests' }),
  rejected: () => says('701', '拒绝订阅的快递公司'),
  broken: () => says('500', '服务器错误'),
  serve: (call, tracker, world) => (operation(call) === 'query' ? tell : take)(call, tracker, world),
  push: ({ carrier, waybill }, scans, world, abort) => {
    const over = ['delivered', 'returned'].includes(scans.at(-1)?.state ?? '')
    const status = abort ? 'abort' : over ? 'shutdown' : 'polling'
    const codes = { autoCheck: '0', comOld: '', comNew: abort?.corrected ?? '' }
    const lastResult = result(carrier, waybill, scans)
    const body = JSON.stringify({ status, billstatus: '', message: abort?.why ?? '', ...codes, lastResult })
    return { topic: 'track', deliveryId: `kd${world.store.next('track_push')}`, body }
  },
  envelope: ({ body }, tracker, world) => {
    const waybill = text(object(object(read(body)).lastResult).nu)
    const known = subscription(world, tracker.id, waybill)
    const sign = kuaidi100Push(body, known?.salt ?? tracker.credentials.salt ?? '')
    return {
      url: known?.url || tracker.callbackUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' },
      around: (param) => new URLSearchParams({ sign, param }).toString(),
    }
  },
  acknowledged: ({ status, body }) => {
    const answer = object(read(body))
    return status === 200 && answer.result === true && text(answer.returnCode) === '200'
  },
}
