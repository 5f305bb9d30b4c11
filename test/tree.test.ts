/** The shape of the tree itself, read as text: who may import whom, what stays pure, what each folder must hold. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, posix } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..')

// ---- The rules -----------------------------------------------------------------------------------------------------

const PURE_PARTS = ['lib', 'domain', 'wire']

/** What a folder (or file) of src may import besides itself; `type x` allows `import type` only. */
const MAY_IMPORT: Record<string, readonly string[] | { not: readonly string[] }> = {
  lib: [],
  domain: ['lib'],
  wire: ['lib', 'domain'],
  ledger: ['lib', 'domain'],
  platforms: PURE_PARTS,
  warehouses: PURE_PARTS,
  carriers: PURE_PARTS,
  channels: PURE_PARTS,
  lane: [...PURE_PARTS, 'type ledger'],
  store: ['lib', 'domain'],
  flow: [
    ...PURE_PARTS,
    ...['lane', 'ledger', 'platforms', 'warehouses', 'carriers', 'channels', 'store', 'send.ts', 'type env.ts'],
  ],
  objects: { not: ['api', 'admin', 'index.ts'] },
  api: { not: ['objects', 'index.ts', 'admin'] },
  admin: { not: ['objects', 'index.ts'] },
  'env.ts': [...PURE_PARTS, 'type objects', 'type lane', 'type ledger'],
  'send.ts': [...PURE_PARTS, 'type env.ts'],
  'index.ts': { not: [] },
}

const ADAPTERS = ['platforms', 'warehouses', 'carriers', 'channels']
const PURE = [...PURE_PARTS, 'platforms', 'warehouses', 'carriers', 'channels']
const IMPURE = [
  /\bawait\b/,
  /\bDate\.now\b/,
  /\bnew Date\(\s*\)/,
  /\bMath\.random\b/,
  /\bperformance\.now\b/,
  /\b(?:randomUUID|randomBytes|randomInt|getRandomValues)\b/,
  /\bfetch\s*\(/,
  /\bconsole\./,
]

const FILE_LINES = 250
const ADAPTER_LINES = 300
const LARGE_ADAPTERS: Record<string, number> = {
  alibaba1688: 720,
  amazon: 760,
  bigcommerce: 480,
  cainiao: 760,
  douyin: 640,
  ebay: 650,
  flux: 600,
  jd: 800,
  jdeclp: 640,
  jushuitan: 520,
  kuaishou: 720,
  lazada: 850,
  mcf: 480,
  pinduoduo: 680,
  qimen: 980,
  sfoms: 560,
  shipbob: 480,
  shopee: 850,
  shopify: 690,
  shoplazza: 450,
  shopline: 500,
  standard: 400,
  taobao: 860,
  tiktok: 800,
  wdt: 540,
  weimob: 560,
  weixin: 600,
  woocommerce: 600,
  xiaohongshu: 720,
  youzan: 800,
}

const KEBAB = /^[a-z0-9]+(?:[-.][a-z0-9]+)*$/
const CONVENTIONAL = /^(?:[A-Z]+(?:\.[\w-]+)?\.md|LICENSE|_headers)$/
const VAGUE = /(?:^|[-.])(?:util|helper|common|manager|service|handler)s?(?:[-.]|$)/

const MACHINE_PATH = /(?<![\w.-])\/(?:home|root|work|Users)\/[A-Za-z]/
const NOT_OURS = /^(?:node_modules|\.git|dist|\.wrangler|\.cache|\.data|coverage|\.dev\.vars.*|\.env.*)$/
const BINARY = /\.(?:png|jpe?g|gif|webp|ico|woff2?|ttf|br|gz|zip|sqlite|db)$/

// ---- The tree ------------------------------------------------------------------------------------------------------

const files = [...walk('')]
const text = (file: string) => readFileSync(join(ROOT, file), 'utf8')
const within = (folder: string) => files.filter((file) => file.startsWith(`${folder}/`))
const isCode = (file: string) => /\.(?:tsx?|mjs)$/.test(file)
const source = within('src').filter((file) => isCode(file) && !file.startsWith('src/admin/public/'))
const partOf = (file: string) => file.split('/')[1] ?? ''
const lines = (file: string) => text(file).trimEnd().split('\n').length
const foldersOf = (kind: string) => [
  ...new Set(within(`src/${kind}`).flatMap((file) => /^src\/\w+\/([^/]+)\//.exec(file)?.[1] ?? [])),
]

function* walk(folder: string): Generator<string> {
  for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
    const path = posix.join(folder, entry.name)
    if (NOT_OURS.test(entry.name) || path === 'bench/output') continue
    if (entry.isDirectory()) yield* walk(path)
    else if (entry.isFile()) yield path
  }
}

/** Every file that breaks the rule, with what it does: an empty list passes. */
const holds = (broken: readonly string[]) => expect(broken.join('\n')).toBe('')

describe('imports', () => {
  it('go only where the table of folders allows', () => {
    const unknown = new Set(source.map(partOf).filter((part) => !MAY_IMPORT[part]))
    holds([
      ...[...unknown].map((part) => `src/${part}: not in the table of folders (MAY_IMPORT)`),
      ...source.flatMap((file) => importsOf(file).flatMap((target) => forbidden(file, target) ?? [])),
    ])
  })

  it('never reach from one adapter into another, or into the registry', () =>
    holds(
      source.flatMap((file) => {
        const adapter = adapterOf(file)
        if (!adapter) return []
        return importsOf(file)
          .filter(({ path }) => (adapterOf(path) ?? adapter) !== adapter || path === `${dirname(adapter)}/index.ts`)
          .map(({ path }) => `${file}: imports ${path}; an adapter knows only itself and its contract`)
      }),
    ))
})

describe('effects', () => {
  it('stay out of the pure folders', () =>
    holds(
      source
        .filter((file) => PURE.includes(partOf(file)))
        .flatMap((file) => [
          ...IMPURE.flatMap((pattern) => pattern.exec(bare(text(file)))?.[0] ?? []).map(
            (found) => `${file}: has \`${found}\`, but ${partOf(file)} is pure`,
          ),
          ...importsOf(file)
            .filter(({ path }) => path.startsWith('cloudflare:'))
            .map(({ path }) => `${file}: imports ${path}, but ${partOf(file)} is pure`),
        ]),
    ))

  it('fetch only in src/send.ts', () =>
    holds(
      source
        .filter((file) => file !== 'src/send.ts')
        .flatMap((file) => fetches(bare(text(file))).map((found) => `${file}: calls ${found}; only send.ts may`)),
    ))
})

describe('sizes', () => {
  it(`keep a source file within ${FILE_LINES} lines`, () =>
    holds(
      [...source, ...['sandbox', 'scripts', 'bench'].flatMap(within).filter(isCode)]
        .filter((file) => lines(file) > FILE_LINES)
        .map((file) => `${file}: ${lines(file)} lines, at most ${FILE_LINES}`),
    ))

  it(`keep an adapter within ${ADAPTER_LINES} lines, without its fixtures`, () =>
    holds(
      eachAdapter(ADAPTERS).flatMap((folder) => {
        const code = within(folder).filter((file) => isCode(file) && !file.includes('/fixtures/'))
        const sum = code.map(lines).reduce((a, b) => a + b, 0)
        const limit = LARGE_ADAPTERS[basename(folder)] ?? ADAPTER_LINES
        return sum > limit ? [`${folder}: ${sum} lines, at most ${limit}`] : []
      }),
    ))
})

describe('adapters', () => {
  it.each(['platforms', 'warehouses', 'channels'])(
    'are registered in src/%s/index.ts, each under the name of its folder',
    (kind) => {
      const registry = `src/${kind}/index.ts`
      const keys = files.includes(registry) ? registryKeys(text(registry), kind) : []
      const folders = foldersOf(kind)
      holds([
        ...folders.filter((name) => !keys.includes(name)).map((name) => `${registry}: lacks the folder ${name}`),
        ...keys.filter((key) => !folders.includes(key)).map((key) => `${registry}: has ${key}, which has no folder`),
      ])
    },
  )

  it('each have a README.md, and fixtures for each direction they have', () =>
    holds(
      eachAdapter(['platforms', 'warehouses', 'carriers', 'channels']).flatMap((folder) => [
        ...(files.includes(`${folder}/README.md`) ? [] : [`${folder}: lacks README.md`]),
        ...(/^ {2}inbound\b/m.test(text(`${folder}/index.ts`)) ? ['inbound', 'outbound'] : ['outbound'])
          .filter((way) => !hasPair(`${folder}/fixtures/${way}`) && !(way === 'inbound' && hasFrames(folder)))
          .map((way) => `${folder}/fixtures/${way}: lacks a case with wire.http and domain.json`),
      ]),
    ))
})

describe('files', () => {
  it('have names in kebab-case that say what is inside', () =>
    holds(
      ['src', 'test', 'sandbox', 'scripts', 'bench', 'docs'].flatMap(within).flatMap((file) => {
        if (file.includes('/vendor/')) return []
        const names = file.split('/').slice(1)
        const shapeless = names.filter((name) => !KEBAB.test(name) && !CONVENTIONAL.test(name))
        const vague = isCode(file) ? names.filter((name) => VAGUE.test(name)) : []
        return [
          ...shapeless.map((name) => `${file}: "${name}" is not kebab-case`),
          ...vague.map((name) => `${file}: "${name}" says nothing about what is inside`),
        ]
      }),
    ))

  it('of the admin pages lie where the browser asks for them', () =>
    holds(
      within('src/admin/public')
        .filter((file) => !/^src\/admin\/public\/(?:admin\/assets\/|_headers$)/.test(file))
        .map((file) => `${file}: is never served; only src/admin/public/admin/assets/ is`),
    ))

  it('in Markdown link only to what exists', () =>
    holds(
      files
        .filter((file) => file.endsWith('.md'))
        .flatMap((file) =>
          linksOf(text(file))
            .filter((link) => !existsSync(join(ROOT, dirname(file), decodeURI(link))))
            .map((link) => `${file}: links to ${link}, which does not exist`),
        ),
    ))

  it("name no path of a developer's machine", () =>
    holds(
      files
        .filter((file) => !BINARY.test(file))
        .flatMap((file) => {
          const line = text(file)
            .split('\n')
            .findIndex((content) => MACHINE_PATH.test(content))
          return line < 0 ? [] : [`${file}:${line + 1}: names a path of somebody's machine`]
        }),
    ))
})

describe('package-lock.json', () => {
  type Entry = { resolved?: string; optionalDependencies?: Record<string, string> }
  const packages = (): Record<string, Entry> =>
    files.includes('package-lock.json') ? JSON.parse(text('package-lock.json')).packages : {}

  it('has an entry for every optional dependency, so that npm ci accepts it everywhere', () => {
    const all = packages()
    holds(
      Object.entries(all).flatMap(([parent, { optionalDependencies = {} }]) =>
        Object.keys(optionalDependencies)
          .filter((name) => !lookups(parent, name).some((place) => all[place]))
          .map((name) => `package-lock.json: lacks ${name}, optional for ${parent || 'the project'}: npm run lock`),
      ),
    )
  })

  it('names no registry', () =>
    holds(
      Object.entries(packages()).flatMap(([name, { resolved }]) =>
        resolved?.includes('://') ? [`package-lock.json: ${name} is tied to ${new URL(resolved).host}`] : [],
      ),
    ))
})

// ---- Imports -------------------------------------------------------------------------------------------------------

type Import = { path: string; own: boolean; typeOnly: boolean }

/** What a file imports: its own neighbours by their path from the root, packages by their name. */
function importsOf(file: string): Import[] {
  const statements = /\b(?:import|export)\s+(type\s+)?(?:[\w*{},\s$]+?\s*\bfrom\s*)?['"]([^'"]+)['"]/g
  const calls = /(\btypeof\s+)?\bimport\s*\(\s*['"`]([^'"`]+)['"`]/g
  const code = bare(text(file), true)
  return [...code.matchAll(statements), ...code.matchAll(calls)].map(([, typeOnly, name = '']) => {
    const own = name.startsWith('.')
    return { path: own ? posix.join(dirname(file), name) : name, own, typeOnly: Boolean(typeOnly) }
  })
}

function forbidden(file: string, { path, own, typeOnly }: Import): string | undefined {
  if (!own) return undefined
  if (!path.startsWith('src/')) return `${file}: imports ${path}, outside src`
  const [from, to] = [partOf(file), partOf(path)]
  const table = MAY_IMPORT[from] ?? { not: [] }
  const allowed = 'not' in table ? !table.not.includes(to) : table.includes(to)
  const allowedType = typeOnly && !('not' in table) && table.includes(`type ${to}`)
  if (from === to || allowed || allowedType) return undefined
  return `${file}: imports ${path}, but ${from} may not import ${typeOnly ? '' : 'values of '}${to}`
}

/** `src/platforms/shopify` for any file within; nothing for the contract and the registry beside it. */
function adapterOf(path: string): string | undefined {
  const [, folder, kind = ''] = /^(src\/(\w+)\/[^/]+)\//.exec(path) ?? []
  return ADAPTERS.includes(kind) ? folder : undefined
}

const eachAdapter = (kinds: readonly string[]) =>
  kinds.flatMap((kind) => foldersOf(kind).map((name) => `src/${kind}/${name}`))

function registryKeys(registry: string, name: string): string[] {
  const body = new RegExp(`\\bexport const ${name}\\b[^=]*=[^{]*\\{([^}]*)\\}`).exec(bare(registry, true))?.[1] ?? ''
  return [...body.matchAll(/(?:^|,)\s*['"]?([\w-]+)['"]?/g)].map(([, key = '']) => key)
}

function hasPair(folder: string): boolean {
  const cases = within(folder)
    .filter((file) => basename(file) === 'wire.http')
    .map(dirname)
  return cases.some((one) => dirname(one) === folder && files.includes(`${one}/domain.json`))
}

/** What comes in over a socket stands there as frames. */
const hasFrames = (folder: string): boolean =>
  within(`${folder}/fixtures/socket`).some((file) => basename(file) === 'frame.txt')

/** Where npm looks for a dependency of `parent`, from the innermost folder outwards. */
function lookups(parent: string, name: string): string[] {
  const places = [`node_modules/${name}`]
  for (let at = parent; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/'))))
    places.unshift(`${at}/node_modules/${name}`)
  return places
}

function linksOf(markdown: string): string[] {
  const prose = markdown.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '')
  const links = [/\]\(\s*<?([^)\s>]+)/g, /^\s*\[[^\]]+\]:\s+(\S+)/gm, /\b(?:src|href)="([^"]+)"/g]
  return links
    .flatMap((pattern) => [...prose.matchAll(pattern)].map(([, link = '']) => link.replace(/[#?].*$/, '')))
    .filter((link) => link !== '' && !/^(?:[a-z][a-z+.-]*:|\/)/i.test(link))
}

// ---- Code as text --------------------------------------------------------------------------------------------------

/** Calls of the global fetch, or of a `.fetch` other than the app's own and the assets'. */
function fetches(code: string): string[] {
  return [...code.matchAll(/([\w$.?!]*)\bfetch\s*\(/g)]
    .filter(([, receiver = '']) => !/(?:^|\.)(?:app|ASSETS)[?!]?\.$/.test(receiver))
    .filter(({ 0: call, index }) => !isDefinition(code.slice(index + call.length)))
    .map(([call]) => `${call})`)
}

/** Is this the rest of `fetch(request) {` or `fetch(url): Promise<…>`, a method and no call? */
function isDefinition(rest: string): boolean {
  let depth = 1
  let end = 0
  while (depth > 0 && end < rest.length) depth += { '(': 1, ')': -1 }[rest[end++] as string] ?? 0
  return /^\s*(?:\{|:\s*Promise\b|:[^;={}()\n]*\{)/.test(rest.slice(end))
}

/** The code without what it says: no comments, strings emptied (unless wanted), expressions in templates kept. */
function bare(code: string, keepStrings = false): string {
  const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y
  const STRING = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/y
  const REGEX = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y
  const TEMPLATE = /(?:\\[\s\S]|\$(?!\{)|[^`\\$])*(?:`|\$\{|$)/y
  const beforeRegex = /(?:^|[=(,:[!&|?{};+]|=>|\breturn)\s*$/
  const expressions: number[] = [] // for each template we are inside of: how many braces its expression has open
  let out = ''
  let at = 0
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at
    const found = pattern.exec(code)?.[0]
    at += found?.length ?? 0
    return found
  }
  const template = () => {
    const chunk = take(TEMPLATE) ?? ''
    out += keepStrings ? chunk : chunk.endsWith('${') ? '${' : '`'
    if (chunk.endsWith('${')) expressions.push(0)
  }
  while (at < code.length) {
    if (take(COMMENT) !== undefined) continue
    const string = take(STRING) ?? (code[at] === '/' && beforeRegex.test(out.slice(-20)) ? take(REGEX) : undefined)
    if (string !== undefined) {
      out += keepStrings ? string : "''"
      continue
    }
    const char = code[at++] as string
    out += char
    const open = expressions.length - 1
    if (char === '`') template()
    else if (char === '{' && open >= 0) expressions[open] = (expressions[open] as number) + 1
    else if (char === '}' && open >= 0 && (expressions[open] as number)-- === 0) {
      expressions.pop()
      template()
    }
  }
  return out
}
