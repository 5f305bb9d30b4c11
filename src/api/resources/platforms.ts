import { z } from 'zod'
import { CAPABILITIES } from '../../platforms/capability.ts'
import { platforms as registry } from '../../platforms/index.ts'
import type { Platform } from '../../platforms/platform.ts'
import { warehouses } from '../../warehouses/index.ts'
import type { Warehouse } from '../../warehouses/warehouse.ts'
import { route } from '../call.ts'
import { ok } from '../problem.ts'

const Name = z.object({ zh: z.string(), en: z.string() })
const Form = z
  .record(z.string(), z.unknown())
  .describe('JSON Schema of a form; each description says where to find the value')
const Proof = z.object({ live: z.boolean().describe('A real account has confirmed it'), restsOn: z.string() })
const Cell = z
  .object({ state: z.enum(['built', 'none', 'unknown', 'notBuilt']), reason: z.string() })
  .describe('none: the platform has none · unknown and notBuilt count as missing')

const PlatformView = z.object({
  ...{ id: z.string(), name: Name, docs: z.string(), proof: Proof },
  scope: z.enum(['app', 'shop']).describe('app: POST /api/v1/apps first, its shops share keys'),
  intake: z.array(z.enum(['http', 'socket', 'poll'])),
  authorization: z.enum(['link', 'token', 'none']).describe('link: POST /api/v1/apps/{id}/authorizations'),
  capabilities: z.record(z.string(), Cell),
  checklist: z.array(
    z.object({
      ...{ zh: z.string(), en: z.string(), who: z.enum(['merchant', 'us', 'platform']) },
      ...{ days: z.number().optional(), link: z.string().optional() },
    }),
  ),
  forms: z.object({ app: Form.nullable(), shop: Form, settings: Form }),
})

const SystemView = z.object({
  ...{ id: z.string(), name: Name, docs: z.string(), proof: Proof },
  waybill: z.enum(['warehouse', 'us']),
  cancel: z.enum(['sync', 'later', 'never']),
  deduplicates: z.boolean(),
  forms: z.object({ credentials: Form, settings: Form }),
})

const formOf = (schema: z.ZodObject): Record<string, unknown> =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>

const cellOf = (cell: Platform['capabilities'][(typeof CAPABILITIES)[number]]): z.output<typeof Cell> => {
  if (cell === 'built') return { state: 'built', reason: '' }
  if ('none' in cell) return { state: 'none', reason: cell.none }
  return 'unknown' in cell ? { state: 'unknown', reason: cell.unknown } : { state: 'notBuilt', reason: cell.notBuilt }
}

const platformView = (platform: Platform): z.output<typeof PlatformView> => {
  const { id, name, docs, proof, scope, inbound, socket, poll, authorization, checklist, credentials, settings } =
    platform
  return {
    ...{ id, name, docs, proof, scope, checklist: [...checklist] },
    intake: [
      ...(inbound ? (['http'] as const) : []),
      ...(socket ? (['socket'] as const) : []),
      ...(poll ? (['poll'] as const) : []),
    ],
    authorization: authorization?.link ? 'link' : authorization ? 'token' : 'none',
    capabilities: Object.fromEntries(CAPABILITIES.map((one) => [one, cellOf(platform.capabilities[one])])),
    forms: {
      app: credentials.app ? formOf(credentials.app) : null,
      shop: formOf(credentials.shop),
      settings: formOf(settings),
    },
  }
}

const systemView = (system: Warehouse): z.output<typeof SystemView> => {
  const { id, name, docs, proof, waybill, cancel, deduplicates, credentials, settings } = system
  const forms = { credentials: formOf(credentials), settings: formOf(settings) }
  return { id, name, docs, proof, waybill, cancel, deduplicates, forms }
}

export const platforms = [
  route({
    method: 'GET',
    path: '/platforms',
    summary: 'Every platform: what it can do here, what must be done before going live, what its forms ask for',
    role: 'viewer',
    scope: 'none',
    answers: { 200: z.object({ items: z.array(PlatformView) }) },
    run: async () => ok({ items: Object.values(registry).map(platformView) }),
  }),
  route({
    method: 'GET',
    path: '/systems',
    summary: 'Every warehouse system and ERP, and what its forms ask for',
    role: 'viewer',
    scope: 'none',
    answers: { 200: z.object({ items: z.array(SystemView) }) },
    run: async () => ok({ items: Object.values(warehouses).map(systemView) }),
  }),
]
