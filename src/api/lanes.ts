/** How the API reaches a lane. It never decides anything itself: it appends what a person wants, and reads what became of it. */
import type { Env } from '../env.ts'
import type { LaneEvent } from '../lane/event.ts'
import { spillName } from '../lane/spill.ts'
import { platforms } from '../platforms/index.ts'
import type { LaneStats } from '../store/read.ts'

/** A fresh stub each time: one that has thrown may stay broken. */
export const laneStub = (env: Env, name: string) => env.LANE.getByName(name)

const CHUNK = 200

/** Durable when it returns. A lane with too much to do passes to its spill. */
export const append = async (env: Env, lane: string, events: readonly LaneEvent[]): Promise<void> => {
  for (let i = 0; i < events.length; i += CHUNK) {
    const chunk = events.slice(i, i + CHUNK)
    try {
      await laneStub(env, lane).append(chunk)
    } catch (error) {
      if (!(error instanceof Error && 'overloaded' in error && error.overloaded)) throw error
      await laneStub(env, spillName(lane)).append(chunk)
    }
  }
}

/** A new lane is made where its merchant is at home; where an object is made, it stays. */
export const settleLane = async (env: Env, merchantId: string, lane: string): Promise<void> => {
  const region = await env.DB.prepare('SELECT region FROM merchants WHERE id = ?')
    .bind(merchantId)
    .first<string>('region')
  await env.LANE.getByName(lane, { locationHint: (region ?? 'apac') as DurableObjectLocationHint }).poke()
}

/** A platform that pushes over a socket of ours: opened now, not at the next minute. */
export const openSocket = async (env: Env, platform: string, appId: string | null): Promise<void> => {
  if (appId !== null && platforms[platform]?.socket) await env.APP_SOCKET.getByName(appId).poke(appId)
}

export const laneStats = async (env: Env, lane: string): Promise<LaneStats | undefined> => {
  try {
    return await laneStub(env, lane).poke()
  } catch {
    return undefined
  }
}

const PATIENCE_MS = 2_000
const PAUSES = [30, 50, 80, 120, 200]

/** Asks until there is an answer, for two seconds at most: longer than a turn takes where nothing is wrong. */
export const within = async <T>(ask: () => Promise<T | undefined>): Promise<T | undefined> => {
  const end = Date.now() + PATIENCE_MS
  for (let i = 0; ; i++) {
    const answer = await ask()
    const pause = PAUSES[Math.min(i, PAUSES.length - 1)] ?? 200
    if (answer !== undefined || Date.now() + pause > end) return answer
    await scheduler.wait(pause)
  }
}
