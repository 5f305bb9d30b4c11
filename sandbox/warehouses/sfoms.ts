/** 顺丰云仓 OMS: XML and its digest in one form; `Head` for the call, `Result` for each order. */
import { same, sfWarehouse } from '../signatures.ts'
import type { Answer, Call, Warehouse } from '../types.ts'
import { parse, type Tree, at as textAt } from '../xml.ts'
import { inXml, left, push, stated } from './sfoms-report.ts'
import { type Row, SERVE } from './sfoms-serve.ts'
import type { System } from './system.ts'

const messageOf = (call: Call): string =>
  new URLSearchParams(call.body.toString('utf8')).get('logistics_interface') ?? ''
const serviceOf = (call: Call): string => /<Request service="([A-Z_]+)"/.exec(messageOf(call))?.[1] ?? ''

const OPERATIONS: Readonly<Record<string, string>> = {
  SALE_ORDER_SERVICE: 'place',
  SALE_ORDER_STATUS_QUERY_SERVICE: 'query',
  SALE_ORDER_OUTBOUND_DETAIL_QUERY_SERVICE: 'query',
  CANCEL_SALE_ORDER_SERVICE: 'cancel',
  RT_INVENTORY_QUERY_SERVICE: 'stock',
  ITEM_SERVICE: 'item',
}

const refusal = (call: Call, { credentials }: Warehouse): string | undefined => {
  const given = new URLSearchParams(call.body.toString('utf8')).get('data_digest') ?? ''
  if (!same(sfWarehouse(messageOf(call), credentials.checkword ?? ''), given)) return 'digest'
  const request = parse(messageOf(call), 'Request')
  const known = textAt(request, 'Head.AccessCode') === credentials.accessCode
  return known && textAt(request, 'Head.Checkword') === credentials.checkword ? undefined : 'AccessCode or Checkword'
}

const respond = (inside: string, call: Call): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/xml;charset=utf-8' },
  body: `<?xml version="1.0" encoding="UTF-8"?><Response service="${serviceOf(call)}">${inside}</Response>`,
})
const error = (code: string, sentence: string, call: Call): Answer =>
  respond(`<Head>ERR</Head><Error code="${code}">${sentence}</Error>`, call)
const tree = (row: Row): Tree => ({ ...row.fields, Result: row.result, Note: row.note })

export const sfoms: System = {
  keys: (n) => ({
    credentials: { accessCode: `AC${n}==`, checkword: `checkword-of-${n}`, companyCode: `C${n}` },
    settings: { warehouseCode: '571DCF' },
  }),
  carriers: ['SF', 'YTO', 'ZTO'],
  accepted: (document, _warehouse, world) => stated(world, document, '1700', '已下发WMS'),
  rejectedLater: (document, _warehouse, world) =>
    stated(world, document, '1400', `您的订单已取消,取消原因：${document.reason}`),
  shipped: (shipment, _warehouse, world) => left(shipment, world),
  moved: (moves, _warehouse, world) =>
    push(
      world,
      'INVENTORY_CHANGE_SERVICE',
      'InventoryChangeRequest',
      moves.map(({ sku, delta }) => ({
        ...{ SkuNo: sku, Qty: Math.abs(delta), OptType: delta > 0 ? '1' : '2', InventoryStatus: '10' },
      })),
    ),
  snapshot: () => undefined,
  envelope: ({ body }, { callbackUrl, credentials }) => ({
    url: callbackUrl,
    headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' },
    // The digest leaves blanks out: what is signed for a forgery must differ in more than one.
    around: (message) =>
      new URLSearchParams({
        logistics_interface: message,
        data_digest: sfWarehouse(`${body}${body.endsWith(' ') ? 'x' : ''}`, credentials.checkword ?? ''),
      }).toString(),
  }),
  acknowledged: ({ status, body }) => {
    const response = parse(body, 'Response')
    const kind = /<(\w+)Response>/.exec(body)?.[1] ?? ''
    return (
      status === 200 && textAt(response, 'Head') === 'OK' && textAt(response, `Body.${kind}Response.Result`) === '1'
    )
  },
  operation: (call) => (call.method === 'POST' ? OPERATIONS[serviceOf(call)] : undefined),
  refusal,
  refused: (call) => error('8001', 'checkword校验失败', call),
  throttled: (call) => error('8002', '请求过于频繁', call),
  rejected: (call) => {
    const number = /<ErpOrder>([^<]*)</.exec(messageOf(call))?.[1] ?? ''
    const SaleOrder = { ErpOrder: number, Result: '2', Note: '仓库拒单' }
    return respond(`<Head>PART</Head><Body>${inXml({ SaleOrderResponse: { SaleOrders: { SaleOrder } } })}</Body>`, call)
  },
  broken: (call) => error('9999', '系统异常', call),
  serve: (call, warehouse, world) => {
    const serve = SERVE[serviceOf(call)]
    const body = parse(messageOf(call), 'Request')?.Body
    if (!serve || !body) return error('8000', '报文格式错误', call)
    const { element, list, item, rows } = serve(body, warehouse, world)
    const head = rows.some((row) => row.result === '2') ? 'PART' : 'OK'
    const content = inXml({ [element]: { [list]: { [item]: rows.map(tree) } } })
    return respond(`<Head>${head}</Head><Body>${content}</Body>`, call)
  },
}
