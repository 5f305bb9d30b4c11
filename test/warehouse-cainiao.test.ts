/** What 菜鸟 does that no other system does: two gateways, a reading that `msg_type` can't change. */
import { describe, expect, it } from 'vitest'
import connection from '../src/warehouses/cainiao/fixtures/connection.json'
import { cainiao } from '../src/warehouses/cainiao/index.ts'
import type { Connection } from '../src/wire/adapter.ts'
import { bytes, type WireCall } from '../src/wire/message.ts'

const at = (baseUrl: string, settings: Record<string, unknown> = {}): Connection => ({
  id: 'w1',
  app: {},
  now: Date.UTC(2026, 5, 9),
  nonce: 'n',
  baseUrl,
  credentials: connection.credentials,
  settings: { ...connection.settings, ...settings },
})
const called = (conversation: Generator<WireCall, unknown, never>): string =>
  (conversation.next().value as WireCall).url
const ref = { document: '0001000000A001K' }

describe('the two gateways', () => {
  const both = (where: Connection) => [
    called(cainiao.outbound.cancel(ref, where)),
    called(cainiao.outbound.query(ref, where)),
  ]

  it.each([
    ['https://link.cainiao.com/gateway/link.do', 'https://eco.taobao.com/router/rest'],
    ['https://prelink.cainiao.com/gateway/link.do', 'https://eco.taobao.com/router/rest'],
  ])('at %s ask at Taobao', (link, top) => expect(both(at(link))).toEqual([link, top]))

  it('stand behind one address where a sandbox takes both parts, and where the merchant says', () => {
    expect(both(at('http://127.0.0.1:9/warehouses/w'))).toEqual([
      'http://127.0.0.1:9/warehouses/w',
      'http://127.0.0.1:9/warehouses/w/router/rest',
    ])
    expect(both(at('https://relay.example.com', { topUrl: 'https://top.example.com/rest' }))).toEqual([
      'https://relay.example.com/gateway/link.do',
      'https://top.example.com/rest',
    ])
  })
})

describe('a report', () => {
  const body = (msg_type: string): string =>
    new URLSearchParams({
      msg_type,
      logistics_interface:
        '<request><orderCode>0001000000A001K</orderCode><status>WMS_REJECT</status><operateDate>2026-06-09 15:24:04</operateDate></request>',
    }).toString()
  const read = (msg_type: string) => {
    const request = { method: 'POST', url: 'https://router.test/', headers: {}, body: bytes(body(msg_type)) }
    return cainiao.inbound?.read(request, connection.credentials)
  }

  it('means what its signed content says, whatever msg_type says', () => {
    expect(read('WMS_ORDER_STATUS_UPLOAD')).toMatchObject({
      ok: true,
      value: [{ type: 'progress', status: 'rejected' }],
    })
    expect(read('WMS_CONSIGN_ORDER_CONFIRM')).toEqual(read('WMS_ORDER_STATUS_UPLOAD'))
    expect(read('')).toEqual(read('WMS_ORDER_STATUS_UPLOAD'))
  })

  it('is acknowledged in its dialect', () => {
    expect(cainiao.inbound?.ack.accepted).toHaveProperty(
      'body',
      '<?xml version="1.0" encoding="utf-8"?><response><success>true</success></response>',
    )
    expect(cainiao.inbound?.ack.refused.body).toContain('<success>false</success><errorCode>S001</errorCode>')
  })
})
