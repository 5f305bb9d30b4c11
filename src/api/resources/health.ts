import { z } from 'zod'
import { health as healthOf, stats as statsOf } from '../../store/read.ts'
import { route } from '../call.ts'
import { laneStats } from '../lanes.ts'
import { ok } from '../problem.ts'
import { Only, Time } from '../schema.ts'

const Work = z.object({
  backlog: z.int().describe('Messages not applied yet'),
  jobs: z.int().describe('Calls that wait or are under way'),
  parked: z.int().describe('Orders set aside'),
  failures: z.int().describe('Turns that failed in a row; tried again by themselves'),
  refused: z
    .object({ store: z.int(), log: z.int() })
    .nullable()
    .describe('D1 and the log of the lane disagree on its progress: it keeps messages and applies none. See Recovery'),
})
const Connection = z.object({
  kind: z.enum(['shop', 'warehouse', 'app', 'tracker']),
  id: z.string(),
  name: z.string(),
  system: z.string(),
  enabled: z.boolean(),
  lastOrderAt: Time.nullable(),
  refusals: z
    .array(z.object({ reason: z.string(), count: z.int(), lastAt: Time }))
    .describe('Deliveries with a wrong signature in the last 24 hours'),
  refusedSince: Time.nullable().describe('Since when the partner refuses our credentials'),
  work: Work.nullable().describe('Null: it does not answer'),
  paused: z
    .object({
      why: z.enum(['quota', 'failing']).describe('The partner asked for it, or calls did not come to an answer'),
      until: Time,
      failures: z.int().describe('Calls in a row that failed'),
      since: Time,
      detail: z.string(),
    })
    .nullable()
    .describe('Calls of its credential wait; of an app: those of all its shops. Null: none does'),
})

export const health = [
  route({
    method: 'GET',
    path: '/health',
    summary: "How the merchant's connections are",
    role: 'viewer',
    scope: 'merchant',
    query: Only,
    answers: {
      200: z.object({
        connections: z.array(Connection),
        exceptions: z.int(),
        deadLetters: z
          .int()
          .describe('Doorbells that nobody could take in the last 24 hours; what they rang for is not lost'),
      }),
    },
    run: async ({ db, env, merchantId, now }) =>
      ok(await healthOf(db, merchantId, now, (lane) => laneStats(env, lane))),
  }),
  route({
    method: 'GET',
    path: '/stats',
    summary: 'Open orders by state, late ones, open exceptions',
    role: 'viewer',
    scope: 'merchant',
    query: Only,
    answers: { 200: z.object({ orders: z.record(z.string(), z.int()), late: z.int(), exceptions: z.int() }) },
    run: async ({ db, merchantId, now }) => ok(await statsOf(db, merchantId, now)),
  }),
]
