/**
 * The overflow of a lane: the same log under another name. It takes what an overloaded lane could not take, and hands it
 * on event by event; the lane's own de-duplication makes repeats harmless.
 */
import type { Logged } from './event.ts'
import type { Forward, Stages, Unit } from './turn.ts'

const SUFFIX = '~spill'
export const spillName = (lane: string): string => (lane.endsWith(SUFFIX) ? lane : lane + SUFFIX)
export const spillTarget = (name: string): string | undefined =>
  name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : undefined

type Nothing = Record<string, never>

export const spillStages =
  (target: string, now: () => number) => (): Stages<Nothing, { readonly forwards: readonly Forward[] }> => ({
    load: async () => ({}),
    begin: (_, logged: readonly Logged[]) => ({
      forwards: logged.map(({ event }) => ({ lane: target, at: now(), event })),
    }),
    holds: () => [],
    asks: () => new Map(),
    read: () => false,
    finish: (_, { forwards }) => ({ units: [unit(forwards)], parked: [], dirty: [], owed: [] }),
    statements: () => [],
    parked: (aside) => ({ ...unit([]), ...aside }),
    announce: async () => [],
    applied: () => undefined,
    forget: () => undefined,
  })

const unit = (forwards: readonly Forward[]): Unit => ({
  orderId: '',
  key: '',
  rows: {},
  jobs: [],
  changes: [],
  parks: [],
  unparks: [],
  forwards,
})
