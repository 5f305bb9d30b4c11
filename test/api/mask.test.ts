/** No message of any adapter, shown to an operator, says who the buyer is; and each can still be read for what it was. */
import { describe, expect, it } from 'vitest'
import { maskRaw } from '../../src/api/mask.ts'
import type { PlatformOrder, Pushed } from '../../src/domain/order.ts'
import { text } from '../../src/wire/message.ts'
import { inboundCases } from '../support/cases.ts'

const platforms = inboundCases<readonly Pushed[]>(
  import.meta.glob<string>('../../src/platforms/*/fixtures/**/*', { query: '?raw', import: 'default', eager: true }),
)
const warehouses = inboundCases<unknown>(
  import.meta.glob<string>('../../src/warehouses/*/fixtures/**/*', { query: '?raw', import: 'default', eager: true }),
)

const shown = (wire: (typeof platforms)[number]['wire'], known: readonly string[] = []): string => {
  const url = new URL(wire.url)
  return maskRaw(`${wire.method} ${url.pathname}${url.search}\n\n${text(wire.body)}`, known)
}

const orderOf = (domain: unknown): PlatformOrder | undefined =>
  Array.isArray(domain)
    ? domain.flatMap(({ event }: Pushed) => (event?.type === 'order' ? [event.order] : []))[0]
    : undefined

/** What an adapter understood to be the buyer's: names, numbers, streets, tokens, notes. */
const privateOf = (order: PlatformOrder): string[] => {
  const { receiver, buyerNote, sellerNote } = order
  const { name, phone, address } = receiver.readable
  return [name, phone, address, buyerNote, sellerNote, ...Object.values(receiver.cipher)].filter(
    // A few digits stand in every message by chance: 有赞's cipher opens with the number of its shop.
    (value): value is string => Boolean(value) && String(value).length > 2 && !/^\d{1,6}$/.test(String(value)),
  )
}

describe.each(platforms.map((item) => [`${item.adapter}/${item.name}`, item] as const))('%s', (_, { wire, domain }) => {
  it('keeps the buyer to itself', () => {
    const order = orderOf(domain)
    const masked = shown(wire)
    for (const value of order ? privateOf(order) : []) expect(masked).not.toContain(value)
    if (order && /^[\w-]+$/.test(order.platformOrderId)) expect(masked).toContain(order.platformOrderId)
  })
})

describe.each(warehouses.map((item) => [`${item.adapter}/${item.name}`, item] as const))('%s', (_, { wire }) => {
  it('shows no signature and no phone', () => {
    const masked = shown(wire)
    expect(masked).not.toMatch(/[?&]sign=(?!\*\*\*)[^&\s]/)
    expect(masked).not.toMatch(/(?<!\d)1[3-9]\d{9}(?!\d)/)
  })
})

describe('a message', () => {
  it('keeps its form and what support needs', () => {
    const masked = maskRaw(
      'POST /hooks/standard/sh_1\nx-shopify-topic: orders/paid\n\n{"type":"order.paid","data":{"order":{"id":"M-1","total":"59.80","lines":[{"sku":"TEA","quantity":2}],"receiver":{"name":"张三"}}}}',
    )
    expect(masked.split('\n\n')[0]).toBe('POST /hooks/standard/sh_1\nx-shopify-topic: orders/paid')
    expect(JSON.parse(masked.split('\n\n')[1] ?? '')).toEqual({
      type: 'order.paid',
      data: { order: { id: 'M-1', total: '59.80', lines: [{ sku: 'TEA', quantity: 2 }], receiver: { name: '***' } } },
    })
  })

  it('opens JSON that is encoded for a URL, and closes it where it does not open', () => {
    const inner = encodeURIComponent(JSON.stringify({ tid: 'E1', receiver_tel: '13800000000' }))
    expect(maskRaw(`POST /hooks/youzan/a\n\n${JSON.stringify({ msg: inner })}`)).toMatch(/"tid": "E1"[\s\S]*"\*\*\*"/)
    expect(maskRaw(`POST /hooks/youzan/a\n\n${JSON.stringify({ msg: inner.slice(0, -3) })}`)).not.toMatch(/E1|1380/)
  })

  it('opens JSON inside JSON, and closes what the order knows wherever it stands', () => {
    const inner = JSON.stringify({ p_id: '69', encrypt_tel: '$t$', status: '李四光 paid' })
    const masked = maskRaw(
      `POST /hooks/douyin/app_1?sign=abc&timestamp=1\n\n${JSON.stringify([{ tag: '101', data: inner }])}`,
      ['李四光'],
    )
    expect(masked).toMatch(/^POST \/hooks\/douyin\/app_1\?sign=\*\*\*&timestamp=1\n/)
    expect(masked).toContain('"p_id": "69"')
    for (const secret of ['$t$', '李四光', 'abc']) expect(masked).not.toContain(secret)
  })

  it('that is neither JSON, XML nor a form shows its bones', () => {
    expect(maskRaw('POST /hooks/x/y\n\n{"name":"张三丰","phone":138')).not.toContain('张三丰')
  })
})
