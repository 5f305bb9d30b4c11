/**
 * Fixture folders as test cases: `<adapter>/fixtures/<inbound|outbound>/<case>/{wire.http,domain.json}`.
 *
 * `wire.http` starts with `# source: documented <url> | captured | invented`. Inbound, one request follows. Outbound,
 * the whole conversation: requests and the answers to them in turn, parted by lines of `###`.
 */
import { bytes, type WireCall, type WireRequest, type WireResponse } from '../../src/wire/message.ts'

export interface Case<Wire, Domain> {
  readonly adapter: string
  readonly name: string
  readonly source: string
  readonly wire: Wire
  readonly domain: Domain
}

export interface Exchange {
  readonly call: Omit<WireCall, 'safe'>
  readonly answer: WireResponse
}

export const inboundCases = <Domain>(files: Record<string, string>): readonly Case<WireRequest, Domain>[] =>
  casesOf<Domain>(files, 'inbound').map(({ blocks: [block = ''], ...rest }) => {
    const { body, ...request } = requestOf(block)
    return { ...rest, wire: { ...request, body: bytes(body) } }
  })

export const outboundCases = <Domain>(files: Record<string, string>): readonly Case<readonly Exchange[], Domain>[] =>
  casesOf<Domain>(files, 'outbound').map(({ blocks, name, ...rest }) => {
    if (blocks.length % 2 !== 0) throw new Error(`${rest.adapter}/${name}: a request without its answer`)
    const wire = blocks.flatMap((block, i) =>
      i % 2 === 0 ? [{ call: requestOf(block), answer: answerOf(blocks[i + 1] ?? '') }] : [],
    )
    return { ...rest, name, wire }
  })

const casesOf = <Domain>(files: Record<string, string>, way: string) =>
  Object.entries(files)
    .filter(([path]) => path.includes(`/fixtures/${way}/`) && path.endsWith('/wire.http'))
    .map(([path, text]) => {
      const [, adapter = '', name = ''] = /\/([^/]+)\/fixtures\/[^/]+\/([^/]+)\/wire\.http$/.exec(path) ?? []
      const domain = files[path.replace(/wire\.http$/, 'domain.json')]
      if (domain === undefined) throw new Error(`${path} has no domain.json beside it`)
      const [, source = '', rest = ''] = /^# source: ([^\n]*)\n([\s\S]*)$/.exec(text) ?? []
      const blocks = rest.trim() === '' ? [] : rest.split(/^###.*\n/m)
      return { adapter, name, source, blocks, domain: JSON.parse(domain) as Domain }
    })

const requestOf = (block: string) => {
  const { first, headers, body } = messageOf(block)
  const [method = '', url = ''] = first.split(' ')
  return { method, url, headers, body }
}

const answerOf = (block: string): WireResponse => {
  const { first, headers, body } = messageOf(block)
  return { status: Number(first.split(' ')[1]), headers, body }
}

const messageOf = (block: string) => {
  const [head = '', ...rest] = block.split('\n\n')
  const [first = '', ...fields] = head.trim().split('\n')
  const headers = Object.fromEntries(
    fields.map((field) => [
      field.slice(0, field.indexOf(':')).toLowerCase(),
      field.slice(field.indexOf(':') + 1).trim(),
    ]),
  )
  return { first, headers, body: rest.join('\n\n').replace(/\n$/, '') }
}

/** Runs a conversation over canned answers; returns what was called and what came out of it. */
export const converse = <T>(
  conversation: Generator<WireCall, T, WireResponse>,
  answers: readonly WireResponse[],
): { readonly calls: readonly WireCall[]; readonly outcome: T | undefined } => {
  const calls: WireCall[] = []
  let step = conversation.next()
  while (!step.done) {
    calls.push(step.value)
    const answer = answers[calls.length - 1]
    if (!answer) return { calls, outcome: undefined }
    step = conversation.next(answer)
  }
  return { calls, outcome: step.value }
}

/** Broken copies of a JSON text: cut short, each field nulled, emptied, retyped, and one nested past every bound. */
export function* damaged(text: string): Generator<string> {
  for (let end = 0; end < text.length; end += Math.max(7, Math.floor(text.length / 60))) yield text.slice(0, end)
  yield `${'['.repeat(5000)}${text}`
  yield `{"a":`.repeat(5000)
  let root: unknown
  try {
    root = JSON.parse(text)
  } catch {
    return
  }
  for (const path of paths(root)) {
    for (const value of [null, '', '1e999', -1, 1.5, true, [], {}, [[]]])
      yield JSON.stringify(replaced(root, path, value))
  }
}

/** The same for texts with the same places in them: broken copies of one are as good as of all. */
export const shapeOf = (text: string): string => {
  try {
    return paths(JSON.parse(text))
      .map((path) => path.join('.'))
      .join(' ')
  } catch {
    return text
  }
}

const paths = (node: unknown, at: readonly string[] = []): readonly (readonly string[])[] =>
  node !== null && typeof node === 'object'
    ? Object.entries(node).flatMap(([key, value]) => [[...at, key], ...paths(value, [...at, key])])
    : []

export const replaced = (node: unknown, [key, ...rest]: readonly string[], value: unknown): unknown => {
  if (key === undefined) return value
  const child = replaced((node as Record<string, unknown>)[key], rest, value)
  return Array.isArray(node) ? node.with(Number(key), child) : { ...(node as object), [key]: child }
}
