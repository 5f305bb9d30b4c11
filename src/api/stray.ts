/** Exceptions that belong to no order: what "try again" means for each, and closing them. */
import type { ProblemCode } from '../domain/problem.ts'
import { reread } from '../flow/reread.ts'
import { type ExceptionRecord, exceptionView } from '../store/read.ts'
import { one, text } from '../store/rows.ts'
import { closeExceptions } from '../store/write/operations.ts'
import type { Call } from './call.ts'
import { append, laneStub, within } from './lanes.ts'
import { conflict, type Reply } from './problem.ts'
import { showStock } from './release.ts'

/** Undefined: done. */
type Retry = (call: Call, record: ExceptionRecord) => Promise<Reply | undefined>

/** The message is read once more; what it says now goes the way it would have gone. */
const again: Retry = async (call, { id, lane, raw }) => {
  if (raw === undefined) return conflict('id', 'no message is kept with it', 'Dismiss it once it is settled')
  const read = await reread(call, lane, raw, id, call.now)
  if (!read.ok)
    return conflict(
      'id',
      `the message still cannot be booked: ${read.error}`,
      'Mend the cause, then retry; or dismiss it',
    )
  for (const [to, events] of read.value) await append(call.env, to, events)
  return close(call, id)
}

const close = async (call: Call, id: string): Promise<undefined> => {
  await closeExceptions(call.db, call.merchantId, [id], call.now)
  return undefined
}

const RETRIES: Readonly<Partial<Record<ProblemCode, Retry>>> = {
  payload_malformed: again,
  shop_unknown: again,
  document_unknown: again,
  waybill_unknown: again,
  order_broken: async (call, { id, lane, subject }) => {
    await laneStub(call.env, lane).unpark(subject)
    return close(call, id)
  },
  credential_refused: async (call, { id, lane, subject }) => {
    await append(call.env, lane, [
      { id: `k:${call.commandId}:${id}`, at: call.now, body: { kind: 'credentials', connection: subject } },
    ])
    await within(async () =>
      (await exceptionView(call.db, call.merchantId, id))?.closedAt === null ? undefined : true,
    )
    return undefined
  },
  listing_refused: async (call, { id, lane, subject }) => {
    const shopId = lane.slice('shop:'.length)
    const row = await one(
      call.db,
      'SELECT sku FROM listings WHERE shop_id = ? AND listing_id = ? AND merchant_id = ?',
      shopId,
      subject,
      call.merchantId,
    )
    if (!row) return conflict('id', 'the listing is no longer mapped', 'Dismiss it')
    await showStock(call, shopId, [text(row.sku)])
    return close(call, id)
  },
}

/** An order set aside has its exception, but the order itself can't be told anything until it is taken back. */
export const isStray = ({ orderId, code }: Pick<ExceptionRecord, 'orderId' | 'code'>): boolean =>
  orderId === null || code === 'order_broken'

export const retryStray = async (call: Call, record: ExceptionRecord): Promise<Reply | undefined> => {
  const retry = RETRIES[record.code]
  return retry
    ? retry(call, record)
    : conflict('id', `${record.code} closes by itself once its cause is gone`, 'Mend the cause, or dismiss it')
}

/** What only says what is so, and would be said again. */
const UNDISMISSED: readonly ProblemCode[] = ['stock_short', 'order_broken', 'credential_refused']

export const dismissStray = async (call: Call, { id, code }: ExceptionRecord): Promise<Reply | undefined> =>
  UNDISMISSED.includes(code)
    ? conflict('id', `${code} stays until its cause is gone`, 'Mend the cause; it closes by itself')
    : close(call, id)
