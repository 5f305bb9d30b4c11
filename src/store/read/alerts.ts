/** 告警: channels, their rules, and how each one is. */
import { type Page, type PageRequest, pageOf } from '../page.ts'
import { all, type Db, json, numberOrNull, one, orNull, type Row, text } from '../rows.ts'
import { places, type Vault } from '../vault.ts'
import { type Shown, shown } from './connections.ts'

export type AlertState = 'new' | 'ok' | 'failing' | 'off'

export interface AlertView {
  readonly id: string
  readonly merchantId: string
  readonly channel: string
  readonly name: string
  /** Null: all that waits for a person. */
  readonly codes: readonly string[] | null
  readonly quietMinutes: number
  readonly language: 'zh' | 'en'
  readonly enabled: boolean
  readonly createdAt: number
  readonly settings: Readonly<Record<string, unknown>>
  readonly credentials: Shown
  readonly state: AlertState
  /** Messages that the channel took. */
  readonly sent: number
  readonly lastSentAt: number | null
  /** Tries in a row that failed. */
  readonly failures: number
  readonly lastError: string | null
  readonly lastErrorAt: number | null
  /** A message that failed is tried again then; null: none waits. */
  readonly nextTryAt: number | null
  /** Causes that were not told yet. */
  readonly waiting: number
}

const SELECT = `SELECT a.*, (SELECT count(*) FROM alert_causes c WHERE c.alert_id = a.id AND c.count > 0) AS waiting FROM alerts a`

const viewOf = (row: Row, vault: Vault): AlertView => {
  const plain = vault.open(places.credentials('alert', text(row.id)), text(row.credentials))
  return {
    id: text(row.id),
    merchantId: text(row.merchant_id),
    channel: text(row.channel),
    name: text(row.name),
    codes: row.codes === null ? null : json(row.codes),
    quietMinutes: Number(row.quiet_ms) / 60_000,
    language: row.language === 'en' ? 'en' : 'zh',
    enabled: row.enabled === 1,
    createdAt: Number(row.created_at),
    settings: json(row.settings),
    credentials: plain === undefined ? {} : shown(JSON.parse(plain)),
    state: stateOf(row),
    sent: Number(row.sent),
    lastSentAt: numberOrNull(row.last_sent_at),
    failures: Number(row.failures),
    lastError: orNull(row.last_error),
    lastErrorAt: numberOrNull(row.last_error_at),
    nextTryAt: row.message === null ? null : numberOrNull(row.hold_until),
    waiting: Number(row.waiting),
  }
}

const stateOf = (row: Row): AlertState => {
  if (row.enabled !== 1) return 'off'
  if (Number(row.failures) > 0) return 'failing'
  return Number(row.sent) > 0 ? 'ok' : 'new'
}

export const listAlerts = (db: Db, vault: Vault, merchantId: string, page: PageRequest): Promise<Page<AlertView>> =>
  pageOf(
    'alerts',
    page,
    (item) => [item.id],
    async (after, count) => {
      const from = String(after?.[0] ?? '')
      const rows = await all(
        db,
        `${SELECT} WHERE a.merchant_id = ? AND a.id > ? ORDER BY a.id LIMIT ?`,
        merchantId,
        from,
        count,
      )
      return rows.map((row) => viewOf(row, vault))
    },
  )

export const alertView = async (
  db: Db,
  vault: Vault,
  merchantId: string,
  id: string,
): Promise<AlertView | undefined> => {
  const row = await one(db, `${SELECT} WHERE a.id = ? AND a.merchant_id = ?`, id, merchantId)
  return row && viewOf(row, vault)
}
