/**
 * Writes `docs/capabilities.md` and the tables of platforms and warehouses in the README from the adapters themselves.
 * `node scripts/capabilities-doc.ts`; a test holds both against this file.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CAPABILITIES } from '../src/platforms/capability.ts'
import { platforms } from '../src/platforms/index.ts'
import type { Platform } from '../src/platforms/platform.ts'
import { warehouses } from '../src/warehouses/index.ts'
import { CAPABILITIES as WAREHOUSE_CAPABILITIES, type Warehouse } from '../src/warehouses/warehouse.ts'
import type { Capability } from '../src/wire/capability.ts'

const ROOT = join(import.meta.dirname, '..')
export const PAGE = join(ROOT, 'docs', 'capabilities.md')
const README = join(ROOT, 'README.md')
const marks = (what: string) => ({
  begin: `<!-- ${what}: made by scripts/capabilities-doc.ts -->`,
  end: `<!-- /${what} -->`,
})

const all = (): readonly Platform[] => Object.values(platforms)

const kindOf = (cell: Capability): 'built' | 'none' | 'unknown' | 'notBuilt' =>
  cell === 'built' ? 'built' : 'none' in cell ? 'none' : 'unknown' in cell ? 'unknown' : 'notBuilt'
const SIGNS = { built: '●', none: '–', unknown: '?', notBuilt: '○' } as const

const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(3, ...rows.map((row) => row[i]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  const [head = [], ...rest] = rows
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rest.map(line)].join('\n')
}

const intakeOf = ({ inbound, socket, poll }: Platform): string =>
  [inbound && 'HTTP', socket && 'socket', poll && 'poll'].filter(Boolean).join(', ')

const missing = ({ capabilities }: Platform): string => {
  const names = CAPABILITIES.filter((name) => ['unknown', 'notBuilt'].includes(kindOf(capabilities[name])))
  return names.join(', ') || 'nothing'
}

const escaped = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

/** One row a platform, for the README. */
export const readmeTable = (): string =>
  table([
    ['platform', 'intake', 'missing', 'rests on'],
    ...all().map((platform) => [
      `[${platform.name.zh} \`${platform.id}\`](src/platforms/${platform.id}/README.md)`,
      intakeOf(platform),
      missing(platform),
      escaped(platform.proof.restsOn),
    ]),
  ])

const reasonsOf = (platform: Platform): string => {
  const reasons = CAPABILITIES.flatMap((name) => {
    const cell = platform.capabilities[name]
    if (cell === 'built') return []
    const [[kind, reason] = ['', '']] = Object.entries(cell)
    const word = { none: 'none there', unknown: 'unknown, searched in', notBuilt: 'not built' }[kind]
    return [`- \`${name}\`: ${word}: ${reason}`]
  })
  const { id, name, docs, proof } = platform
  const state = proof.live ? 'Proven by a real account.' : 'Unproven against the live platform.'
  return [
    `### ${name.zh} ${name.en} (\`${id}\`)`,
    '',
    `${state} Rests on: ${proof.restsOn}. [Documents](${docs}) · [notes](../src/platforms/${id}/README.md)`,
    ...(reasons.length > 0 ? ['', ...reasons] : []),
  ].join('\n')
}

/** The whole page. */
export const capabilitiesDoc = (): string =>
  [
    '# What each platform can do here',
    '',
    'Made from the adapters by `node scripts/capabilities-doc.ts`. ● built, and held to a fixture by [platform-capabilities.test.ts](../test/platform-capabilities.test.ts) · – the platform has none · ○ not built · ? unknown. ○ and ? count as missing.',
    '',
    table([
      ['capability', ...all().map(({ id }) => id)],
      ...CAPABILITIES.map((name) => [name, ...all().map(({ capabilities }) => SIGNS[kindOf(capabilities[name])])]),
    ]),
    '',
    '## Reasons and sources',
    '',
    all().map(reasonsOf).join('\n\n'),
    '',
  ].join('\n')

/** Three tables of the warehouse systems, for the README: what each rests on, what it can do, how it is. */
export const warehouseTables = (): string => {
  const houses = Object.values(warehouses)
  const row = (head: string, tell: (one: Warehouse) => string): readonly string[] => [head, ...houses.map(tell)]
  const restsOn = houses.map(({ id, name, proof }) => [
    `[${name.zh} \`${id}\`](src/warehouses/${id}/README.md)`,
    escaped(proof.restsOn),
  ])
  const can = WAREHOUSE_CAPABILITIES.map((name) => row(name, ({ capabilities }) => SIGNS[kindOf(capabilities[name])]))
  return [
    table([['warehouse or ERP', 'rests on'], ...restsOn]),
    '● built · – the system has none · ○ not built · ? unknown; the reasons stand in each adapter and in the API (`/api/v1/systems`).',
    table([row('capability', ({ id }) => id), ...can]),
    table([
      row('system', ({ id }) => id),
      row('cancel answers', ({ cancel }) => ({ sync: 'at once', later: 'later', never: 'never' })[cancel]),
      row('repeats', ({ deduplicates }) => (deduplicates ? 'one document' : 'two documents, or not known')),
      row('settle time', ({ settleMs }) => `${settleMs / 1000} s`),
      row('waybill taken by', ({ waybill }) => waybill),
      row('receivers', (one) => one.receiverKinds(one.settings.partial().parse({})).join(', ')),
    ]),
  ].join('\n\n')
}

/** The README with its tables made anew. */
export const withTable = (readme: string): string => {
  const platformsIn = replaced(readme, marks('platforms'), readmeTable())
  return replaced(platformsIn, marks('warehouses'), warehouseTables())
}

const replaced = (page: string, { begin, end }: ReturnType<typeof marks>, by: string): string => {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`README.md has no place for the table: ${begin} … ${end}`)
  return `${page.slice(0, from)}${begin}\n\n${by}\n\n${page.slice(to)}`
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(PAGE, capabilitiesDoc())
  writeFileSync(README, withTable(readFileSync(README, 'utf8')))
}
