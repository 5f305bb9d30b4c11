/** Order systems (ERP): what their polls and tokens bring. Their calls and answers stand as fixtures. */
import { describe, expect, it } from 'vitest'
import { warehouses } from '../src/warehouses/index.ts'
import type { Warehouse } from '../src/warehouses/warehouse.ts'
import type { Connection } from '../src/wire/adapter.ts'
import type { WireResponse } from '../src/wire/message.ts'
import { converse } from './support/cases.ts'

const NOW = Date.UTC(2026, 5, 9, 8, 28, 12)
const DOCUMENT = '0001000000A001HC'

const files = import.meta.glob<string>('../src/warehouses/*/fixtures/connection.json', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const erp = (id: string): Warehouse => warehouses[id] as Warehouse
const connection = (id: string): Connection => {
  const { baseUrl = erp(id).baseUrl, ...stored } = JSON.parse(
    files[`../src/warehouses/${id}/fixtures/connection.json`] ?? '',
  )
  return { id: 'w1', baseUrl, app: {}, now: NOW, nonce: 'n-1', ...stored }
}
const json = (body: unknown): WireResponse => ({ status: 200, headers: {}, body: JSON.stringify(body) })

const WINDOW = { from: NOW - 60_000, to: NOW }
const page = (id: string, answers: readonly unknown[], cursor?: string) => {
  const conversation = erp(id).poll?.page({ ...WINDOW, ...(cursor !== undefined && { cursor }) }, connection(id))
  if (!conversation) throw new Error(`${id} is not polled`)
  return converse(conversation, answers.map(json))
}

describe('jushuitan', () => {
  const order = (so_id: string, status: string, more: object = {}) => ({
    ...{ o_id: 4711, so_id, status, modified: '2026-06-09 16:28:00' },
    ...more,
  })
  const polled = (...orders: object[]) => page('jushuitan', [{ code: 0, data: { has_next: false, orders } }]).outcome
  const at = Date.UTC(2026, 5, 9, 8, 28)
  const changed = (document: string) => ({ type: 'changed', ref: { document }, at })

  it('asks for what was modified in its own shop, page by page', () => {
    const { calls, outcome } = page('jushuitan', [{ code: 0, data: { has_next: true, orders: [] } }], '2')
    expect(JSON.parse(new URLSearchParams(calls[0]?.body).get('biz') ?? '')).toEqual({
      ...{ shop_id: 10001, page_index: 2, page_size: 50 },
      ...{ modified_begin: '2026-06-09 16:27:12', modified_end: '2026-06-09 16:28:12' },
    })
    expect(outcome).toEqual({ class: 'done', value: { events: [], next: '3' } })
  })

  it.each(['Sent', 'Cancelled', 'Question', 'Split', 'Merged'])('asks for the document where a row says %s', (status) =>
    expect(polled(order(DOCUMENT, status))).toEqual({ class: 'done', value: { events: [changed(DOCUMENT)] } }),
  )

  it('says of the rest what the row says, and nothing of orders that are not ours', () => {
    const events = [{ type: 'progress', ref: { document: DOCUMENT }, status: 'picking', at }]
    expect(polled(order(DOCUMENT, 'Delivering'))).toEqual({ class: 'done', value: { events } })
    expect(polled(order(DOCUMENT, 'WaitConfirm'), order('6920000000000000001', 'Sent'))).toEqual({
      class: 'done',
      value: { events: [] },
    })
  })

  it('asks for a document that was merged into an order of others', () => {
    const items = [{ sku_id: '007', qty: 1, raw_so_id: DOCUMENT }]
    expect(polled(order('6920000000000000001', 'Sent', { items }))).toEqual({
      class: 'done',
      value: { events: [changed(DOCUMENT)] },
    })
  })

  it('is asked again where a page does not read or it is busy', () => {
    expect(page('jushuitan', [{ code: 0, data: { orders: [{}] } }]).outcome).toMatchObject({ class: 'retry' })
    expect(page('jushuitan', [{ code: 199, msg: '调用频次超过限制' }]).outcome).toMatchObject({ class: 'quota' })
  })

  const refreshed = (answer: unknown) => {
    const conversation = erp('jushuitan').authorization?.refresh?.(connection('jushuitan'))
    if (!conversation) throw new Error('no refresh')
    return converse(conversation, [json(answer)])
  }

  it('has its token refreshed, without the old one', () => {
    const data = { access_token: 'a2', refresh_token: 'r2', expires_in: 2_592_000 }
    const { calls, outcome } = refreshed({ code: 0, data })
    expect(calls[0]?.url).toBe('https://openapi.jushuitan.com/openWeb/auth/refreshToken')
    expect(calls[0]?.body).not.toContain('access_token')
    expect(outcome).toEqual({
      class: 'done',
      value: { credentials: { accessToken: 'a2', refreshToken: 'r2' }, expiresAt: NOW + 2_592_000_000 },
    })
  })

  it('needs a person where the refresh is forbidden, and none where the answer is lost', () => {
    expect(refreshed({ code: 150, msg: '禁止刷新' }).outcome).toMatchObject({ class: 'auth' })
    expect(refreshed({ code: 0, data: {} }).outcome).toMatchObject({ class: 'unknown' })
  })
})

describe('wdt', () => {
  const ok = (data: unknown) => ({ status: 0, data })
  const sync = (more: object = {}) => ({
    ...{ sync_id: 152650, tid: DOCUMENT, logistics_no: '0080001', logistics_code: 'SF', is_part_sync: 0 },
    ...{ created: '2026-06-09 16:28:00', ...more },
  })
  const left = (more: object = {}) => ({
    ...{ src_trade_no: DOCUMENT, logistics_no: '0080001', logistics_code: 'SF', status: 110 },
    ...{ details_list: [{ spec_no: '007', goods_count: '2.0000' }], ...more },
  })
  const at = Date.UTC(2026, 5, 9, 8, 28)
  const told = (...answers: object[]) => page('wdt', answers.map(ok)).outcome
  const shipped = (final: boolean) => ({
    ...{ type: 'shipped', ref: { document: DOCUMENT }, bizId: 'sync:152650', final, at },
    packages: [{ packageId: '0080001', waybill: '0080001', carrier: 'SF', items: [{ sku: '007', quantity: 2 }] }],
  })

  it('tells a waybill with the goods of its stockout, to be acknowledged', () =>
    expect(told([sync()], { order: [left()] })).toEqual({
      class: 'done',
      value: { events: [shipped(true)], receipts: ['152650'], next: '0' },
    }))

  it('asks for the document too where a part left, since nobody says which part is the last', () =>
    expect(told([sync({ is_part_sync: 1 })], { order: [left()] })).toMatchObject({
      value: { events: [shipped(false), { type: 'changed', ref: { document: DOCUMENT }, at }] },
    }))

  it.each([
    ['nothing is told of its goods', []],
    ['it has not left', [left({ status: 75 })]],
    ['it is a parcel of several orders', [left({ src_trade_no: `${DOCUMENT},B` })]],
    ['a piece is no piece', [left({ details_list: [{ spec_no: '007', goods_count: '0.5' }] })]],
  ])('leaves a waybill in the list while %s', (_, order) =>
    expect(told([sync()], { order })).toEqual({ class: 'done', value: { events: [], receipts: [], next: '0' } }),
  )

  it('leaves waybills of others in the list', () =>
    expect(told([sync({ tid: '6920000000000000001' })])).toMatchObject({ value: { events: [], receipts: [] } }))

  it('looks up a few at once, others the next time, and goes on behind a page of others', () => {
    const many = Array.from({ length: 12 }, (_, n) => sync({ sync_id: n, logistics_no: `w${n}` }))
    const looked = [0, 1].map((later) => {
      const conversation = erp('wdt').poll?.page({ from: NOW, to: later * 20_000 }, connection('wdt'))
      if (!conversation) throw new Error('not polled')
      const answers = [ok(many), ...Array.from({ length: 10 }, () => ok({ order: [] }))]
      return converse(conversation, answers.map(json)).calls.length - 1
    })
    expect(looked).toEqual([10, 2])
    const others = Array.from({ length: 100 }, (_, n) => sync({ sync_id: n, tid: `T${n}` }))
    expect(told(others)).toMatchObject({ value: { events: [], next: 's1' } })
  })

  it('acknowledges what is stored, and says when that was not taken', () => {
    const confirm = (data: unknown) => {
      const conversation = erp('wdt').poll?.confirm?.(['152650'], connection('wdt'))
      if (!conversation) throw new Error('no confirm')
      return converse(conversation, [json(ok(data))])
    }
    expect(confirm([]).calls[0]?.body).toBe('[[{"sync_id":152650,"status":0,"error_msg":""}]]')
    expect(confirm([]).outcome).toEqual({ class: 'done' })
    expect(confirm(['同步结果状态为空!']).outcome).toMatchObject({ class: 'retry' })
  })

  const trade = (process_status: number, more: object = {}) => ({
    ...{ rec_id: 1, tid: DOCUMENT, process_status, modified: '2026-06-09 16:28:00', ...more },
  })
  it.each([
    ['what was cancelled', trade(70), [{ type: 'progress', status: 'cancelled' }]],
    ['what was handed in', trade(20), [{ type: 'progress', status: 'picking' }]],
    [
      'what could not be handed in',
      trade(10, { bad_reason: '未匹配到货品' }),
      [{ status: 'exception', message: '未匹配到货品' }],
    ],
    ['what has left, by a question', trade(40), [{ type: 'changed', ref: { document: DOCUMENT } }]],
    ['nothing of what only came', trade(10), []],
    ['nothing of orders of others', trade(70, { tid: '6920000000000000001' }), []],
  ])('tells %s', (_, order, events) => {
    const { calls, outcome } = page('wdt', [ok({ total_count: 150, order: [order] })], '0')
    expect(JSON.parse(calls[0]?.body ?? '')).toEqual([
      { shop_no: 'cangqiao', start_time: '2026-06-09 16:27:12', end_time: '2026-06-09 16:28:12' },
    ])
    expect(outcome).toMatchObject({ class: 'done', value: { events, next: '1' } })
    expect(page('wdt', [ok({ total_count: 100, order: [order] })], '0').outcome).not.toHaveProperty('value.next')
  })
})
