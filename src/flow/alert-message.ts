/** Writes an alert: what happened, for whom, without anything of a buyer's. */
import {
  ALERT_CODES,
  type Alert,
  type AlertCode,
  type AlertItem,
  BY_SUBJECT,
  ending,
  ITEMS,
  tellable,
  titleOf,
} from '../domain/alert.ts'
import type { ClaimedAlert, DueCause } from '../store/write/alerts.ts'

/** Whose the alert is, and how to call their connections. */
export interface Addressee {
  readonly merchant: string
  readonly zone: string
  readonly names: ReadonlyMap<string, string>
}

const isCode = (code: string): code is AlertCode => (ALERT_CODES as readonly string[]).includes(code)

export const alertOf = (
  rule: Pick<ClaimedAlert, 'language' | 'origin'>,
  causes: readonly DueCause[],
  { merchant, zone, names }: Addressee,
  moment: { readonly id: string; readonly at: number; readonly test: boolean },
): Alert => {
  const items = causes.flatMap((cause): AlertItem[] => {
    const { code, problem, count, since, lane, platformOrderId } = cause
    if (!isCode(code)) return []
    const [says, fix] = tellable(code, problem, rule.language)
    const connection = BY_SUBJECT.includes(code) && code !== 'sku_unknown' ? undefined : names.get(lane)
    return [
      {
        code,
        title: titleOf(code, rule.language),
        says,
        fix,
        count,
        since,
        ...(connection !== undefined && !says.includes(connection) && { connection }),
        ...(platformOrderId !== null && { order: ending(platformOrderId) }),
      },
    ]
  })
  const url = rule.origin === '' ? '' : `${rule.origin}/admin/exceptions`
  const { language } = rule
  return {
    ...moment,
    language,
    merchant,
    zone,
    url,
    items: items.slice(0, ITEMS),
    more: Math.max(0, items.length - ITEMS),
  }
}
