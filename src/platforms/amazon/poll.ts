import type { Pushed } from '../../domain/order.ts'
import type { Connection, Conversation, Poll, PollPage } from '../../wire/adapter.ts'
import { done, failure } from '../../wire/answer.ts'
import { ask } from './call.ts'
import { heard, isOurs } from './normalize.ts'
import { askQueue, queueOf } from './queue.ts'
import { Deleted, List, Received } from './schema.ts'

type Page = PollPage<Pushed>

const OVERLAP_MS = 10 * 60_000
/** With a queue the list of orders only makes sure that no notification was lost. */
const RECONCILE_MS = 15 * 60_000
/** Amazon lists nothing younger. */
const SETTLED_MS = 125_000

/**
 * The queue first, page after page until it is empty, where the shop's settings name one; then the list of changed
 * orders: at each poll without a queue, else once in a quarter of an hour. The cursor says where it stands.
 */
export const poll: Poll<Pushed> = {
  *page({ from, to, cursor }, shop) {
    const queue = queueOf(shop)
    if (queue === undefined) return yield* listed(from, to, cursor, shop)
    if (cursor?.startsWith(LIST)) return yield* listed(reconciledFrom(from), to, cursor, shop)
    const read = yield* received(queue, shop)
    if (read.class !== 'done' || read.value.next !== undefined) return read
    return done({ ...read.value, ...(isDue(from, to) && { next: LIST }) })
  },

  /** A message that is not deleted comes again, and is known then. */
  *confirm(receipts, shop) {
    const queue = queueOf(shop)
    if (queue === undefined) return failure('rejected', false, 'the shop has no queue', { code: 'queue_missing' })
    for (let i = 0; i < receipts.length; i += MOST) {
      const Entries = receipts.slice(i, i + MOST).map((ReceiptHandle, n) => ({ Id: `m${n}`, ReceiptHandle }))
      const read = yield* askQueue(shop, queue, { action: 'DeleteMessageBatch', params: { Entries }, schema: Deleted })
      if (read.class !== 'done') return read
      const { Failed = [], Successful = [] } = read.value
      const gone = Failed.length === 0 && Successful.length === Entries.length
      if (!gone) return failure('unknown', false, Failed[0]?.Message ?? 'some messages were not deleted')
    }
    return done(undefined)
  },
  overlapMs: OVERLAP_MS,
  maxWindowMs: 24 * 3_600_000,
  // The list may be asked for once a minute.
  everyMs: { fast: 90_000, slow: 90_000 },
}
const MOST = 10

/** What cannot be read stays in the queue, for its dead-letter queue and a person. Notifications of other kinds are deleted. */
function* received(queue: string, shop: Connection): Conversation<Page> {
  const params = { MaxNumberOfMessages: MOST, VisibilityTimeout: 120, WaitTimeSeconds: 1 }
  const read = yield* askQueue(shop, queue, { action: 'ReceiveMessage', params, schema: Received, safe: true })
  if (read.class !== 'done') return read
  const messages = read.value.Messages ?? []
  const understood = messages.flatMap(({ Body, ReceiptHandle }) => {
    const said = heard(Body, shop.now)
    return said.ok ? [{ events: said.value, ReceiptHandle }] : []
  })
  const events = understood.flatMap((one) => one.events)
  const receipts = understood.map(({ ReceiptHandle }) => ReceiptHandle)
  return done({ events, ...(receipts.length > 0 && { receipts, next: QUEUE }) })
}
const QUEUE = 'queue'
const LIST = 'list:'

/** The quarter of an hour that a time falls into. */
const quarter = (time: number): number => Math.floor(time / RECONCILE_MS)
const isDue = (from: number, to: number): boolean => quarter(to) > quarter(from + OVERLAP_MS)
/** As far back as the last time it was due, or further. */
const reconciledFrom = (from: number): number => quarter(from + OVERLAP_MS) * RECONCILE_MS - OVERLAP_MS

function* listed(from: number, to: number, cursor = LIST, shop: Connection): Conversation<Page> {
  const token = cursor.slice(LIST.length)
  const until = Math.min(to, shop.now - SETTLED_MS)
  if (until <= from) return done({ events: [] })
  const { marketplaceIds } = shop.settings
  const query = new URLSearchParams({ MarketplaceIds: String(marketplaceIds ?? '') })
  if (token !== '') query.set('NextToken', token)
  else {
    query.set('LastUpdatedAfter', new Date(from).toISOString())
    query.set('LastUpdatedBefore', new Date(until).toISOString())
    query.set('FulfillmentChannels', 'MFN')
    query.set('MaxResultsPerPage', '100')
  }
  const read = yield* ask(shop, { method: 'GET', path: `/orders/v0/orders?${query}`, schema: List, safe: true })
  if (read.class !== 'done') return read
  const { Orders, NextToken } = read.value.payload
  const events = Orders.filter(({ FulfillmentChannel }) => isOurs(FulfillmentChannel)).map(
    ({ AmazonOrderId: platformOrderId, LastUpdateDate: at }) => ({
      event: { type: 'changed' as const, platformOrderId, what: 'polled', at },
    }),
  )
  return done({ events, ...(NextToken && { next: `${LIST}${NextToken}` }) })
}
