/** Reading a GraphQL document: operations, variables, aliases, arguments, directives, fragments. No schema here. */

export type Value = unknown
export type Args = Readonly<Record<string, Value>>
export interface Field {
  readonly kind: 'field'
  readonly name: string
  readonly alias: string
  readonly args: Args
  readonly directives: Readonly<Record<string, Args>>
  readonly select: readonly Selection[]
}
export type Selection =
  | Field
  | { readonly kind: 'spread'; readonly on: string; readonly name: string; readonly select: readonly Selection[] }

/** Thrown by a resolver: becomes an entry of `errors`, and the field null. */
export class Refusal extends Error {
  readonly code: string
  constructor(message: string, code = 'BAD_REQUEST') {
    super(message)
    this.code = code
  }
}

const TOKEN =
  /"""[\s\S]*?"""|"(?:[^"\\]|\\.)*"|\.\.\.|[_A-Za-z]\w*|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[{}()[\]:=!@$|&]|#[^\n]*|[\s,\uFEFF]+/y

const tokenize = (source: string): string[] => {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex
    const found = TOKEN.exec(source)?.[0]
    if (found === undefined) throw new Refusal(`syntax error at ${at}`)
    if (!/^[\s,#\uFEFF]/.test(found)) tokens.push(found)
  }
  return tokens
}

interface Variable {
  readonly variable: string
}
export const isVariable = (value: Value): value is Variable =>
  typeof value === 'object' && value !== null && 'variable' in value

export class Parser {
  readonly #tokens: readonly string[]
  #at = 0
  readonly fragments = new Map<string, readonly Selection[]>()
  readonly defaults: Record<string, Value> = {}
  operation: { readonly type: string; readonly select: readonly Selection[] } | undefined

  constructor(source: string) {
    this.#tokens = tokenize(source)
    while (this.#at < this.#tokens.length) this.#definition()
  }

  #peek = (): string | undefined => this.#tokens[this.#at]
  #next = (): string => {
    const token = this.#tokens[this.#at]
    if (token === undefined) throw new Refusal('unexpected end of the document')
    this.#at += 1
    return token
  }
  #take = (wanted: string): boolean => {
    if (this.#peek() !== wanted) return false
    this.#at += 1
    return true
  }
  #expect = (wanted: string): void => {
    if (!this.#take(wanted)) throw new Refusal(`expected ${wanted}, found ${this.#peek() ?? 'the end'}`)
  }

  #definition(): void {
    const first = this.#peek()
    if (first === 'fragment') {
      this.#next()
      const name = this.#next()
      this.#expect('on')
      this.#next()
      this.fragments.set(name, this.#selections())
      return
    }
    const type = first === '{' ? 'query' : this.#next()
    if (!['query', 'mutation'].includes(type)) throw new Refusal(`unknown operation ${type}`)
    if (/^[_A-Za-z]/.test(this.#peek() ?? '')) this.#next()
    if (this.#take('(')) while (!this.#take(')')) this.#variable()
    this.#directives()
    this.operation = { type, select: this.#selections() }
  }

  #variable(): void {
    this.#expect('$')
    const name = this.#next()
    this.#expect(':')
    while (/^[[\]!]$|^[_A-Za-z]/.test(this.#peek() ?? '')) this.#next()
    if (this.#take('=')) this.defaults[name] = this.#value()
  }

  #selections(): Selection[] {
    const found: Selection[] = []
    this.#expect('{')
    while (!this.#take('}')) found.push(this.#take('...') ? this.#spread() : this.#field())
    return found
  }

  #spread(): Selection {
    if (this.#take('on')) return { kind: 'spread', on: this.#next(), name: '', select: this.#selections() }
    if (this.#peek() === '{') return { kind: 'spread', on: '', name: '', select: this.#selections() }
    return { kind: 'spread', on: '', name: this.#next(), select: [] }
  }

  #field(): Field {
    const first = this.#next()
    const name = this.#take(':') ? this.#next() : first
    const args = this.#args()
    const directives = this.#directives()
    return {
      kind: 'field',
      name,
      alias: first,
      args,
      directives,
      select: this.#peek() === '{' ? this.#selections() : [],
    }
  }

  #args(): Args {
    const args: Record<string, Value> = {}
    if (!this.#take('(')) return args
    while (!this.#take(')')) {
      const name = this.#next()
      this.#expect(':')
      args[name] = this.#value()
    }
    return args
  }

  #directives(): Record<string, Args> {
    const found: Record<string, Args> = {}
    while (this.#take('@')) found[this.#next()] = this.#args()
    return found
  }

  #value(): Value {
    const token = this.#next()
    if (token === '$') return { variable: this.#next() } satisfies Variable
    if (token === '[') return this.#list()
    if (token === '{') return this.#object()
    if (token.startsWith('"""')) return token.slice(3, -3)
    if (token.startsWith('"')) return JSON.parse(token)
    if (/^[-\d]/.test(token)) return Number(token)
    return (
      ({ true: true, false: false, null: null } as Record<string, Value>)[token] ?? (token === 'null' ? null : token)
    )
  }

  #list(): Value[] {
    const items: Value[] = []
    while (!this.#take(']')) items.push(this.#value())
    return items
  }

  #object(): Record<string, Value> {
    const fields: Record<string, Value> = {}
    while (!this.#take('}')) {
      const name = this.#next()
      this.#expect(':')
      fields[name] = this.#value()
    }
    return fields
  }
}
