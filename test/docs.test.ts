/** The documents against the code: what is generated is up to date, what is named exists, what exists is named. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { capabilitiesDoc, withTable } from '../scripts/capabilities-doc.ts'
import { problemsDoc } from '../scripts/problems-doc.ts'
import { KINDS } from '../src/api/problem.ts'
import { channels } from '../src/channels/index.ts'
import { PROBLEMS } from '../src/domain/problem.ts'
import { platforms } from '../src/platforms/index.ts'
import { warehouses } from '../src/warehouses/index.ts'

const ROOT = join(import.meta.dirname, '..')
const text = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
const readme = text('README.md')

/** Cells of every table row, without the marks around words. */
const rows = readme
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll(/[*`]/g, '')),
  )

describe('docs/problems.md', () => {
  it('is what its script writes', () =>
    expect(text('docs/problems.md'), 'run: node scripts/problems-doc.ts').toBe(problemsDoc()))

  it('has a section for each code and each kind of refusal', () => {
    const sections = [...text('docs/problems.md').matchAll(/^### (\S+)$/gm)].map(([, name]) => name)
    expect(sections).toEqual([...Object.keys(PROBLEMS), ...Object.keys(KINDS)])
  })
})

describe('README.md', () => {
  it.each(Object.values(channels))('names the channel $id, and its pace', ({ id, limits }) => {
    const [row] = rows.filter(([first]) => first === `[${id}](src/channels/${id}/README.md)`)
    expect(row?.at(-1)).toContain(`${limits.perMinute} a minute`)
  })

  it('says that nothing is proven, while nothing is', () => {
    const all = [...Object.values(platforms), ...Object.values(warehouses)]
    if (all.every(({ proof }) => !proof.live))
      expect(readme).toContain('All are **unproven against the live platform**')
  })

  it('shows the platforms and warehouses as their adapters are', () => {
    expect(withTable(readme), 'run: node scripts/capabilities-doc.ts').toBe(readme)
    expect(text('docs/capabilities.md'), 'run: node scripts/capabilities-doc.ts').toBe(capabilitiesDoc())
  })

  it('names scripts that exist, and all of them', () => {
    const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> }
    const pages = readdirSync(join(ROOT, 'docs')).filter((file) => file.endsWith('.md'))
    const named = [readme, ...pages.map((file) => text(`docs/${file}`))].flatMap((page) =>
      [...page.matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)].map(([, run, name]) => run ?? name ?? ''),
    )
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([])
    expect(Object.keys(scripts).filter((name) => !named.includes(name))).toEqual([])
  })

  it('explains every secret and variable of the Worker', () => {
    const names = [...text('src/env.ts').matchAll(/readonly ([A-Z_]+)\??: string/g)].map(([, name = '']) => name)
    expect(names.length).toBeGreaterThan(3)
    for (const name of names)
      expect(
        rows.some(([first]) => first?.includes(name)),
        name,
      ).toBe(true)
  })
})

describe('docs/storage.md', () => {
  const page = text('docs/storage.md')
  const files = (folder: string): string[] =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(?:sql|tsx?)$/.test(file))
      .map((file) => text(join(folder, file)))
  const tables = [...files('migrations'), ...files('src')].flatMap((source) =>
    [...source.matchAll(/CREATE TABLE (?:IF NOT EXISTS )?(\w+)/g)].map(([, name = '']) => name),
  )

  it('names every table', () => {
    expect(tables.length).toBeGreaterThan(30)
    expect(tables.filter((name) => !page.includes(`| \`${name}\` `))).toEqual([])
  })

  it('names every place that things are sealed in', () => {
    const places = [...text('src/store/vault.ts').matchAll(/=> `(\w+)\|/g)].map(([, name = '']) => name)
    expect(places.length).toBeGreaterThan(2)
    for (const place of places) expect(page).toContain(`\`${place}\\|`)
  })
})
