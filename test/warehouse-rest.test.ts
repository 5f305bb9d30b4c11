/** The published contract is the one that the code keeps. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { FILE, OURS, openapi } from '../scripts/warehouse-rest-openapi.ts'
import { Callback } from '../src/warehouses/rest/schema.ts'
import { outboundCases } from './support/cases.ts'

const files = import.meta.glob<string>('../src/warehouses/rest/fixtures/**/*', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const guide = readFileSync(FILE.replace('.openapi.json', '.md'), 'utf8')

it('stands in docs as the schemas say it (node scripts/warehouse-rest-openapi.ts)', () =>
  expect(JSON.parse(readFileSync(FILE, 'utf8'))).toEqual(JSON.parse(JSON.stringify(openapi()))))

const calls = outboundCases(files).flatMap(({ name, wire }) => wire.map(({ call }) => ({ name, call })))

it.each(calls)('is kept by what we send: $name', ({ name, call }) => {
  const schema = { place: OURS.Order, cancel: OURS.Cancel, item: OURS.Item }[name.split('-')[0] ?? '']
  if (schema) expect(schema.strict().safeParse(JSON.parse(call.body)).error).toBeUndefined()
  else expect(call.body).toBe('')
})

it('is what the guide shows', () => {
  const order = /\n\n(\{"document"[\s\S]*?\})\n```/.exec(guide)?.[1] ?? ''
  expect(OURS.Order.strict().safeParse(JSON.parse(order)).error).toBeUndefined()
  const callback = /```json\n([\s\S]*?)\n```/.exec(guide)?.[1] ?? ''
  expect(Callback.safeParse(JSON.parse(callback)).data).toMatchObject({ type: 'shipment.created' })
})
