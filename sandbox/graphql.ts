/**
 * Enough of GraphQL to answer an order system honestly whatever it selects: operations, variables, aliases, arguments,
 * directives, fragments. A field that the type does not have is an error, as it is at the real one.
 */
import { type Args, type Field, isVariable, Parser, Refusal, type Selection, type Value } from './graphql-parse.ts'

/** An object of the schema: fields are values, or functions of their arguments and directives. */
export interface Type {
  readonly __typename: string
  readonly [field: string]: Value | ((args: Args, directives: Readonly<Record<string, Args>>) => Value)
}

export interface GraphError {
  readonly message: string
  readonly path?: readonly string[]
  readonly extensions?: Readonly<Record<string, Value>>
}

const bind = (value: Value, variables: Args): Value => {
  if (isVariable(value)) return variables[value.variable]
  if (Array.isArray(value)) return value.map((each) => bind(each, variables))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, bind(each, variables)]))
}
const bound = (args: Args, variables: Args): Args => bind(args, variables) as Args

const isType = (value: Value): value is Type => typeof value === 'object' && value !== null && '__typename' in value

/** Runs one document; the answer has `data`, and `errors` where something was refused. */
export const execute = (
  source: string,
  given: Args,
  roots: { readonly query: Type; readonly mutation: Type },
): { readonly data?: Value; readonly errors?: readonly GraphError[] } => {
  const errors: GraphError[] = []
  try {
    const parsed = new Parser(source)
    if (!parsed.operation) throw new Refusal('no operation')
    const variables = { ...parsed.defaults, ...given }
    const root = parsed.operation.type === 'mutation' ? roots.mutation : roots.query
    const data = select(root, parsed.operation.select, { variables, fragments: parsed.fragments, errors }, [])
    return errors.length > 0 ? { data, errors } : { data }
  } catch (error) {
    return { errors: [{ message: (error as Error).message, extensions: { code: 'syntaxError' } }] }
  }
}

interface Run {
  readonly variables: Args
  readonly fragments: ReadonlyMap<string, readonly Selection[]>
  readonly errors: GraphError[]
}

const select = (
  of: Type,
  selections: readonly Selection[],
  run: Run,
  path: readonly string[],
): Record<string, Value> => {
  const out: Record<string, Value> = {}
  for (const selection of selections)
    if (selection.kind === 'field') {
      if (isIncluded(selection, run)) out[selection.alias] = resolve(of, selection, run, [...path, selection.alias])
    } else if (selection.on === '' || selection.on === of.__typename)
      Object.assign(
        out,
        select(of, selection.name ? (run.fragments.get(selection.name) ?? []) : selection.select, run, path),
      )
  return out
}

const isIncluded = ({ directives }: Field, { variables }: Run): boolean =>
  (!directives.skip || bound(directives.skip, variables).if !== true) &&
  (!directives.include || bound(directives.include, variables).if !== false)

const resolve = (of: Type, field: Field, run: Run, path: readonly string[]): Value => {
  if (!(field.name in of)) {
    run.errors.push({
      message: `Field '${field.name}' doesn't exist on type '${of.__typename}'`,
      path,
      extensions: { code: 'undefinedField', typeName: of.__typename, fieldName: field.name },
    })
    return null
  }
  try {
    const member = of[field.name]
    const directives = Object.fromEntries(
      Object.entries(field.directives).map(([name, args]) => [name, bound(args, run.variables)]),
    )
    const value =
      typeof member === 'function'
        ? (member as (a: Args, d: unknown) => Value)(bound(field.args, run.variables), directives)
        : member
    return shape(value, field.select, run, path)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    run.errors.push({ message: error.message, path, extensions: { code: error.code } })
    return null
  }
}

const shape = (value: Value, selections: readonly Selection[], run: Run, path: readonly string[]): Value => {
  if (Array.isArray(value)) return value.map((each, index) => shape(each, selections, run, [...path, String(index)]))
  return isType(value) ? select(value, selections, run, path) : (value ?? null)
}

/** A list as Relay has it. `first` bounds it; the cursor is the position. */
export const connection = (name: string, nodes: readonly Type[], args: Args): Type => {
  const start = typeof args.after === 'string' ? Number(args.after) + 1 : 0
  const page = nodes.slice(start, start + (typeof args.first === 'number' ? args.first : nodes.length))
  return {
    __typename: `${name}Connection`,
    nodes: page,
    edges: page.map((node, index): Type => ({ __typename: `${name}Edge`, node, cursor: String(start + index) })),
    pageInfo: {
      __typename: 'PageInfo',
      hasNextPage: start + page.length < nodes.length,
      hasPreviousPage: start > 0,
      startCursor: page.length > 0 ? String(start) : null,
      endCursor: page.length > 0 ? String(start + page.length - 1) : null,
    } satisfies Type,
  }
}
