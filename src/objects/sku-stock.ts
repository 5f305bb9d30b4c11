/** The only writer of its SKUs' stock. A level changes in an `apply` alone, and the caller carries it on; by itself it only looks. */
import { DurableObject } from 'cloudflare:workers'
import type { StockAnswer, StockRequest } from '../domain/stock.ts'
import type { Env } from '../env.ts'
import { apply } from '../ledger/apply.ts'
import { audit } from '../ledger/audit.ts'
import { createTables } from '../ledger/tables.ts'
import type { Sql } from '../lib/sql.ts'
import { report } from './neighbours.ts'
import { storageSql } from './sql.ts'

const DAY = 86_400_000
/** Of a ledger that is wrong throughout, so many differences tell enough. */
const TOLD_MAX = 20

export class SkuStock extends DurableObject<Env> {
  readonly #sql: Sql
  #armed = false

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#sql = storageSql(ctx.storage)
    createTables(this.#sql)
  }

  apply(request: StockRequest): StockAnswer {
    const answer = apply(this.#sql, request)
    if (!this.#armed) this.ctx.waitUntil(this.#arm())
    return answer
  }

  /** The books against their own sums, a day after they were first used again: whoever rests is left to rest. */
  override alarm(): void {
    this.#armed = false
    const differences = audit(this.#sql)
    if (differences.length > 0)
      report('ledger differs', { count: differences.length, differences: differences.slice(0, TOLD_MAX) })
  }

  /** Nobody waits for this: an alarm that could not be set is set with the next operation. */
  async #arm(): Promise<void> {
    this.#armed = true
    try {
      const { storage } = this.ctx
      if ((await storage.getAlarm()) === null) await storage.setAlarm(Date.now() + DAY)
    } catch {
      this.#armed = false
    }
  }
}
