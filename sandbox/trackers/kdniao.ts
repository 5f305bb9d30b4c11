/** 快递鸟: one signature both ways; pushes go to the address of its console. */
import { object, read, text } from '../json.ts'
import { same, kdniao as signature } from '../signatures.ts'
import type { Answer, Call, Tracker } from '../types.ts'
import type { World } from '../world.ts'
import { scansOf, subscribe } from './parcels.ts'
import { beijing, json, type ParcelState, type Scan, type TrackerSystem } from './tracker.ts'

const STATES: Readonly<Record<ParcelState, readonly [state: string, extended: string]>> = {
  collected: ['1', '1'],
  moving: ['2', '2'],
  out_for_delivery: ['2', '202'],
  delivered: ['3', '3'],
  trouble: ['4', '4'],
  returned: ['4', '404'],
}

const formOf = (call: Call): URLSearchParams => new URLSearchParams(call.body.toString('utf8'))
const dataOf = (call: Call) => object(read(formOf(call).get('RequestData') ?? ''))

const PATHS: Readonly<Record<string, readonly [operation: string, types: readonly string[]]>> = {
  '/api/dist': ['subscribe', ['1008', '8008']],
  '/Ebusiness/EbusinessOrderHandle.aspx': ['query', ['1002', '8001']],
}

const operation = (call: Call): string | undefined => {
  const [name, types] = PATHS[call.path] ?? []
  return call.method === 'POST' && types?.includes(formOf(call).get('RequestType') ?? '') ? name : undefined
}

const refusal = (call: Call, { credentials }: Tracker): string | undefined => {
  const form = formOf(call)
  const wanted = signature(form.get('RequestData') ?? '', credentials.appKey ?? '')
  if (form.get('EBusinessID') !== credentials.businessId) return 'account'
  return same(wanted, form.get('DataSign') ?? '') ? undefined : 'signature'
}

const says = (Success: boolean, Reason = '', more: object = {}): Answer =>
  json(200, { UpdateTime: beijing(Date.now()), Success, Reason, ...more })

const parcel = (carrier: string, waybill: string, scans: readonly Scan[]) => {
  const [State, StateEx] = scans.length > 0 ? STATES[scans.at(-1)?.state ?? 'moving'] : ['0', '0']
  const Traces = scans.map(({ at, text: AcceptStation, place, state }) => ({
    ...{ AcceptTime: beijing(at), AcceptStation, Location: place, Action: STATES[state][1] },
  }))
  return { ShipperCode: carrier, LogisticCode: waybill, Success: scans.length > 0, State, StateEx, Traces }
}

const take = (call: Call, tracker: Tracker, world: World): Answer => {
  const { ShipperCode, LogisticCode, CustomerName } = dataOf(call)
  if (!text(LogisticCode)) return says(false, '缺少快递单号', { ResultCode: '402' })
  if (text(ShipperCode) === 'SF' && !/^\d{4}$/.test(text(CustomerName)))
    return says(false, '缺少必要参数', { ResultCode: '101' })
  const wish = { waybill: text(LogisticCode), carrier: text(ShipperCode), phone: text(CustomerName), url: '', salt: '' }
  return subscribe(world, tracker, wish) ? says(false, '该单号已订阅') : says(true)
}

const tell = (call: Call, tracker: Tracker, world: World): Answer => {
  const { ShipperCode, LogisticCode } = dataOf(call)
  const scans = scansOf(world, tracker.id, text(LogisticCode))
  return says(true, '', parcel(text(ShipperCode), text(LogisticCode), scans))
}

export const kdniao: TrackerSystem = {
  operation,
  refusal,
  refused: () => says(false, '校验问题', { ResultCode: '102' }),
  throttled: () => says(false, '超出查询次数限制', { ResultCode: '405' }),
  rejected: () => says(false, '快递单号有特殊字符', { ResultCode: '403' }),
  broken: () => says(false, '其他错误', { ResultCode: '105' }),
  serve: (call, tracker, world) => (operation(call) === 'query' ? tell : take)(call, tracker, world),
  push: ({ carrier, waybill }, scans, world) => {
    const PushTime = beijing(Date.now())
    const body = JSON.stringify({ EBusinessID: '', PushTime, Count: '1', Data: [parcel(carrier, waybill, scans)] })
    return { topic: 'track', deliveryId: `kdn${world.store.next('track_push')}`, body }
  },
  envelope: ({ body }, tracker) => {
    const DataSign = signature(body, tracker.credentials.appKey ?? '')
    return {
      url: tracker.callbackUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
      around: (RequestData) => new URLSearchParams({ RequestData, RequestType: '101', DataSign }).toString(),
    }
  },
  acknowledged: ({ status, body }) => {
    const answer = object(read(body))
    const dated = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text(answer.UpdateTime))
    return status === 200 && answer.Success === true && dated
  },
}
