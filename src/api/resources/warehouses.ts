import { z } from 'zod'
import { listWarehouses, type WarehouseView, warehouseView } from '../../store/read.ts'
import { one } from '../../store/rows.ts'
import { insertWarehouse, updateConnection } from '../../store/write/connections.ts'
import { warehouses as systems } from '../../warehouses/index.ts'
import type { Warehouse } from '../../warehouses/warehouse.ts'
import { type Call, param, route } from '../call.ts'
import {
  announceCredentials,
  changedMeanwhile,
  connectionAnswer,
  connectionChange,
  connectionPage,
  EgressBody,
  forgetFailures,
  isReply,
  refusedUrl,
  sealEgress,
  sealFields,
  shopIds,
  tokenAnswer,
  workOut,
} from '../connection.ts'
import { settleLane } from '../lanes.ts'
import { rowOwner } from '../owner.ts'
import { conflict, created, notFound, ok, type Reply } from '../problem.ts'
import { releaseLater } from '../release.ts'
import { Listing, MerchantId, Name, Only, pageOf } from '../schema.ts'

const Region = z
  .string()
  .regex(/^(?:\*|\d{2}0000|[A-Z]{2})$/, { error: 'must be a GB/T 2260 province code, an ISO country code or *' })
const Regions = z
  .array(Region)
  .min(1)
  .max(300)
  .describe('GB/T 2260 province codes (330000), ISO country codes (CN: every province), or * for all')
const Rank = z.int().min(0).max(10_000).describe('Lower is preferred')

const House = z.object({
  id: z.string(),
  merchantId: z.string(),
  system: z.string(),
  name: z.string(),
  callbackUrl: z.string().optional().describe('Absent for systems that do not call back'),
  regions: z.array(z.string()),
  rank: z.int(),
  connectionKey: z.string().nullable(),
  enabled: z.boolean(),
  ...tokenAnswer,
  ...connectionAnswer,
})

const bodyOf = (adapter: Warehouse) =>
  z.strictObject({
    merchantId: MerchantId,
    system: z.literal(adapter.id),
    name: Name,
    credentials: adapter.credentials.strict(),
    regions: Regions.default(['*']),
    rank: Rank.default(100),
    settings: adapter.settings.strict().prefault({}),
    egress: EgressBody.optional(),
  })

const Body = z.discriminatedUnion('system', Object.values(systems).map(bodyOf) as [ReturnType<typeof bodyOf>])
const Change = z.strictObject({
  ...connectionChange,
  regions: Regions.optional(),
  rank: Rank.optional(),
  enabled: z.boolean().optional(),
})

const shown = (call: Call, house: WarehouseView) => ({
  ...house,
  ...(systems[house.system]?.inbound && { callbackUrl: `${call.origin}/callbacks/${house.system}/${house.id}` }),
})

const view = async (call: Call): Promise<Reply> => {
  const house = await warehouseView(call.db, call.vault, call.merchantId, param(call, 'id'))
  return house ? ok(shown(call, house)) : notFound('warehouse', param(call, 'id'))
}

/** Two connections of one system under one key could not be told apart by their messages. */
const taken = async (call: Call, adapter: Warehouse, key: string | null, own: string): Promise<Reply | undefined> => {
  if (key === null) return undefined
  const other = await one(
    call.db,
    'SELECT id FROM warehouses WHERE merchant_id = ? AND system = ? AND connection_key = ? AND id <> ?',
    call.merchantId,
    adapter.id,
    key,
    own,
  )
  const field = `credentials.${adapter.connectionKey?.field}`
  return (
    other &&
    conflict(
      field,
      `another warehouse of this merchant at ${adapter.id} has it`,
      'Change that warehouse instead of making another one',
    )
  )
}

const keyIn = (adapter: Warehouse, credentials: Readonly<Record<string, string>>): string | null =>
  (adapter.connectionKey && credentials[adapter.connectionKey.field]) || null

/** Problems that another warehouse, or other regions of one, may solve. */
const SOLVED = ['no_warehouse', 'region_unserved', 'receiver_unshippable', 'cod_unsupported'] as const

const create = async (call: Call<unknown, z.output<typeof Body>>): Promise<Reply> => {
  const { name, settings, regions, rank } = call.body
  const adapter = systems[call.body.system] as Warehouse
  const credentials = call.body.credentials as Record<string, string>
  const id = call.newId('wh')
  const connectionKey = keyIn(adapter, credentials)
  const refused = refusedUrl(call, settings, call.body.egress) ?? (await taken(call, adapter, connectionKey, id))
  if (refused) return refused
  await insertWarehouse(
    call.db,
    {
      id,
      merchantId: call.merchantId,
      system: adapter.id,
      name,
      regions,
      rank,
      settings,
      egress: sealEgress(call, 'warehouse', id, call.body.egress),
      connectionKey,
      credentials: sealFields(call, 'warehouse', id, credentials),
    },
    call.now,
  )
  releaseLater(call, SOLVED)
  await settleLane(call.env, call.merchantId, `wh:${id}`)
  return created((await view({ ...call, params: { id } })).body, `/api/v1/warehouses/${id}`)
}

const change = async (call: Call<unknown, z.output<typeof Change>>): Promise<Reply> => {
  const row = await one(
    call.db,
    'SELECT * FROM warehouses WHERE id = ? AND merchant_id = ?',
    param(call, 'id'),
    call.merchantId,
  )
  const adapter = row && systems[String(row.system)]
  if (!row || !adapter) return notFound('warehouse', param(call, 'id'))
  const worked = workOut(call, 'warehouse', row, call.body, {
    credentials: adapter.credentials,
    settings: adapter.settings,
  })
  if (isReply(worked)) return worked
  const key = { id: String(row.id), merchantId: call.merchantId }
  const connectionKey = keyIn(adapter, worked.credentials)
  const refused = await taken(call, adapter, connectionKey, key.id)
  if (refused) return refused
  const { regions, rank, enabled } = call.body
  const columns = {
    ...worked.columns,
    ...(worked.rotated && { connection_key: connectionKey }),
    ...(regions !== undefined && { regions: JSON.stringify(regions) }),
    ...(rank !== undefined && { rank }),
    ...(enabled !== undefined && { enabled: enabled ? 1 : 0 }),
  }
  if (!(await updateConnection(call.db, 'warehouses', key, worked.seen, columns))) return changedMeanwhile()
  await forgetFailures(call, `wh:${key.id}`, worked)
  // Jobs for a warehouse wait in the lanes of the shops whose orders they are.
  if (worked.renewed)
    await announceCredentials(call, [
      [`wh:${key.id}`, key.id],
      ...(await shopIds(call)).map((id) => [`shop:${id}`, key.id] as const),
    ])
  if (regions !== undefined || enabled !== undefined || call.body.settings !== undefined) releaseLater(call, SOLVED)
  return view(call)
}

const owner = rowOwner('warehouses')

export const warehouses = [
  route({
    method: 'GET',
    path: '/warehouses',
    summary: 'Warehouses',
    role: 'viewer',
    scope: 'merchant',
    query: Listing,
    answers: { 200: pageOf(House) },
    run: (call) => connectionPage(call, listWarehouses, shown),
  }),
  route({
    method: 'POST',
    path: '/warehouses',
    summary: 'Creates a warehouse; answers with the address that its system is to call back',
    role: 'owner',
    scope: 'merchant',
    body: Body,
    answers: { 201: House },
    run: create,
  }),
  route({
    method: 'GET',
    path: '/warehouses/{id}',
    summary: 'One warehouse',
    role: 'viewer',
    scope: owner,
    query: Only,
    answers: { 200: House },
    run: view,
  }),
  route({
    method: 'PATCH',
    path: '/warehouses/{id}',
    summary: 'Changes a warehouse, its secrets too',
    role: 'owner',
    scope: owner,
    body: Change,
    answers: { 200: House },
    current: view,
    run: change,
  }),
]
