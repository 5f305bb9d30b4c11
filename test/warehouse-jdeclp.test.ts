/** What 京东云仓 does that no other system does: the stock flow page by page, and documents split in parts. */
import { describe, expect, it } from 'vitest'
import connection from '../src/warehouses/jdeclp/fixtures/connection.json'
import { jdeclp } from '../src/warehouses/jdeclp/index.ts'
import type { Connection } from '../src/wire/adapter.ts'
import type { WireCall, WireResponse } from '../src/wire/message.ts'
import { converse } from './support/cases.ts'

const NOW = Date.UTC(2026, 5, 9, 8)
const at = (settings: Record<string, unknown> = {}): Connection => ({
  ...{ id: 'w1', app: {}, now: NOW, nonce: 'n', baseUrl: 'http://127.0.0.1:9', credentials: connection.credentials },
  settings: { ...connection.settings, ...settings },
})
const answer = (body: object): WireResponse => ({ status: 200, headers: {}, body: JSON.stringify(body) })
const rows = (...list: object[]) =>
  answer({ jingdong_eclp_stock_queryVmiShopStockFlow_responce: { code: '0', vmiShopStockFlowList: list } })
const row = (flowId: string, formerNum: unknown, nowNum: unknown, bizTypeName = '盘点', goodsNo = '007') => ({
  ...{ flowId, formerNum, nowNum, bizTypeName, goodsNo, warehouseNo: '110000001' },
  createTime: '2026-06-09 15:24:04',
})
const NO_MORE = answer({
  error_response: { code: '10', zh_desc: '库存系统 根据 入参，查询 VMI店铺库存流水 信息为空，无法处理' },
})
const params = ({ body }: WireCall) => JSON.parse(new URLSearchParams(body).get('360buy_param_json') ?? '')
const poll = (answers: readonly WireResponse[], settings = {}, cursor?: string) => {
  const window = { from: NOW - 60_000, to: NOW, ...(cursor !== undefined && { cursor }) }
  return converse(jdeclp.poll?.page(window, at(settings)) as never, answers) as {
    calls: WireCall[]
    outcome: { class: string; value?: { events: unknown[]; next?: string } }
  }
}
const moved = (flowId: string, sku: string, delta: number, reason = '盘点') => ({
  type: 'moved',
  at: Date.UTC(2026, 5, 9, 7, 24, 4),
  items: [{ bizId: `flow:${flowId}`, sku, delta, reason }],
})

describe('the stock flow', () => {
  it('is asked for by Beijing time, shop and page', () => {
    const { calls } = poll([rows()], {}, '3')
    expect(calls[0]?.url).toMatch(/^http:\/\/127\.0\.0\.1:9\/routerjson\?method=jingdong\.eclp\.stock\./)
    expect(calls[0]?.safe).toBe(true)
    expect(params(calls[0] as WireCall)).toEqual({
      ...{ startTime: '2026-06-09 15:59:00', endTime: '2026-06-09 16:00:00', startPage: 3, onePageNum: 99 },
      ...{ deptNo: 'EBU0001', warehouseNo: '110000001', shopNo: 'ESP0001' },
    })
  })

  it('is what the number became less what it was, under our SKU', () => {
    const { outcome } = poll([rows(row('F1', '10', '17'), row('F2', [5], [3], '调拨出库', 'EMG0003'))])
    expect(outcome.value?.events).toEqual([moved('F1', '007', 7), moved('F2', 'TEA-003', -2, '调拨出库')])
    expect(outcome.value?.next).toBeUndefined()
  })

  it('leaves out parcels to buyers, which their documents book, and not what comes back', () => {
    const list = [row('F1', 10, 9, '销售出库'), row('F2', 9, 10, '销售退货入库'), row('F3', 4, 4)]
    expect(poll([rows(...list)]).outcome.value?.events).toEqual([moved('F2', '007', 1, '销售退货入库')])
  })

  it('goes on after a full page, and ends with the sentence that says so', () => {
    const full = Array.from({ length: 99 }, (_, i) => row(`F${i}`, 1, 2))
    expect(poll([rows(...full)]).outcome.value).toMatchObject({ next: '2' })
    expect(poll([NO_MORE], {}, '2').outcome).toEqual({ class: 'done', value: { events: [] } })
  })

  it('fails on any other error, and on a row that does not read: nothing is skipped over', () => {
    const no = (code: string, zh_desc: string) => answer({ error_response: { code, zh_desc } })
    expect(poll([no('19', '无效access_token')]).outcome.class).toBe('auth')
    expect(poll([no('64', '此类型商家无权调用本接口')]).outcome.class).toBe('rejected')
    expect(poll([rows(row('F1', 1, 2), row('F2', 'x', 2))]).outcome.class).toBe('retry')
    expect(poll([rows({ ...row('F1', 1, 2), createTime: '' })]).outcome.class).toBe('retry')
  })

  it('is not asked for where the merchant has none', () =>
    expect(poll([], { stockFlow: false })).toEqual({ calls: [], outcome: { class: 'done', value: { events: [] } } }))
})

describe('a document split in parts', () => {
  const order = (eclpSoNo: string, code: number, more = {}) =>
    answer({
      jingdong_eclp_order_queryOrder_responce: {
        code: '0',
        queryorder_result: {
          ...{ eclpSoNo, isvUUID: 'D1', wayBill: `W${eclpSoNo}`, orderStatusList: [{ soStatusCode: code }] },
          ...{ orderDetailList: [{ goodsNo: '007', quantity: 1 }], ...more },
        },
      },
    })
  const asked = (first: number, second: number) => {
    const answers = [order('E1', 10010, { splitEclpSoNos: 'E2,E3' }), order('E2', first), order('E3', second)]
    const conversation = jdeclp.outbound.query({ document: 'D1', externalId: 'E1' }, at())
    const { outcome } = converse(conversation, answers)
    const value = outcome?.class === 'done' ? outcome.value : undefined
    return value?.found ? [value.status, value.packages.map(({ waybill }) => waybill)] : outcome
  }

  it.each([
    [10019, 10019, ['shipped', ['WE2', 'WE3']]],
    [10019, 10010, ['accepted', ['WE2']]],
    [10019, 10028, ['shipped', ['WE2']]], // some of it has left: never proof that nothing will
    [10028, 10028, ['cancelled', []]],
    [10028, 10010, ['accepted', []]],
  ])('whose parts are at %i and %i', (first, second, expected) => expect(asked(first, second)).toEqual(expected))
})
