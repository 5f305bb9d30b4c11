/** The turn's one batch to the store. An order whose rows the store refuses is found, set aside, and the others go on. */
import type { LaneEvent } from './event.ts'
import type { Log } from './log.ts'
import type { LanePorts } from './ports.ts'
import { fence, isPoison, Replaced, readProgress } from './progress.ts'
import type { Stages, Unit, Writing } from './turn.ts'

/**
 * True once the rows and the fence are in the store. False: some orders were set aside in the record (written by
 * `rewrite`), which is to be tried again. Throws what may pass with time, and `Replaced`.
 */
export const store = async <World, State>(
  ports: LanePorts,
  epoch: number,
  record: Writing,
  stages: Stages<World, State>,
  log: Log,
  rewrite: (record: Writing) => void,
): Promise<boolean> => {
  const { units, parked, from, to } = record
  try {
    await ports.store([fence(ports.name, epoch, from, to), ...stages.statements([...units, ...parked], to)])
    return true
  } catch (error) {
    const at = await readProgress(ports)
    if (at.epoch !== epoch) throw new Replaced('a newer instance has this lane')
    // The answer was lost, the batch was not.
    if (at.seq === to) return true
    if (!isPoison(error) || at.seq !== from) throw error
    const bad = await poisonous(ports, epoch, units, from, to, stages)
    if (bad.length === 0) throw error
    const world = await stages.load([], record.clock, to)
    const logged = log.range(from, to)
    const events = (unit: Unit): LaneEvent[] =>
      logged
        .filter(
          ({ event }) => event.ref === unit.key || event.ref === `o:${unit.orderId}` || (!unit.orderId && !event.ref),
        )
        .map(({ event }) => event)
    const aside = bad.map((unit) =>
      stages.parked({ orderId: unit.orderId, key: unit.key, events: events(unit) }, String(error), world),
    )
    rewrite({ ...record, units: units.filter((unit) => !bad.includes(unit)), parked: [...parked, ...aside] })
    return false
  }
}

/** Halves until single orders remain. The fence stays where it is: rows are absolute, so writing some of them early changes nothing. */
const poisonous = async <World, State>(
  ports: LanePorts,
  epoch: number,
  units: readonly Unit[],
  from: number,
  to: number,
  stages: Stages<World, State>,
): Promise<Unit[]> => {
  if (units.length === 0) return []
  try {
    await ports.store([fence(ports.name, epoch, from, from), ...stages.statements(units, to)])
    return []
  } catch (error) {
    if (!isPoison(error)) throw error
    if (units.length === 1) return [...units]
    const half = units.length >> 1
    return [
      ...(await poisonous(ports, epoch, units.slice(0, half), from, to, stages)),
      ...(await poisonous(ports, epoch, units.slice(half), from, to, stages)),
    ]
  }
}
