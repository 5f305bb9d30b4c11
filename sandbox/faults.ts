/** Faults on demand: each for a shop or warehouse (or all, `*`), by probability or for the next n. Kept in memory only. */

/** On what the far side sends us. `lose` and `reorder` strike first tries only. */
export const PUSH_FAULTS = ['duplicate', 'repeat', 'reorder', 'lose', 'bad-signature', 'broken-body', 'slow'] as const
/** On what we ask of the far side. */
export const CALL_FAULTS = [
  'silent',
  'error-before',
  'throttle',
  'reject',
  'slow',
  'timeout-after',
  'reset-after',
  'error-after',
  'broken-answer',
] as const
/** On the socket of an app: its handshake is refused, a message breaks off in the middle of its frame, or nothing more is heard or answered. */
export const SOCKET_FAULTS = ['socket-refused', 'socket-cut', 'socket-silent'] as const
/** On what a warehouse does with its goods. */
export const SHIP_FAULTS = ['short-ship', 'reject-later', 'never-ship'] as const

export type PushFault = (typeof PUSH_FAULTS)[number]
export type CallFault = (typeof CALL_FAULTS)[number]
export type SocketFault = (typeof SOCKET_FAULTS)[number]
export type ShipFault = (typeof SHIP_FAULTS)[number]
export type FaultName = PushFault | CallFault | SocketFault | ShipFault

export interface FaultSpec {
  readonly target: string
  readonly fault: FaultName
  /** Only on this operation (`place`, `ship`, `stock`, `push`, `callback` …); absent: wherever it can strike. */
  readonly operation?: string
  readonly probability?: number
  /** Strikes that are left; absent: until it is taken away. */
  readonly count?: number
  readonly ms?: number
}

export interface Fault extends FaultSpec {
  readonly id: string
  hits: number
  left: number
}

const NAMES: ReadonlySet<string> = new Set([...PUSH_FAULTS, ...CALL_FAULTS, ...SOCKET_FAULTS, ...SHIP_FAULTS])
export const isFaultName = (name: string): name is FaultName => NAMES.has(name)

/** A small generator with a seed, so that a run of faults can be told again. */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

export class Faults {
  readonly #random: () => number
  #faults: Fault[] = []
  #last = 0

  constructor(random: () => number) {
    this.#random = random
  }

  add(spec: FaultSpec): Fault {
    this.#last += 1
    const fault: Fault = { ...spec, id: `f${this.#last}`, hits: 0, left: spec.count ?? Number.POSITIVE_INFINITY }
    this.#faults.push(fault)
    return fault
  }

  /** Without a filter: all of them. */
  remove(filter: { readonly id?: string; readonly target?: string; readonly fault?: string }): number {
    const before = this.#faults.length
    this.#faults = this.#faults.filter(
      (each) =>
        (filter.id !== undefined && filter.id !== each.id) ||
        (filter.target !== undefined && filter.target !== each.target) ||
        (filter.fault !== undefined && filter.fault !== each.fault),
    )
    return before - this.#faults.length
  }

  list(): readonly Fault[] {
    return this.#faults
  }

  /** The faults that strike now, by name; each that strikes is used up by one. */
  strike<Name extends FaultName>(target: string, operation: string, among: readonly Name[]): ReadonlyMap<Name, Fault> {
    const struck = new Map<Name, Fault>()
    for (const fault of this.#faults) {
      const name = among.find((each) => each === fault.fault)
      if (!name || struck.has(name) || !this.#hits(fault, target, operation)) continue
      fault.hits += 1
      fault.left -= 1
      struck.set(name, fault)
    }
    if (struck.size > 0) this.#faults = this.#faults.filter((each) => each.left > 0)
    return struck
  }

  #hits(fault: Fault, target: string, operation: string): boolean {
    if (fault.target !== '*' && fault.target !== target) return false
    if (fault.operation !== undefined && fault.operation !== operation) return false
    return fault.left > 0 && (fault.probability === undefined || this.#random() < fault.probability)
  }
}
