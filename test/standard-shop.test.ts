/** The published protocol of a merchant's own shop: the schema is the code's, and the examples are read by the code. */
import { expect, it } from 'vitest'
import { standard } from '../src/platforms/standard/index.ts'
import { eventSchema } from '../src/platforms/standard/schema.ts'
import { bytes } from '../src/wire/message.ts'

const docs = import.meta.glob<string>('../docs/standard-shop*', { query: '?raw', import: 'default', eager: true })
const page = docs['../docs/standard-shop.md'] ?? ''
const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = '']) => text)

const RENEW = 'put what was received into docs/standard-shop.schema.json'

it('publishes the schema that the code reads by', () =>
  expect(JSON.parse(JSON.stringify(eventSchema())), RENEW).toEqual(
    JSON.parse(docs['../docs/standard-shop.schema.json'] ?? ''),
  ))

it('has an example of each kind of event', () => expect(examples).toHaveLength(4))

it.each(examples)('reads %s', (example) => {
  const request = { method: 'POST', url: 'https://router.test/', headers: {}, body: bytes(example) }
  const { type } = JSON.parse(example)
  expect(standard.inbound?.read(request, {})).toMatchObject({
    ok: true,
    value: [{ event: { type: type === 'customer.redact' ? 'redact' : type.split('.')[0] } }],
  })
})

it('names every type and path that the code knows', () => {
  const types = JSON.stringify(eventSchema()).match(/"(?:order|refund|customer)\.\w+"|"ping"/g) ?? []
  for (const type of types) expect(page).toContain(`\`${JSON.parse(type)}\``)
})
