import { z } from 'zod'
import { type Check, examineShop, examineWarehouse } from '../../flow/doctor.ts'
import { type Call, param, route } from '../call.ts'
import { rowOwner } from '../owner.ts'
import { partnerPorts } from '../ports.ts'
import { conflict, notFound, ok, type Reply } from '../problem.ts'

const Checks = z.object({
  ready: z.boolean().describe('Nothing failed'),
  checks: z.array(
    z.object({
      name: z.enum(['address', 'settings', 'egress', 'token', 'push', 'messages', 'double']),
      state: z.enum(['ok', 'failed', 'unclear']).describe('unclear: could not be found out, or only a person can tell'),
      zh: z.string(),
      en: z.string(),
    }),
  ),
})

const portsOf = (call: Call) => ({ ...partnerPorts(call.env, call.vault), origin: call.origin })

const failedOf = (checks: readonly Check[]): readonly Check[] => checks.filter(({ state }) => state === 'failed')

const reply = (what: string, id: string, checks: readonly Check[] | undefined): Reply =>
  checks ? ok({ ready: failedOf(checks).length === 0, checks }) : notFound(what, id)

/** Why a shop may not go live; undefined: it may. */
export const notReady = async (call: Call, shopId: string): Promise<Reply | undefined> => {
  const failed = failedOf((await examineShop(portsOf(call), call.merchantId, shopId)) ?? [])
  if (failed.length === 0) return undefined
  return conflict(
    'mode',
    failed.map(({ en }) => en).join('; '),
    `Mend it (POST /api/v1/shops/${shopId}/doctor tells again), or send "force": true`,
  )
}

export const doctor = [
  route({
    method: 'POST',
    path: '/shops/{id}/doctor',
    summary:
      'Looks whether a shop is fit to go live: address, settings, token, a signed test push, messages switched on',
    role: 'operator',
    scope: rowOwner('shops'),
    body: z.strictObject({}),
    answers: { 200: Checks },
    run: async (call) =>
      reply('shop', param(call, 'id'), await examineShop(portsOf(call), call.merchantId, param(call, 'id'))),
  }),
  route({
    method: 'POST',
    path: '/warehouses/{id}/doctor',
    summary: 'Asks a warehouse for a document that nobody has: do address and credentials work? Changes nothing',
    role: 'operator',
    scope: rowOwner('warehouses'),
    body: z.strictObject({}),
    answers: { 200: Checks },
    run: async (call) =>
      reply('warehouse', param(call, 'id'), await examineWarehouse(portsOf(call), call.merchantId, param(call, 'id'))),
  }),
]
