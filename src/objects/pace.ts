/** Gives the permits of one credential that has limits. Stores nothing: what it may forget in ten idle seconds does not count any more. */
import { DurableObject } from 'cloudflare:workers'
import type { Env } from '../env.ts'
import { type Permit, Permits, type Wish } from '../flow/permits.ts'
import type { Limits } from '../wire/capability.ts'

export class Pace extends DurableObject<Env> {
  readonly #permits = new Permits(Date.now, (ms) => scheduler.wait(ms))

  permit(limits: Limits, wish: Wish): Promise<Permit> {
    return this.#permits.ask(limits, wish)
  }

  giveBack(lease: number): void {
    this.#permits.giveBack(lease)
  }
}
