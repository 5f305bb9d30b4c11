/** 富勒 FLUX: one form a call, the data as XML or JSON beside its digest; every answer is 200 and says the rest in `return`. */
import { object, read } from '../json.ts'
import { flux as digests, same } from '../signatures.ts'
import type { Answer, Call, Warehouse } from '../types.ts'
import { document, parse, type Tree, at as textAt } from '../xml.ts'
import { accepted, moved, rejectedLater, shipped } from './flux-report.ts'
import { type Body, SERVE } from './flux-serve.ts'
import type { System } from './system.ts'

const formOf = (call: Call): URLSearchParams => new URLSearchParams(call.body.toString('utf8'))
const isJson = (call: Call): boolean => formOf(call).get('format') === 'JSON'

const OPERATIONS: Readonly<Record<string, string>> = {
  putSOData: 'place',
  queryOrderProcess: 'query',
  cancelSOData: 'cancel',
  queryINVData: 'stock',
  putSKUData: 'item',
  putASNData: 'receipt',
}

const refusal = (call: Call, { credentials }: Warehouse): string | undefined => {
  const form = formOf(call)
  const wanted = digests(credentials.secret ?? '', form.get('data') ?? '')
  if (!wanted.some((one) => same(one, form.get('sign') ?? ''))) return 'signature'
  const known = form.get('appkey') === credentials.appKey && form.get('apptoken') === credentials.appToken
  return known && form.get('client_customerid') === credentials.customerId ? undefined : 'appkey, apptoken or customer'
}

const answer = (call: Call, content: { readonly [name: string]: Tree }): Answer => ({
  status: 200,
  headers: { 'content-type': isJson(call) ? 'application/json' : 'text/xml;charset=utf-8' },
  body: isJson(call)
    ? JSON.stringify({ Response: content })
    : document({ Response: content }).replace(/^<\?xml[^>]*>/, ''),
})
const verdict = (returnCode: string, returnDesc: string, returnFlag: string, rows: readonly Tree[] = []): Tree => ({
  ...{ returnCode, returnDesc, returnFlag },
  ...(rows.length > 0 ? { resultInfo: rows } : {}),
})

const bodyOf = (call: Call): Body | undefined => {
  const data = formOf(call).get('data') ?? ''
  return isJson(call) ? object(object(read(data)).xmldata) : parse(data, 'xmldata')
}

const FORMS = ['base64Upper', 'base64', 'hex'] as const

export const flux: System = {
  keys: (n) => ({
    credentials: { appKey: `k${n}`, appToken: `t${n}`, secret: `secret-of-${n}`, customerId: `C${n}` },
    settings: { signForm: FORMS[n % 3], format: n % 2 === 0 ? 'XML' : 'JSON' },
  }),
  carriers: ['SF', 'YTO', 'ZTO', 'YUNDA'],
  accepted,
  rejectedLater,
  shipped,
  moved,
  // Levels are asked for; its report carries differences.
  snapshot: () => undefined,
  envelope: ({ body, topic, deliveryId }, { callbackUrl, credentials }) => {
    const signs = digests(credentials.secret ?? '', body)
    const sign = signs[Number(deliveryId.slice(1)) % signs.length] ?? ''
    const fixed = {
      method: topic,
      client_customerid: 'FLUXWMS',
      client_db: 'FLUXWMS',
      timestamp: `${Date.now()}`,
      sign,
    }
    return {
      url: callbackUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      // One sender in the field encodes its data before the form does.
      around: (data) => {
        const twice = Number(deliveryId.slice(1)) % 5 === 0
        return new URLSearchParams({ ...fixed, data: twice ? encodeURIComponent(data) : data }).toString()
      },
    }
  },
  acknowledged: ({ status, body }) => status === 200 && textAt(parse(body, 'Response'), 'return.returnCode') === '0000',
  operation: (call) => (call.method === 'POST' ? OPERATIONS[formOf(call).get('method') ?? ''] : undefined),
  refusal,
  refused: (call) => answer(call, { return: verdict('S001', '验签错误', '0') }),
  // No answer for too many calls was seen.
  throttled: () => ({ status: 429, headers: { 'retry-after': '1' }, body: 'Too Many Requests' }),
  rejected: (call) => answer(call, { return: verdict('0001', '仓库拒单', '0') }),
  /** It failed on the way, after the document was written. */
  broken: (call) => answer(call, { return: verdict('S002', '系统异常', '0') }),
  serve: (call, warehouse, world) => {
    const body = bodyOf(call)
    const serve = SERVE[OPERATIONS[formOf(call).get('method') ?? ''] ?? '']
    if (!body || !serve) return answer(call, { return: verdict('S003', '数据错误', '0') })
    const { refused, more = {} } = serve(body, warehouse, world)
    if (!refused) return answer(call, { return: verdict('0000', 'ok', '1'), ...more })
    const row = { OrderNo: refused.number, errorcode: refused.code, errordescr: refused.sentence }
    return answer(call, { return: verdict('0001', '失败', '0', [row]), ...more })
  },
}
