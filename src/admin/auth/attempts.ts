/**
 * Brakes on guessing tokens: per address and hour, counted in the table of refused deliveries, so that it holds over all
 * isolates. An attempt is counted before its token is looked at; a good one is taken back.
 */
import type { D1Database } from '@cloudflare/workers-types'
import { digest } from '../../wire/digest.ts'

const ATTEMPTS_PER_HOUR = 10
const HOUR = 3_600_000

export interface Attempts {
  /** False: too many from here within the hour. */
  readonly allowed: boolean
  readonly takeBack: () => Promise<void>
}

export const countAttempt = async (db: D1Database, address: string, now: number): Promise<Attempts> => {
  const key = `sign-in:${digest('sha256', network(address), 'hex').slice(0, 16)}`
  const hour = Math.floor(now / HOUR)
  const counted = await db
    .prepare(
      `INSERT INTO refusals (connection, hour, reason, count, last_at, bytes, hash) VALUES (?1, ?2, 'sign-in', 1, ?3, 0, '')
       ON CONFLICT(connection, hour, reason) DO UPDATE SET count = count + 1, last_at = excluded.last_at RETURNING count`,
    )
    .bind(key, hour, now)
    .first<number>('count')
  const takeBack = async (): Promise<void> => {
    const sql = "UPDATE refusals SET count = count - 1 WHERE connection = ? AND hour = ? AND reason = 'sign-in'"
    await db.prepare(sql).bind(key, hour).run()
  }
  return { allowed: (counted ?? 1) <= ATTEMPTS_PER_HOUR, takeBack }
}

/** One customer has a whole /64 of IPv6 addresses. */
const network = (address: string): string => {
  if (!address.includes(':')) return address
  const [left = '', right = ''] = address.split('::')
  const [before, after] = [left.split(':'), right.split(':').filter(Boolean)]
  const zeros = address.includes('::') ? Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0') : []
  return [...before, ...zeros, ...after].slice(0, 4).join(':')
}
