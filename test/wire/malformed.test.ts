/** Whatever our readers refuse, the page can say in Chinese: a new refusal without its words fails here. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { readerInChinese } from '../../src/domain/reader-words.ts'
import { DEPTH_MAX, parseExact } from '../../src/wire/json.ts'
import { parseXml, XML_CHARACTERS_MAX, XML_DEPTH_MAX } from '../../src/wire/xml.ts'

const isChinese = (message: unknown) =>
  expect([message, readerInChinese(String(message))]).toEqual([message, expect.stringMatching(/\p{Script=Han}/u)])

it.each(
  [
    ['{} {}', '{"a":1,}', '{"__proto__":1}', '{"a":1,"a":2}', '{"a" 1}', '['.repeat(DEPTH_MAX + 1)],
    ['[1 2]', '"a', '"\n"', 'nil', '"\\x"', '', '}'],
  ].flat(),
)('JSON %j', (text) => {
  const read = parseExact(text)
  isChinese(!read.ok && read.error.facts?.message)
  expect(readerInChinese(String(!read.ok && read.error.facts?.message))).toMatch(/（第 \d+ 个字符）$/)
})

it.each([
  '{} {}',
  '{"a":1,}',
  '{"__proto__":1}',
  '{"a":1,"a":2}',
  '{"a" 1}',
  '['.repeat(DEPTH_MAX + 1),
  '[1 2]',
  '"a',
  '"\n"',
  'nil',
  '"\\x"',
  '',
  '}',
])('JSON %j', (text) => {
  const read = parseExact(text)
  isChinese(!read.ok && read.error.facts?.message)
  expect(readerInChinese(String(!read.ok && read.error.facts?.message))).toMatch(/（第 \d+ 个字符）$/)
})

it.each([
  ' '.repeat(XML_CHARACTERS_MAX + 1),
  '<!DOCTYPE a><a/>',
  '<a/>b',
  '<a><b></a>',
  '<a/><b/>',
  `${'<a>'.repeat(XML_DEPTH_MAX + 2)}${'</a>'.repeat(XML_DEPTH_MAX + 2)}`,
])('XML %.20s', (text) => {
  const read = parseXml(text)
  isChinese(!read.ok && read.error.facts?.message)
})

it.each([
  [z.string(), 1],
  [z.array(z.string()), undefined],
  [z.literal('x'), 'y'],
  [z.enum(['x', 'y']), 'z'],
  [z.union([z.string(), z.boolean()]), 1],
  [z.string().min(1), ''],
  [z.string().min(2), 'x'],
  [z.string().max(2), 'xyz'],
  [z.string().regex(/^x$/), 'y'],
  [z.string().startsWith('x'), 'y'],
  [z.iso.datetime(), 'yesterday'],
  [z.url(), 'nowhere'],
  [z.array(z.int()).min(1), []],
  [z.array(z.int()).max(1), [1, 2]],
  [z.int(), 1.5],
  [z.int().positive(), 0],
  [z.int().nonnegative(), -1],
  [z.int().max(3), 4],
  [z.int().lt(3), 3],
  [z.coerce.number(), 'x'],
] as const)('a schema, case %#', (schema, value) => {
  isChinese(schema.safeParse(value).error?.issues[0]?.message)
})

const ROOT = join(import.meta.dirname, '../..')
const refused = globSync('src/*/*/fixtures/inbound/*/domain.json', { cwd: ROOT })
  .map((file) => [file, JSON.parse(readFileSync(join(ROOT, file), 'utf8')).problem] as const)
  .filter(([, problem]) => problem?.code === 'payload_malformed')
it.each(refused)('%s', (_, problem) => isChinese(problem.facts.message))
