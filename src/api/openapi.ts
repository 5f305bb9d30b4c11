/** The document of the API, OpenAPI 3.1, made from the same routes that answer. */
import { z } from 'zod'
import type { Route } from './call.ts'
import { KINDS, type Kind, ProblemSchema } from './problem.ts'
import { routes } from './routes.ts'

type Json = Readonly<Record<string, unknown>>

let made: Json | undefined

export const document = (origin: string): Json => {
  made ??= make()
  return { ...made, servers: [{ url: `${origin}/api/v1` }] }
}

const make = (): Json => ({
  openapi: '3.1.0',
  info: {
    title: 'Cangqiao 仓桥',
    version: '1',
    description:
      'Orders of shops, routed to third-party warehouses. Times are UTC milliseconds; money is integer minor units with its currency; ids are text.',
  },
  security: [{ token: [] }],
  tags: [...new Set(routes.map(tagOf))].map((name) => ({ name })),
  paths: Object.fromEntries(
    [...Map.groupBy(routes, (route) => route.path)].map(([path, list]) => [
      path,
      Object.fromEntries(list.map((route) => [route.method.toLowerCase(), operation(route)])),
    ]),
  ),
  components: {
    securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    schemas: { Problem: shape(ProblemSchema, 'output') },
    responses: Object.fromEntries(
      [...Map.groupBy(Object.entries(KINDS), ([, kind]) => kind.status)].map(([status, kinds]) => [
        `Problem${status}`,
        {
          description: kinds.map(([name, { title }]) => `${name}: ${title}`).join(' · '),
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      ]),
    ),
  },
})

const tagOf = (route: Route): string => route.path.split('/')[1] ?? ''

const shape = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json & { $schema?: string }
  return rest
}

const operation = (route: Route): Json => ({
  operationId: operationId(route),
  tags: [tagOf(route)],
  summary: route.summary,
  description: `Role: ${route.role}.`,
  parameters: parameters(route),
  ...(route.body && {
    requestBody: {
      required: true,
      content: { 'application/json': { schema: shape(route.body, 'input') } },
    },
  }),
  responses: responses(route),
})

const operationId = ({ method, path }: Route): string => {
  const words = path
    .split('/')
    .filter(Boolean)
    .map((part) => (part.startsWith('{') ? 'one' : part))
  return [method.toLowerCase(), ...words]
    .map((word, i) => (i === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join('')
}

const parameters = (route: Route): Json[] => {
  const named = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const { properties = {}, required = [] } = route.query
    ? (shape(route.query, 'input') as { properties?: Record<string, Json>; required?: string[] })
    : {}
  const asked = Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema,
  }))
  return [...named, ...asked, ...headers(route)]
}

const headers = (route: Route): Json[] => {
  const header = (name: string, description: string): Json => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string', maxLength: 200 },
  })
  return [
    ...(route.method === 'POST'
      ? [header('Idempotency-Key', 'The same key with the same request gives the first answer again, for 24 hours')]
      : []),
    ...(route.current
      ? [header('If-Match', 'The ETag of what you have seen: refused with 412 if it has changed')]
      : []),
  ]
}

const responses = (route: Route): Json => {
  const good = Object.entries(route.answers).map(([status, schema]) => [
    status,
    {
      description: GOOD[status] ?? 'Done',
      ...(schema && { content: { 'application/json': { schema: shape(schema, 'output') } } }),
    },
  ])
  return Object.fromEntries([
    ...good,
    ...badOf(route).map((status) => [String(status), { $ref: `#/components/responses/Problem${status}` }]),
  ])
}

const GOOD: Readonly<Record<string, string>> = {
  200: 'Done',
  201: 'Created',
  202: 'Taken; it will be done. Ask again at `Location`',
  204: 'Done; nothing to say',
}

const badOf = (route: Route): readonly number[] => {
  const kinds: Kind[] = ['unauthorized', 'forbidden', 'invalid', 'unavailable']
  if (route.path.includes('{')) kinds.push('not-found')
  if (route.body) kinds.push('not-json', 'too-large', 'conflict')
  if (route.current) kinds.push('stale')
  return [...new Set(kinds.map((kind) => KINDS[kind].status))].toSorted((a, b) => a - b)
}
