/** What waits for a person: grouped by cause, and one by one. */
import { fix, type Problem, type ProblemCode, sentence } from '../../domain/problem.ts'
import { type Page, type PageRequest, pageOf } from '../page.ts'
import { all, type Db, json, numberOrNull, one, orNull, type Row, text } from '../rows.ts'

export interface Sentences {
  readonly zh: string
  readonly en: string
  readonly fixZh: string
  readonly fixEn: string
}

/** Fix once, release many. */
export interface ExceptionGroup extends Sentences {
  readonly code: ProblemCode
  readonly subject: string
  readonly count: number
  readonly oldestAt: number
}

export interface ExceptionView extends Sentences {
  readonly id: string
  readonly merchantId: string
  readonly code: ProblemCode
  readonly subject: string
  readonly orderId: string | null
  readonly platformOrderId: string | null
  readonly orderState: string | null
  /** Where it arose: `shop`, `wh` or `app`, and its id. */
  readonly connection: { readonly kind: string; readonly id: string }
  readonly openedAt: number
  readonly closedAt: number | null
  readonly facts: Readonly<Record<string, string | number>>
  /** The raw message is kept with it. */
  readonly hasRaw: boolean
}

interface Body {
  readonly problem: Problem
  readonly raw?: string
}

const sentences = (problem: Problem): Sentences => ({
  zh: sentence(problem, 'zh'),
  en: sentence(problem, 'en'),
  fixZh: fix(problem, 'zh'),
  fixEn: fix(problem, 'en'),
})

/** Open ones, the largest groups first. The sentence is that of the oldest. */
export const exceptionGroups = async (db: Db, merchantId: string): Promise<readonly ExceptionGroup[]> => {
  const rows = await all(
    db,
    `SELECT code, subject, count(*) AS count, min(opened_at) AS oldest, body->'problem' AS problem FROM exceptions
     WHERE merchant_id = ? AND closed_at IS NULL GROUP BY code, subject ORDER BY count DESC, code, subject LIMIT 500`,
    merchantId,
  )
  return rows.map((row) => ({
    code: row.code as ProblemCode,
    subject: text(row.subject),
    count: Number(row.count),
    oldestAt: Number(row.oldest),
    ...sentences(json<Problem>(row.problem)),
  }))
}

export interface ExceptionFilter {
  readonly merchantId: string
  readonly code?: string | undefined
  readonly subject?: string | undefined
  /** With an order also what is closed by now. */
  readonly orderId?: string | undefined
}

const COLUMNS = `e.id, e.merchant_id, e.lane, e.order_id, e.code, e.subject, e.opened_at, e.closed_at, e.body->'problem' AS problem, e.body->>'raw' IS NOT NULL AS has_raw,
  o.platform_order_id, o.state`
const FROM = 'FROM exceptions e LEFT JOIN orders o ON o.id = e.order_id AND o.merchant_id = e.merchant_id'

export const listExceptions = (db: Db, filter: ExceptionFilter, page: PageRequest): Promise<Page<ExceptionView>> =>
  pageOf(
    'exceptions',
    page,
    (item) => [item.code, item.subject, item.id],
    async (after, count) => {
      const values: (string | number)[] = [filter.merchantId, ...[0, 1, 2].map((i) => String(after?.[i] ?? '')), count]
      const where = (['code', 'subject', 'orderId'] as const).flatMap((name) => {
        const value = filter[name]
        return value === undefined
          ? []
          : [`e.${{ code: 'code', subject: 'subject', orderId: 'order_id' }[name]} = ?${values.push(value)}`]
      })
      if (filter.orderId === undefined) where.push('e.closed_at IS NULL')
      const oneGroup = filter.code !== undefined && filter.subject !== undefined
      where.unshift(oneGroup ? 'e.id > ?4' : '(e.code, e.subject, e.id) > (?2, ?3, ?4)')
      const rows = await all(
        db,
        `SELECT ${COLUMNS} ${FROM} WHERE e.merchant_id = ?1 AND ${where.join(' AND ')} ORDER BY e.code, e.subject, e.id LIMIT ?5`,
        ...values,
      )
      return rows.map(viewOf)
    },
  )

export const exceptionView = async (db: Db, merchantId: string, id: string): Promise<ExceptionView | undefined> => {
  const row = await one(db, `SELECT ${COLUMNS} ${FROM} WHERE e.id = ? AND e.merchant_id = ?`, id, merchantId)
  return row && viewOf(row)
}

/** What a retry needs beyond what is shown: the sealed raw message and where it is sealed. */
export interface ExceptionRecord {
  readonly id: string
  readonly lane: string
  readonly orderId: string | null
  readonly code: ProblemCode
  readonly subject: string
  readonly closedAt: number | null
  readonly raw: string | undefined
}

export const exceptionRecords = async (
  db: Db,
  merchantId: string,
  which: { readonly id: string } | { readonly code: string; readonly subject: string },
  after = '',
  limit = 200,
): Promise<readonly ExceptionRecord[]> => {
  const named = 'id' in which ? 'id = ?2 AND ?3 = ?3' : 'code = ?2 AND subject = ?3 AND closed_at IS NULL'
  const rows = await all(
    db,
    `SELECT id, lane, order_id, code, subject, closed_at, body FROM exceptions WHERE merchant_id = ?1 AND ${named} AND id > ?4 ORDER BY id LIMIT ?5`,
    merchantId,
    ...('id' in which ? [which.id, ''] : [which.code, which.subject]),
    after,
    limit,
  )
  return rows.map((row) => ({
    id: text(row.id),
    lane: text(row.lane),
    orderId: orNull(row.order_id),
    code: row.code as ProblemCode,
    subject: text(row.subject),
    closedAt: numberOrNull(row.closed_at),
    raw: json<Body>(row.body).raw,
  }))
}

const viewOf = (row: Row): ExceptionView => {
  const problem = json<Problem>(row.problem)
  const [kind = '', id = ''] = text(row.lane).split(':')
  return {
    id: text(row.id),
    merchantId: text(row.merchant_id),
    code: problem.code,
    subject: text(row.subject),
    orderId: orNull(row.order_id),
    platformOrderId: orNull(row.platform_order_id),
    orderState: orNull(row.state),
    connection: { kind, id },
    openedAt: Number(row.opened_at),
    closedAt: numberOrNull(row.closed_at),
    facts: problem.facts ?? {},
    hasRaw: row.has_raw === 1,
    ...sentences(problem),
  }
}
