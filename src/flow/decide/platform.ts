/** What a platform says of an order, folded into its state. Older than what we know is ignored; equal compares content. */

import {
  type Fulfillment,
  isLive,
  type OrderState,
  type SealedOrder,
  type StateLine,
  sameDigest,
} from '../../domain/order-state.ts'
import type { Entry } from '../../domain/timeline.ts'
import type { SealedPlatformEvent } from '../../lane/event.ts'
import type { World } from '../world.ts'
import { close, type Draft, note, open, placeJob } from './draft.ts'

/** The hold that every order of a shop in trial mode starts with. */
export const TRIAL = 'trial'

export const onPlatform = (draft: Draft, event: SealedPlatformEvent, world: World, from: Partial<Entry>): void => {
  const { order } = draft
  switch (event.type) {
    case 'order':
      return onOrder(draft, event.order, world, from)
    case 'changed':
      return fetchDetail(draft, world, event.at, from)
    case 'cancelled':
      if (order.cancelledAt !== undefined) return
      order.cancelledAt = event.at
      order.platformStatus = 'cancelled'
      return note(draft, world, 'order_cancelled', { reason: event.reason ?? '' }, from)
    case 'refund':
      return onRefund(draft, event, world, from)
    case 'shipBy':
      if (event.at < (order.shipByAt ?? 0)) return
      order.shipBy = event.shipBy
      order.shipByAt = event.at
      return note(draft, world, 'ship_by_moved', { shipBy: event.shipBy }, from)
    case 'redact':
      return redact(draft, world, from)
    case 'revoked':
    case 'ping':
      return
  }
}

const onRefund = (
  draft: Draft,
  event: Extract<SealedPlatformEvent, { type: 'refund' }>,
  world: World,
  from: Partial<Entry>,
): void => {
  const known = draft.order.refunds[event.refundId]
  if (
    known &&
    (event.at < known.at || known.status === event.status || (known.status === 'refunded' && event.at === known.at))
  )
    return
  draft.order.refunds = {
    ...draft.order.refunds,
    [event.refundId]: { lineIds: event.lineIds, status: event.status, at: event.at },
  }
  const what = { requested: 'refund_requested', withdrawn: 'refund_withdrawn', refunded: 'refund_done' } as const
  note(draft, world, what[event.status], { refund: event.refundId }, from)
}

const onOrder = (draft: Draft, told: SealedOrder, world: World, from: Partial<Entry>): void => {
  const { order } = draft
  const said = withKnownReceiver(order, told)
  if (said.version < order.version) return note(draft, world, 'order_stale', undefined, from)
  const before = JSON.stringify(order.lines.map(content))
  const same = sameReceiver(order, said)
  const first = order.version === 0
  const changed = first ? [] : differences(order, said)
  if (!first && changed.length === 0) {
    order.version = said.version
    return
  }
  take(order, said, world)
  close(draft, world, (problem) => problem.code === 'platform_silent' && problem.at === 'detail')
  const mode = world.shop?.shop.mode
  if (first && mode !== undefined && mode !== 'live')
    order.hold = { why: mode === 'trial' ? TRIAL : mode, by: 'cangqiao' }
  if (said.phoneTerm) draft.terms.push(`p:${said.phoneTerm}`)
  note(
    draft,
    world,
    first ? 'order_received' : 'order_updated',
    first ? { lines: order.lines.length } : { what: changed.join(', ') },
    from,
  )
  const touchesGoods = !same || before !== JSON.stringify(order.lines.map(content))
  if (!first && touchesGoods) onContentChange(draft, world, changed.join(', '))
}

/** Stars say nothing of whom they hide: shown in place of a receiver that was read, they are no change of it. */
const withKnownReceiver = (order: OrderState, said: SealedOrder): SealedOrder =>
  said.receiver.kind === 'masked' && order.receiver && order.receiver.kind !== 'masked'
    ? { ...said, receiver: order.receiver, sealed: order.sealed, digest: order.digest }
    : said

/** What is not sent yet goes out with the new content; what is sent needs a person, unless it is being stopped anyway. */
const onContentChange = (draft: Draft, world: World, what: string): void => {
  for (const fulfillment of draft.order.fulfillments.filter(isLive)) {
    if (fulfillment.stop || fulfillment.status === 'shipped' || fulfillment.packages.length > 0) continue
    const job = world.job(placeJob(fulfillment.document))
    if (fulfillment.status === 'reserved' && (job === undefined || job.attempts === 0))
      draft.changes.push({ id: placeJob(fulfillment.document), drop: true })
    else if (draft.order.platformStatus === 'open')
      open(draft, world, { code: 'order_changed', at: fulfillment.document, facts: { what } })
  }
}

const content = (line: { lineId: string; code: string; quantity: number }) => [line.lineId, line.code, line.quantity]

const sameReceiver = (order: OrderState, said: SealedOrder): boolean =>
  sameDigest(order.digest, said.digest, JSON.stringify(order.receiver) === JSON.stringify(said.receiver))

const differences = (order: OrderState, said: SealedOrder): string[] => {
  const found: string[] = []
  if (!sameReceiver(order, said)) found.push('receiver, notes')
  if (order.customDigest !== undefined && !sameDigest(order.customDigest, said.customDigest, true))
    found.push('custom fields')
  if (
    JSON.stringify(order.lines.map((line) => [...content(line), line.status])) !==
    JSON.stringify(said.lines.map((line) => [...content(line), line.status]))
  )
    found.push('lines')
  if (order.payment !== said.payment) found.push(`payment ${said.payment}`)
  if (order.platformStatus !== said.status) found.push(`status ${said.status}`)
  if (order.shipBy !== said.shipBy && said.shipBy !== undefined) found.push('ship-by')
  if (order.flag !== said.flag) found.push('flag')
  if (order.shippable !== said.shippable) found.push(said.shippable ? 'may ship' : 'must not ship')
  if (order.presale?.releaseAt !== said.presale?.releaseAt) found.push('presale')
  return found
}

const take = (order: OrderState, said: SealedOrder, world: World): void => {
  const cancelled = order.cancelledAt !== undefined || said.status === 'cancelled'
  const keep = order.completed === true && sameReceiver(order, said)
  const lines = said.lines.map((line): StateLine => {
    const known = order.lines.find(
      (item) =>
        item.lineId === line.lineId &&
        item.code === line.code &&
        item.listingId === line.listingId &&
        item.parts.length > 0,
    )
    return { ...line, parts: known?.parts ?? world.resolve(line) ?? [] }
  })
  Object.assign(order, {
    version: said.version,
    digest: said.digest,
    placedAt: said.placedAt,
    payment: said.payment,
    total: said.total,
    shippable: said.shippable,
    ...(!keep && { receiver: said.receiver, sealed: said.sealed }),
    customDigest: said.customDigest,
    hasNote: said.hasNote,
    customKeys: said.customKeys,
    lines,
    platformStatus: cancelled ? 'cancelled' : said.status,
    ...(cancelled && { cancelledAt: order.cancelledAt ?? said.version }),
    ...(said.shipBy !== undefined && (order.shipByAt ?? 0) <= said.version && { shipBy: said.shipBy }),
  } satisfies Partial<OrderState>)
  for (const key of ['presale', 'cod', 'paidAt', 'collectBy', 'phoneTerm', 'flag'] as const) {
    if (said[key] !== undefined) Object.assign(order, { [key]: said[key] })
  }
  if (said.cod === undefined) delete order.cod
  if (said.presale === undefined) delete order.presale
}

/** Asks the platform for the whole order, unless a question that has not been sent yet already stands. */
export const fetchDetail = (draft: Draft, world: World, at: number, from: Partial<Entry> = {}): void => {
  if (!world.shop?.detail) {
    // Nobody can be asked: the next whole message tells, or a person does.
    if (draft.order.version === 0)
      open(draft, world, { code: 'platform_silent', at: 'detail', facts: { what: 'order detail' } })
    return
  }
  const ref = `o:${draft.order.id}` as const
  const subject = `fetch:${draft.order.platformOrderId}`
  const standing = world.jobsOf(ref).filter((id) => id.startsWith('fetch:'))
  if (standing.some((id) => world.job(id)?.attempts === 0) || draft.jobs.some((job) => job.kind === 'fetch')) return
  note(draft, world, 'fetch_asked', undefined, from)
  draft.jobs.push({
    id: `${subject}:${at}:${world.seq}`,
    kind: 'fetch',
    connection: draft.order.shopId,
    subject,
    ref,
    shipBy: draft.order.shipBy ?? Number.MAX_SAFE_INTEGER,
    at: world.now,
    body: { kind: 'fetch', platformOrderId: draft.order.platformOrderId },
  })
}

const redact = (draft: Draft, world: World, from: Partial<Entry>): void => {
  Object.assign(draft.order, {
    sealed: '',
    hasNote: false,
    redacted: true,
    fulfillments: draft.order.fulfillments.map(withoutScans),
    ...(draft.order.receiver && {
      receiver: { ...draft.order.receiver, masked: { name: '', phone: '', address: '' } },
    }),
  })
  note(draft, world, 'redacted', undefined, from)
}

/** Where a parcel was is where its buyer is. */
const withoutScans = (fulfillment: Fulfillment): Fulfillment => ({
  ...fulfillment,
  packages: fulfillment.packages.map((item) =>
    item.tracking ? { ...item, tracking: { ...item.tracking, entries: [] } } : item,
  ),
})
