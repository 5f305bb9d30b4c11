/** Jobs as rows of the lane's storage, and as the small entries kept of them in memory. */
import type { Sql } from '../lib/sql.ts'
import type { JobDraft, JobKind } from './event.ts'

export interface Entry {
  readonly kind: JobKind
  readonly connection: string
  readonly subject: string
  readonly ref: string
  readonly shipBy: number
  attempts: number
  /** Undefined: parked until somebody retries it. */
  at: number | undefined
  leasedUntil: number
  rungAt: number
  /** The attempt that is under way, 0: none. */
  claimedAt: number
  sentAt: number
}

interface Stored extends Record<string, string | number | null> {
  id: string
  kind: string
  connection: string
  subject: string
  ref: string
  ship_by: number
  attempts: number
  at: number | null
  leased_until: number
  claimed_at: number
  sent_at: number
}

const TABLES = [
  `CREATE TABLE IF NOT EXISTS job (id TEXT PRIMARY KEY, kind TEXT NOT NULL, connection TEXT NOT NULL, subject TEXT NOT NULL,
    ref TEXT NOT NULL, ship_by INTEGER NOT NULL, attempts INTEGER NOT NULL, at INTEGER, leased_until INTEGER NOT NULL,
    claimed_at INTEGER NOT NULL, sent_at INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID`,
  'CREATE TABLE IF NOT EXISTS credential (connection TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID',
]

const ALL = `SELECT id, kind, connection, subject, ref, ship_by, attempts, at, leased_until, claimed_at, sent_at FROM job`

/** Makes the tables where they are missing and reads what stands. */
export const readEntries = (sql: Sql): [id: string, entry: Entry][] => {
  for (const table of TABLES) sql.run(table)
  return sql.all<Stored>(ALL).map((row) => [
    row.id,
    {
      kind: row.kind as JobKind,
      connection: row.connection,
      subject: row.subject,
      ref: row.ref,
      shipBy: row.ship_by,
      attempts: row.attempts,
      at: row.at ?? undefined,
      leasedUntil: row.leased_until,
      rungAt: 0,
      claimedAt: row.claimed_at,
      sentAt: row.sent_at,
    },
  ])
}

export const newEntry = ({ kind, connection, subject, shipBy, at, ...draft }: JobDraft): Entry => ({
  ...{ kind, connection, subject, ref: draft.ref ?? '', shipBy, at },
  ...{ attempts: 0, leasedUntil: 0, rungAt: 0, claimedAt: 0, sentAt: 0 },
})
