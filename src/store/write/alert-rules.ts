/** Makes, changes and forgets the rules of alerts. */
import type { Db, Value } from '../rows.ts'

export interface NewAlert {
  readonly id: string
  readonly merchantId: string
  readonly channel: string
  readonly name: string
  readonly codes: readonly string[] | null
  readonly quietMs: number
  readonly language: string
  readonly settings: Readonly<Record<string, unknown>>
  /** Sealed. */
  readonly credentials: string
  /** `https://host` under which the pages are reached, for the link in messages. */
  readonly origin: string
}

/** What is there already under the same id stays. */
export const insertAlert = async (db: Db, alert: NewAlert, now: number): Promise<void> => {
  const { id, merchantId, channel, name, codes, quietMs, language, settings, credentials, origin } = alert
  await db
    .prepare(
      `INSERT INTO alerts (id, merchant_id, channel, name, codes, quiet_ms, language, settings, credentials, origin, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO NOTHING`,
    )
    .bind(
      id,
      merchantId,
      channel,
      name,
      codesText(codes),
      quietMs,
      language,
      JSON.stringify(settings),
      credentials,
      origin,
      now,
    )
    .run()
}

const codesText = (codes: readonly string[] | null): string | null => (codes === null ? null : JSON.stringify(codes))

/** Columns of a change of the rule; what a standing message waits for is tried at once. */
export const ruleColumns = (change: {
  readonly codes?: readonly string[] | null | undefined
  readonly quietMs?: number | undefined
  readonly language?: string | undefined
  readonly enabled?: boolean | undefined
  readonly origin: string
}): Readonly<Record<string, Value>> => ({
  ...(change.codes !== undefined && { codes: codesText(change.codes) }),
  ...(change.quietMs !== undefined && { quiet_ms: change.quietMs }),
  ...(change.language !== undefined && { language: change.language }),
  ...(change.enabled !== undefined && { enabled: change.enabled ? 1 : 0 }),
  origin: change.origin,
  hold_until: 0,
})

/** What a rule no longer asks for, or counted before it was switched off, is not told later. */
export const forgetUnasked = async (db: Db, id: string): Promise<void> => {
  await db
    .prepare(
      `DELETE FROM alert_causes WHERE alert_id = ?1 AND EXISTS (SELECT 1 FROM alerts a WHERE a.id = ?1
         AND (a.enabled = 0 OR (a.codes IS NOT NULL AND NOT EXISTS (SELECT 1 FROM json_each(a.codes) k WHERE k.value = alert_causes.code))))`,
    )
    .bind(id)
    .run()
}

/** False: there is none. */
export const deleteAlert = async (db: Db, merchantId: string, id: string): Promise<boolean> => {
  const [removed] = await db.batch([
    db.prepare('DELETE FROM alerts WHERE id = ? AND merchant_id = ?').bind(id, merchantId),
    db
      .prepare('DELETE FROM alert_causes WHERE alert_id = ?1 AND NOT EXISTS (SELECT 1 FROM alerts WHERE id = ?1)')
      .bind(id),
  ])
  return (removed?.meta.changes ?? 0) > 0
}
