/** How objects and the Worker reach each other: by name, near the data, with fresh stubs. */
import type { D1Database } from '@cloudflare/workers-types'
import type { Env } from '../env.ts'
import type { LaneEvent } from '../lane/event.ts'
import type { Doorbell, QueueName, Row, Statement } from '../lane/ports.ts'
import { spillName } from '../lane/spill.ts'

/** A fresh stub each time: one that has thrown may stay broken. */
export const laneStub = (env: Env, name: string) => env.LANE.getByName(name)
export const socketStub = (env: Env, appId: string) => env.APP_SOCKET.getByName(appId)
/** Made where the merchant is at home; the hint counts only the first time. */
export const stockStub = (env: Env, home: string, region: string) =>
  env.SKU_STOCK.getByName(home, { locationHint: region as DurableObjectLocationHint })

/** Appends to a lane, given by name or as `#<number>`. A lane with too much to do passes to its spill. */
export const appendTo = async (env: Env, lane: string, events: readonly LaneEvent[]): Promise<void> => {
  const name = lane.startsWith('#') ? await laneName(env.DB, Number(lane.slice(1))) : lane
  try {
    await laneStub(env, name).append(events)
  } catch (error) {
    if (!(error instanceof Error && 'overloaded' in error && error.overloaded)) throw error
    await laneStub(env, spillName(name)).append(events)
  }
}

const names = new Map<number, string>()

const laneName = async (db: D1Database, no: number): Promise<string> => {
  const name = names.get(no) ?? (await db.prepare('SELECT name FROM lanes WHERE no = ?').bind(no).first<string>('name'))
  if (!name) throw new Error(`lane number ${no} is not registered`)
  names.set(no, name)
  return name
}

export const storeBatch = async (db: D1Database, statements: readonly Statement[]): Promise<Row[][]> => {
  const results = await db.batch<Row>(statements.map(({ sql, values }) => db.prepare(sql).bind(...values)))
  return results.map((result) => result.results)
}

/** What arises in a storm is told together: so long an alert waits for more of its kind. */
const GATHER_SECONDS = 2

export const ring = async (env: Env, queue: QueueName, bells: readonly Doorbell[]): Promise<void> => {
  const target = { dispatch: env.DISPATCH_QUEUE, writeback: env.WRITEBACK_QUEUE, stock: env.STOCK_QUEUE }[queue]
  for (let i = 0; i < bells.length; i += 100)
    await target.sendBatch(
      bells.slice(i, i + 100).map((body) => (body.jobs.length > 0 ? { body } : { body, delaySeconds: GATHER_SECONDS })),
    )
}

/** One JSON line for the platform's log. Facts never hold buyers' data. */
export const report = (what: string, facts: Readonly<Record<string, unknown>>): void =>
  console.error(JSON.stringify({ what, ...facts }))
