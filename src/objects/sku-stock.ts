/** The only writer of its SKUs' stock. Never acts by itself: a level changes in an `apply`, and the caller carries it on. */
import { DurableObject } from 'cloudflare:workers'
import type { StockAnswer, StockRequest } from '../domain/stock.ts'
import type { Env } from '../env.ts'
import { apply } from '../ledger/apply.ts'
import { audit } from '../ledger/audit.ts'
import { createTables } from '../ledger/tables.ts'
import type { Sql } from '../lib/sql.ts'
import { storageSql } from './sql.ts'

export class SkuStock extends DurableObject<Env> {
  readonly #sql: Sql

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#sql = storageSql(ctx.storage)
    createTables(this.#sql)
  }

  apply(request: StockRequest): StockAnswer {
    return apply(this.#sql, request)
  }

  /** Differences between the books and their own sums; none, unless the code is broken. */
  audit(): ReturnType<typeof audit> {
    return audit(this.#sql)
  }
}
