/** What only WooCommerce does: it tries a new webhook by a ping that nobody signs. */
import { expect, it } from 'vitest'
import { woocommerce } from '../src/platforms/woocommerce/index.ts'
import { bytes, type WireRequest } from '../src/wire/message.ts'

const asked = (body: string, headers: Record<string, string> = {}) => {
  const request: WireRequest = { method: 'POST', url: 'https://router.test/', headers, body: bytes(body) }
  return woocommerce.inbound?.challenge?.(request, { secret: 'secret' })
}

it('answers the ping of a new webhook with exactly 200', () => expect(asked('webhook_id=142')?.status).toBe(200))

it.each([
  ['an order', '{"id":727}', {}],
  ['more than the ping', 'webhook_id=142&x=1', {}],
  ['another number', 'webhook_id=', {}],
  ['a ping that claims a signature', 'webhook_id=142', { 'x-wc-webhook-signature': 'x' }],
])('takes %s for no ping', (_, body, headers) => expect(asked(body, headers)).toBeUndefined())
