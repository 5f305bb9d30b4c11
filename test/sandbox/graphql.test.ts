import { describe, expect, it } from 'vitest'
import { connection, execute, type Type } from '../../sandbox/graphql.ts'
import { Refusal } from '../../sandbox/graphql-parse.ts'

const line = (sku: string): Type => ({ __typename: 'LineItem', sku, quantity: 1 })
const query: Type = {
  __typename: 'QueryRoot',
  order: (args: Record<string, unknown>) => ({
    __typename: 'Order',
    id: args.id,
    note: null,
    lines: (inner: Record<string, unknown>) => connection('LineItem', [line('A'), line('B'), line('C')], inner),
  }),
  echo: (args: Record<string, unknown>) => JSON.stringify(args),
}
const mutation: Type = {
  __typename: 'Mutation',
  set: (_args: unknown, directives: Record<string, Record<string, unknown>>) => {
    if (!directives.idempotent?.key) throw new Refusal('the key is missing')
    return { __typename: 'Payload', key: directives.idempotent.key, userErrors: [] }
  },
}
const run = (source: string, variables = {}) => execute(source, variables, { query, mutation })

describe('the small GraphQL', () => {
  it('answers aliases, variables, fragments and pages', () => {
    const source = `query Q($id: ID!, $n: Int = 2) { one: order(id: $id) { ...F lines(first: $n) { edges { node { sku } } pageInfo { hasNextPage endCursor } } } }
      fragment F on Order { id note ... on Order { __typename } }`
    expect(run(source, { id: 'gid://shopify/Order/1' })).toEqual({
      data: {
        one: {
          id: 'gid://shopify/Order/1',
          note: null,
          __typename: 'Order',
          lines: {
            edges: [{ node: { sku: 'A' } }, { node: { sku: 'B' } }],
            pageInfo: { hasNextPage: true, endCursor: '1' },
          },
        },
      },
    })
    const next = run('{ order(id: "1") { lines(first: 2, after: "1") { nodes { sku } pageInfo { hasNextPage } } } }')
    expect(next.data).toEqual({ order: { lines: { nodes: [{ sku: 'C' }], pageInfo: { hasNextPage: false } } } })
  })

  it('reads every kind of value', () => {
    const { data } = run('{ echo(a: [1, -2.5], b: {c: "x\\"y", d: null}, e: UPDATED_AT, f: true, g: $v) }', { v: [1] })
    expect(JSON.parse((data as { echo: string }).echo)).toEqual({
      a: [1, -2.5],
      b: { c: 'x"y', d: null },
      e: 'UPDATED_AT',
      f: true,
      g: [1],
    })
  })

  it('hands directives on, and turns refusals into errors', () => {
    expect(
      run('mutation($k: String!) { set @idempotent(key: $k) { key userErrors { message } } }', { k: 'k1' }).data,
    ).toEqual({ set: { key: 'k1', userErrors: [] } })
    expect(run('mutation { set { key } }')).toEqual({
      data: { set: null },
      errors: [{ message: 'the key is missing', path: ['set'], extensions: { code: 'BAD_REQUEST' } }],
    })
  })

  it('refuses fields that do not exist, and nonsense', () => {
    expect(run('{ order(id: 1) { nope } }').errors?.[0]?.message).toBe("Field 'nope' doesn't exist on type 'Order'")
    expect(run('{ order(id: 1) { id ').errors?.[0]?.extensions).toEqual({ code: 'syntaxError' })
  })
})
