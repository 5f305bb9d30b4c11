/**
 * One object's storage. Writes become durable at `flush` (what an output gate or `sync` does); a crash takes back
 * everything since. An instance that is gone can no longer touch it.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Sql, SqlValue } from '../../src/lib/sql.ts'

/** Thrown into an instance that was crashed or replaced. */
export class Gone extends Error {}

/** Production refuses larger values; the local runtime does not. */
const MAX_VALUE = 2_000_000
const MAX_VALUES = 100

export class Disk {
  readonly #db = new DatabaseSync(':memory:')
  readonly #statements = new Map<string, StatementSync>()
  #depth = 0
  #generation = 0
  /** Rows written, and alarms set: what a Durable Object is billed for beside its requests. */
  rows = 0
  /** The alarm is part of the storage. */
  alarm: number | undefined
  #durableAlarm: number | undefined

  constructor() {
    this.#db.exec('BEGIN')
  }

  /** Storage for a new instance; all earlier ones lose theirs. */
  open(): Sql {
    const generation = ++this.#generation
    const guard = (): void => {
      if (generation !== this.#generation) throw new Gone('this instance has lost its storage')
    }
    return {
      all: <Row extends Record<string, SqlValue>>(query: string, ...values: SqlValue[]): Row[] => {
        guard()
        return this.#prepare(query, values)
          .all(...values)
          .map((row) => ({ ...row })) as Row[]
      },
      run: (query, ...values) => {
        guard()
        const changes = Number(this.#prepare(query, values).run(...values).changes)
        this.rows += changes
        return changes
      },
      transaction: (work) => {
        guard()
        return this.#nested(work)
      },
    }
  }

  flush(): void {
    if (this.#depth > 0) throw new Error('a call left the object inside a transaction')
    this.#db.exec('COMMIT; BEGIN')
    this.#durableAlarm = this.alarm
  }

  /** Everything not flushed is lost; the instance is gone. */
  crash(): void {
    this.#generation += 1
    this.#db.exec('ROLLBACK; BEGIN')
    this.alarm = this.#durableAlarm
  }

  #prepare(query: string, values: readonly SqlValue[]): StatementSync {
    if (values.length > MAX_VALUES) throw new Error(`more than ${MAX_VALUES} parameters`)
    if (values.some((value) => typeof value === 'string' && value.length > MAX_VALUE))
      throw new Error('SQLITE_TOOBIG: a value is larger than 2 MB')
    const statement = this.#statements.get(query) ?? this.#db.prepare(query)
    this.#statements.set(query, statement)
    return statement
  }

  #nested<T>(work: () => T): T {
    const point = `p${this.#depth++}`
    this.#db.exec(`SAVEPOINT ${point}`)
    try {
      const result = work()
      this.#db.exec(`RELEASE ${point}`)
      return result
    } catch (error) {
      this.#db.exec(`ROLLBACK TO ${point}; RELEASE ${point}`)
      throw error
    } finally {
      this.#depth -= 1
    }
  }
}
