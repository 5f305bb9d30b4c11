/**
 * Stage 9: tells merchants what waits for a person. The store counts causes as they arise (migrations/0005_alerts.sql); here
 * a rule is claimed, all that is due goes into one message, and that one message is sent until its channel has taken it.
 */
import type { Channel, Receipt } from '../channels/channel.ts'
import { channels } from '../channels/index.ts'
import type { Alert } from '../domain/alert.ts'
import type { Send } from '../send.ts'
import { type Db, one, text } from '../store/rows.ts'
import type { Vault } from '../store/vault.ts'
import {
  type ClaimedAlert,
  claimAlert,
  dueAlerts,
  dueCauses,
  fixMessage,
  laneNames,
  recordTry,
  releaseAlert,
} from '../store/write/alerts.ts'
import type { Fields } from '../wire/adapter.ts'
import type { Outcome } from '../wire/outcome.ts'
import { type Addressee, alertOf } from './alert-message.ts'
import { openCredentials } from './config.ts'
import { converse } from './converse.ts'

export interface AlertPorts {
  readonly db: Db
  readonly vault: Vault
  readonly now: () => number
  readonly random: () => string
  readonly send: Send
  readonly report: (what: string, facts: Readonly<Record<string, unknown>>) => void
}

/** A claim outlives every conversation: a send that takes longer is cut off before another one may begin. */
const CLAIM_MS = 60_000
const PATIENCE_MS = 40_000
const AT_ONCE = 6
/** Pauses after a failure; a channel that says how long to wait is waited for at least as long. */
const PAUSES = [10_000, 60_000, 120_000, 600_000, 1_800_000] as const
/** What a person must mend first is tried less often. */
const MENDED_BY_A_PERSON = 600_000
const DAY = 86_400_000
/** Days of the limits that channels have are days of Beijing. */
const dayOf = (now: number): number => Math.floor((now + 8 * 3_600_000) / DAY)

/** Sends what is due. One rule that fails keeps no other from its message. */
export const tell = async (ports: AlertPorts, merchants?: readonly string[]): Promise<void> => {
  const ids = await dueAlerts(ports.db, ports.now(), merchants)
  for (let i = 0; i < ids.length; i += AT_ONCE)
    await Promise.all(
      ids
        .slice(i, i + AT_ONCE)
        .map((id) =>
          tellOne(ports, id).catch((error: unknown) =>
            ports.report('alert failed', { alert: id, error: String(error) }),
          ),
        ),
    )
}

const tellOne = async (ports: AlertPorts, id: string): Promise<void> => {
  const now = ports.now()
  const rule = await claimAlert(ports.db, id, now, now + CLAIM_MS)
  if (!rule) return
  const channel = channels[rule.channel]
  const day = dayOf(now)
  const full = channel?.limits.perDay !== undefined && rule.day === day && rule.daySent >= channel.limits.perDay
  // An unknown channel: of a later release, which will send it.
  if (!channel || full) return releaseAlert(ports.db, rule, full ? (day + 1) * DAY - 8 * 3_600_000 : now + DAY)
  const alert = rule.message === null ? await nextMessage(ports, rule, now) : (JSON.parse(rule.message) as Alert)
  if (!alert) return
  await trySend(ports, rule, channel, alert)
}

/** Undefined: there is nothing to say after all, or somebody else says it. */
const nextMessage = async (ports: AlertPorts, rule: ClaimedAlert, now: number): Promise<Alert | undefined> => {
  const { db } = ports
  const due = await dueCauses(db, rule, now)
  const standing = due.filter((cause) => cause.stands)
  const moment = { id: `alert_${ports.random()}`, at: now, test: false }
  const alert = standing.length > 0 ? alertOf(rule, standing, await addressee(db, rule.merchantId), moment) : undefined
  const fixed = await fixMessage(db, rule, due, alert ? JSON.stringify(alert) : null, now)
  if (fixed && !alert) await releaseAlert(db, rule)
  return fixed ? alert : undefined
}

const addressee = async (db: Db, merchantId: string): Promise<Addressee> => {
  const merchant = await one(db, 'SELECT name, zone FROM merchants WHERE id = ?', merchantId)
  return { merchant: text(merchant?.name), zone: text(merchant?.zone), names: await laneNames(db, merchantId) }
}

const trySend = async (
  ports: AlertPorts,
  rule: ClaimedAlert,
  channel: Channel,
  alert: Alert,
): Promise<Outcome<Receipt>> => {
  const outcome = await send(ports, rule, channel, alert)
  const now = ports.now()
  await recordTry(ports.db, rule, triedOf(outcome, channel, rule.failures, now), now)
  return outcome
}

const send = async (
  { vault, now, random, send }: AlertPorts,
  rule: ClaimedAlert,
  channel: Channel,
  alert: Alert,
): Promise<Outcome<Receipt>> => {
  const { baseUrl } = rule.settings
  const connection = {
    id: rule.id,
    baseUrl: (typeof baseUrl === 'string' && baseUrl ? baseUrl : channel.baseUrl).replace(/\/+$/, ''),
    credentials: openCredentials('alert', { ...rule, previous: null }, vault)[0] ?? {},
    app: {},
    settings: rule.settings,
    now: now(),
    nonce: random(),
  }
  const patience = { perCallMs: channel.timeoutMs, allMs: PATIENCE_MS, now }
  const outcome = await converse(channel.send(alert, connection), send, patience)
  return outcome.class === 'done' ? outcome : { ...outcome, detail: hushed(outcome.detail, connection.credentials) }
}

/** A channel may repeat what it was sent, and its secret may be part of a URL. */
const hushed = (detail: string, credentials: Fields): string =>
  Object.values(credentials)
    .flatMap((value) => [value, value.split(/[=/]/).at(-1) ?? ''])
    .reduce((text, secret) => (secret.length < 6 ? text : text.replaceAll(secret, '…')), detail)

const triedOf = (outcome: Outcome<Receipt>, channel: Channel, failures: number, now: number) => {
  const day = dayOf(now)
  if (outcome.class === 'done') return { sent: true, next: now + Math.ceil(60_000 / channel.limits.perMinute), day }
  const asked = 'after' in outcome ? (outcome.after ?? 0) : 0
  const human = outcome.class === 'auth' || outcome.class === 'rejected' ? MENDED_BY_A_PERSON : 0
  const pause = Math.max(PAUSES[Math.min(failures, PAUSES.length - 1)] ?? 0, asked, human)
  return { sent: false, error: `${outcome.class}: ${outcome.detail}`, next: now + pause, day }
}

/** The test button: now, whatever the rule's pauses say; the outcome is shown like that of any message. */
export const testMessage = async (ports: AlertPorts, rule: ClaimedAlert): Promise<Outcome<Receipt>> => {
  const channel = channels[rule.channel]
  if (!channel) return { class: 'rejected', code: 'unknown_channel', detail: `no channel ${rule.channel}` }
  const now = ports.now()
  const moment = { id: `alert_${ports.random()}`, at: now, test: true }
  return trySend(ports, rule, channel, alertOf(rule, [], await addressee(ports.db, rule.merchantId), moment))
}
