/** 奇门: XML behind a signed query, one address for every method; only `flag` says yes or no. */

import { qimenCall, qimenCallback, same } from '../signatures.ts'
import type { Call, Warehouse } from '../types.ts'
import { parse, at as textAt } from '../xml.ts'
import { MORE } from './qimen-arrivals.ts'
import { accepted, beijing, moved, rejectedLater, shipped } from './qimen-report.ts'
import { failure, respond, SERVE } from './qimen-serve.ts'
import type { System } from './system.ts'

const methodOf = (call: Call): string => (call.url.searchParams.get('method') ?? '').replace(/^taobao\.qimen\./, '')

const OPERATIONS: Readonly<Record<string, string>> = {
  'deliveryorder.create': 'place',
  'deliveryorder.query': 'query',
  'orderprocess.query': 'process',
  'order.cancel': 'cancel',
  'order.pending': 'pending',
  'inventory.query': 'stock',
  'stock.query': 'stock_pages',
  'singleitem.synchronize': 'item',
  'combineitem.synchronize': 'bundle',
  'entryorder.create': 'entry',
  'returnorder.create': 'return',
  'order.callback': 'intercept',
}

const WINDOW_MS = 600_000

const refusal = (call: Call, { credentials }: Warehouse, now: number): string | undefined => {
  const params = new Map(call.url.searchParams)
  const given = (name: string): string => params.get(name) ?? ''
  const wanted = qimenCall(credentials.secret ?? '', params, call.body, given('sign_method') || 'md5')
  if (!same(wanted, given('sign'))) return 'signature'
  if (given('app_key') !== credentials.appKey || given('customerId') !== credentials.customerId)
    return 'app_key or customerId'
  const at = Date.parse(`${given('timestamp').replace(' ', 'T')}+08:00`)
  return Math.abs(now - at) <= WINDOW_MS ? undefined : 'timestamp'
}

export const qimen: System = {
  keys: (n) => ({ credentials: { appKey: `2${n}`, secret: `secret-of-${n}`, customerId: `c${n}` } }),
  carriers: ['SF', 'YTO', 'ZTO', 'STO'],
  accepted,
  rejectedLater,
  shipped,
  moved,
  // 奇门 has no count that it would send by itself: inventory.report carries differences, levels are asked for.
  snapshot: () => undefined,
  envelope: ({ body, topic }, { callbackUrl, credentials }, now) => {
    const url = new URL(callbackUrl)
    const headers = { 'content-type': 'text/xml;charset=utf-8', 'top-sign-list': 'x-user-id', 'x-user-id': 'u%2B1' }
    const params = {
      method: topic,
      app_key: credentials.appKey ?? '',
      customerId: credentials.customerId ?? '',
      session: '',
      format: 'xml',
      v: '2.0',
      sign_method: 'md5',
      timestamp: beijing(now),
    }
    for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value)
    url.searchParams.set('sign', qimenCallback(credentials.secret ?? '', new Map(url.searchParams), headers, body))
    return { url: url.href, headers }
  },
  acknowledged: ({ status, body }) => status === 200 && textAt(parse(body, 'response'), 'flag') === 'success',
  operation: (call) => (call.method === 'POST' ? OPERATIONS[methodOf(call)] : undefined),
  refusal,
  refused: () => failure('sign-check-failure', 'Illegal request'),
  throttled: () =>
    respond({
      error_response: {
        code: '7',
        msg: 'App Call Limited',
        sub_code: 'accesscontrol.limited-by-api-access-count',
        sub_msg: 'This ban will last for 1 more seconds',
      },
    }),
  rejected: () => failure('40099', '仓库拒单'),
  /** The gateway did not reach the warehouse in time: nobody knows. */
  broken: () => failure('TOP15', 'Remote service error | isp.http-read-timeout'),
  serve: (call, warehouse, world) => {
    const body = parse(call.body.toString('utf8'), 'request')
    const operation = OPERATIONS[methodOf(call)] ?? ''
    const serve = SERVE[operation] ?? MORE[operation]
    if (!body || !serve) return failure('22', body ? 'Invalid Method' : 'Invalid Format')
    return serve(body, warehouse, world)
  },
}
