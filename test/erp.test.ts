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
