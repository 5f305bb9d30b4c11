/** Parcels on their way: who follows them, what the tracker says, what looks wrong, and when an order has arrived. */
import { describe, expect, it } from 'vitest'
import type { TrackerEvent, TrackingState } from '../../src/domain/tracking.ts'
import { closing } from '../../src/flow/decide/closing.ts'
import { draftOf } from '../../src/flow/decide/draft.ts'
import type { EventBody } from '../../src/lane/event.ts'
import type { TrackerFacts } from '../../src/store/config.ts'
import { parcel, progress, sealed, shipped } from './events.ts'
import { HOUR, MINUTE, SECOND, START, tracker } from './facts.ts'
import { hear } from './hearing.ts'
import { accepted, document, ship } from './parcels.ts'
import type { Desk } from './support.ts'

const DAY = 24 * HOUR
const W = 'SF1000000000001'
const on = (change: Partial<TrackerFacts> = {}, waybill = W, items = 'A×2 B×1') =>
  ship(accepted(undefined, { trackers: [tracker(change)] }), waybill, items)

type Scan = readonly [at: number, state?: TrackingState | undefined, text?: string]
const said = (state: TrackingState | undefined, scans: readonly Scan[], more: object = {}): EventBody => ({
  kind: 'tracking',
  tracker: 'tk',
  event: {
    ...{ type: 'tracked', carrier: 'SF', waybill: W, ...(state && { state }) },
    entries: scans.map(([at, state, text = '到达杭州']) => ({ at, text, ...(state && { state }) })),
    ...more,
  } as TrackerEvent,
})
const gaveUp = (more: object = {}): EventBody => ({
  kind: 'tracking',
  tracker: 'tk',
  event: { type: 'ended', carrier: 'SF', waybill: W, why: '3天查询无记录', ...more },
})
const trackingOf = (desk: Desk) => desk.order.fulfillments[0]?.packages[0]?.tracking
const tracks = (desk: Desk) => desk.jobs.history.filter((job) => job.kind === 'track').map((job) => job.id)
/** All timers of the order, until none is left. */
const days = (desk: Desk, until: number): Desk => {
  for (let at = desk.timers.get(desk.order.id); at !== undefined && at <= until; at = desk.timers.get(desk.order.id))
    desk.ring()
  desk.now = until
  return desk
}

describe('a parcel is followed', () => {
  it('by default only once half the time for its first scan is gone', () => {
    const desk = on().run('ship')
    expect([tracks(desk), desk.timers.get(desk.order.id)]).toEqual([[], START + 12 * HOUR])
    desk.ring()
    expect(tracks(desk)).toEqual([`track:${W}:1`])
    desk.run('track')
    expect([trackingOf(desk), desk.said]).toMatchObject([
      { tracker: 'tk', subscribedAt: desk.now, subscriptions: 1, entries: [] },
      ['tracking_asked'],
    ])
    expect(tracks(desk.say({ kind: 'timer' }))).toHaveLength(1)
  })

  it('or if it has stopped moving, although somebody else saw its first scan', () => {
    const desk = on().say(said('collected', [[START, 'collected']]))
    days(desk, START + 3 * DAY - 1)
    expect(tracks(desk)).toEqual([])
    days(desk, START + 3 * DAY)
    expect([tracks(desk), desk.problems]).toEqual([[`track:${W}:1`], ['parcel_stuck']])
  })

  it('as it ships where all are wanted, and never where none is', () => {
    expect(tracks(on({ subscribe: 'all' }))).toEqual([`track:${W}:1`])
    const none = on({ subscribe: 'none' })
    expect([tracks(days(none, START + 30 * DAY)), none.problems, none.timers.size]).toEqual([[], [], 0])
  })

  it('by the preferred tracker that knows its carrier; where none does it is not waited for', () => {
    const two = [tracker({ id: 'a', carriers: ['YTO'] }), tracker({ id: 'b' })]
    const desk = ship(
      accepted(undefined, { trackers: two.map((one) => ({ ...one, subscribe: 'all' as const })) }),
      W,
      'A×2 B×1',
    )
    expect(desk.jobs.history.find((job) => job.kind === 'track')).toMatchObject({ connection: 'b' })
    const unknown = on({ carriers: ['YTO'] })
    expect([tracks(days(unknown, START + 9 * DAY)), unknown.timers.size]).toEqual([[], 0])
  })

  it('with where its phone is only if its carrier wants one', () => {
    const body = (change: Partial<TrackerFacts>) =>
      on({ subscribe: 'all', ...change }).jobs.history.find((job) => job.kind === 'track')?.body
    expect(body({})).toEqual({
      ...{ kind: 'track', want: 'subscribe', carrier: 'SF', waybill: W },
      receiver: { shopId: 's1', platformOrderId: 'P1', sealed: 'v1.sealed' },
    })
    expect(body({ needsPhone: [] })).not.toHaveProperty('receiver')
  })

  it('once, though two packages and two confirms have its number', () => {
    const desk = on({ subscribe: 'all' }, W, 'A×2')
    desk.say(shipped('n', document(desk), [{ ...parcel(W, 'B×1'), packageId: 'other' }], true, 'again'))
    expect(tracks(desk.run('track'))).toHaveLength(1)
    expect(desk.order.fulfillments[0]?.packages.map((item) => item.tracking?.tracker)).toEqual(['tk', 'tk'])
  })

  it('by another tracker, if the one that followed it is gone', () => {
    const desk = on({ subscribe: 'all' }).run('track')
    desk.trackers = [tracker({ id: 'new', subscribe: 'all' })]
    desk.say({ kind: 'timer' })
    expect(tracks(desk)).toEqual([`track:${W}:1`, `track:${W}:2`])
  })
})

describe('asking a tracker', () => {
  it('again after silence, for as long as the parcel is on its way', () => {
    const desk = on({ subscribe: 'all' }).run('ship')
    for (let i = 0; i < 9; i++) {
      desk.now = Math.max(desk.now, desk.jobs.next() ?? 0)
      desk.run('track', { class: 'unknown', detail: 'time-out' })
    }
    expect(desk.jobIds).toContain('track')
    expect([desk.state, desk.drafts[0]?.notices]).toMatchObject([
      'shipped',
      [{ id: 'shop:s1:tracking:tk', problem: { code: 'tracking_refused', at: 'tk' } }],
    ])
    desk.say(said('delivered', [[START + HOUR, 'delivered']]))
    expect(desk.jobIds).not.toContain('track')
  })

  it.each(['done', 'exists'] as const)('%s closes what was open about it', (kind) => {
    const desk = on({ subscribe: 'all' }).run(
      'track',
      kind === 'done' ? { class: 'done', value: {} } : { class: 'exists', detail: '501' },
    )
    expect([trackingOf(desk)?.subscribedAt, desk.units[0]?.rows.closes]).toEqual([START, ['shop:s1:tracking:tk']])
  })

  it('refused is one exception of the connection, and is not asked again until a person retries', () => {
    const desk = on({ subscribe: 'all' })
      .run('ship')
      .run('track', { class: 'rejected', code: '701', detail: '701 拒绝' })
    expect([desk.state, desk.problems, trackingOf(desk)?.refused, desk.jobIds]).toEqual(['shipped', [], '701 拒绝', []])
    expect(desk.units[0]?.rows.exceptions).toMatchObject([
      { id: 'shop:s1:tracking:tk', orderId: null, code: 'tracking_refused', subject: 'tk' },
    ])
    days(desk, START + 9 * DAY)
    expect(tracks(desk)).toHaveLength(1)
    expect(tracks(desk.command('retry'))).toHaveLength(2)
    desk.run('track')
    expect(trackingOf(desk)).toMatchObject({ tracker: 'tk', subscriptions: 1 })
  })

  it('with a refused credential waits, and burns no try', () => {
    const desk = on({ subscribe: 'all' }).run('track', { class: 'auth', detail: '600' })
    expect([desk.jobs.all.get(`track:${W}:1`)?.attempts, desk.jobs.parks.get('tk')]).toEqual([0, START + MINUTE])
    expect(desk.units[0]?.rows.exceptions).toMatchObject([
      { code: 'credential_refused', body: { problem: { facts: { connection: '快递100' } } } },
    ])
  })

  it('whose late outcome is of an older attempt changes nothing', () => {
    const desk = on({ subscribe: 'all' })
    const first = desk.claim('track')
    desk.later(2 * MINUTE)
    const second = desk.claim('track')
    desk.answer(first, { class: 'retry', detail: 'late' })
    expect(desk.jobs.all.get(`track:${W}:1`)?.leasedUntil).toBeGreaterThan(desk.now)
    desk.answer(second, { class: 'done', value: {} }).answer(first, { class: 'done', value: {} })
    expect(trackingOf(desk)?.subscriptions).toBe(1)
  })
})

describe('what a tracker says', () => {
  it('is the first scan as a fact, then where the parcel is', () => {
    const desk = on().say(said('collected', [[START + HOUR, 'collected', '已揽收']]))
    desk.later(2 * HOUR)
    expect(trackingOf(desk)).toEqual({
      ...{ state: 'collected', collectedAt: START, movedAt: START },
      entries: [{ at: START + HOUR, text: '已揽收', state: 'collected' }],
    })
    expect(desk.said).toEqual(['collected'])
    desk.say(
      said('moving', [
        [START + HOUR, 'collected', '已揽收'],
        [START + 90 * MINUTE, 'moving', '到达上海'],
      ]),
    )
    expect(trackingOf(desk)).toMatchObject({ state: 'moving', collectedAt: START, movedAt: START + 90 * MINUTE })
    expect(desk.drafts[0]?.entries).toMatchObject([
      { who: 'tk', what: 'tracked', facts: { carrier: 'SF', waybill: W, state: '运输中', text: '到达上海' } },
    ])
  })

  it('said again changes nothing', () => {
    const desk = on()
      .later(HOUR)
      .say(said('collected', [[START, 'collected']]))
    const before = JSON.stringify(desk.order)
    desk.say(said('collected', [[START, 'collected']]))
    expect([JSON.stringify(desk.order), desk.said, desk.units]).toEqual([before, [], []])
  })

  it('of before comes late and adds its scans, but turns nothing back', () => {
    const desk = on().later(DAY)
    const [one, two, three] = [
      [START, 'collected', 'a'],
      [START + HOUR, 'moving', 'b'],
      [START + 2 * HOUR, 'delivered', 'c'],
    ] as const
    desk.say(said('delivered', [one, three])).say(said('moving', [one, two]))
    expect([desk.state, trackingOf(desk)?.state, trackingOf(desk)?.entries.map((entry) => entry.text)]).toEqual([
      ...['delivered', 'delivered', ['a', 'b', 'c']],
    ])
    // The same scans, said to be on their way still, as a slow copy of the push before has them.
    desk.say(said('moving', [one, two, three]))
    expect(trackingOf(desk)?.state).toBe('delivered')
  })

  it('of a time that lies ahead counts as of now', () => {
    const desk = on().say(said('moving', [[START + 90 * DAY, 'moving']]))
    expect(trackingOf(desk)?.movedAt).toBe(START)
  })

  it('of a waybill that is no more of the order, or of another carrier that has the same number, is not meant', () => {
    const desk = on()
    for (const more of [{ waybill: 'SF1000000000002' }, { carrier: 'YTO' }]) {
      desk.say(said('delivered', [[START, 'delivered']], more))
      expect([trackingOf(desk), desk.state]).toEqual([undefined, 'shipped'])
    }
    desk.say(said('moving', [[START, 'moving']], { carrier: 'YTO', was: 'SF' }))
    expect(trackingOf(desk)).toMatchObject({ carrier: 'YTO', state: 'moving' })
    desk.later(HOUR).say(said('delivered', [[START + HOUR, 'delivered']], { carrier: 'YTO' }))
    expect(desk.state).toBe('delivered')
  })

  it('of nothing is nothing', () => {
    const desk = on().say(said(undefined, []))
    expect([trackingOf(desk), desk.said]).toEqual([undefined, []])
    desk.say(said(undefined, [[START, undefined, '商家已下单']]))
    expect(trackingOf(desk)).toEqual({ entries: [{ at: START, text: '商家已下单' }] })
  })

  it('of a parcel whose buyer was erased is where it is, and no words', () => {
    const desk = on().say(said('moving', [[START, 'moving', '文一路']]))
    desk.platform({ type: 'redact', platformOrderIds: ['P1'], at: START })
    expect([trackingOf(desk)?.entries, trackingOf(desk)?.state]).toEqual([[], 'moving'])
  })
})

describe('an order', () => {
  it('has arrived with the last of its parcels, and is closed for the ledger', () => {
    const desk = ship(accepted(undefined, { trackers: [tracker()] }), W, 'A×2', false)
    ship(desk, 'SF1000000000002', 'B×1').run('ship').later(DAY)
    desk.say(said('delivered', [[START + HOUR, 'delivered']]))
    expect([desk.state, desk.order.fulfillments[0]?.delivered]).toEqual(['shipped', undefined])
    desk.say(said('delivered', [[START + HOUR, 'delivered']], { waybill: 'SF1000000000002' }))
    expect([desk.state, desk.order.fulfillments[0]?.delivered, desk.said]).toEqual([
      'delivered',
      true,
      ['collected', 'tracked', 'delivered'],
    ])
    expect(desk.timers.size).toBe(0)
    expect(closing(draftOf({ ...desk.order }, false))).toHaveLength(2)
  })

  it('of which more is to ship has not, whatever has arrived', () => {
    const desk = ship(accepted(undefined, { trackers: [tracker()] }), W, 'A×2', false)
    desk.later(DAY).say(said('delivered', [[START + HOUR, 'delivered']]))
    expect([desk.state, desk.order.fulfillments[0]?.delivered]).toEqual(['shipped', undefined])
    ship(desk, 'SF1000000000002', 'B×1')
    expect(desk.order.fulfillments[0]?.delivered).toBeUndefined()
    desk.say(said('delivered', [[START + HOUR, 'delivered']], { waybill: 'SF1000000000002' }))
    expect(desk.state).toBe('delivered')
  })

  it('that its warehouse called delivered needs no tracker', () => {
    const desk = on()
      .run('ship')
      .say(progress('n', document(on()), 'delivered'))
    expect([desk.state, desk.timers.size, tracks(days(desk, START + 9 * DAY))]).toEqual(['delivered', 0, []])
  })

  it('that its platform calls finished is watched on: the parcel is still under way', () => {
    const desk = on({ subscribe: 'all' }).run('ship').run('track')
    desk.platform({ type: 'order', order: sealed({ version: START + 1, status: 'finished', lines: desk.order.lines }) })
    expect([desk.state, desk.timers.has(desk.order.id)]).toEqual(['closed', true])
    desk.ring()
    expect([desk.state, desk.problems]).toEqual(['exception', ['parcel_not_collected']])
    desk.say(said('delivered', [[START + HOUR, 'delivered']]))
    expect([desk.state, desk.problems]).toEqual(['closed', []])
  })
})

describe('what looks wrong', () => {
  it('is a parcel that nobody has collected in time; its first scan settles it', () => {
    const desk = days(on().run('ship'), START + 12 * HOUR).run('track')
    days(desk, START + 24 * HOUR - 1)
    expect(desk.problems).toEqual([])
    days(desk, START + 24 * HOUR)
    expect([desk.state, desk.problems, desk.order.problems[0]?.facts]).toMatchObject([
      ...['exception', ['parcel_not_collected']],
      { carrier: 'SF', waybill: W, hours: 24 },
    ])
    desk.say(said('collected', [[START + 23 * HOUR, 'collected']]))
    expect([desk.state, desk.problems]).toEqual(['shipped', []])
  })

  it('is not a parcel of which nobody was asked: silence says nothing then', () => {
    const desk = on().run('ship')
    days(desk, START + 12 * HOUR).run('track', { class: 'rejected', code: '701', detail: 'no' })
    expect([days(desk, START + 9 * DAY).problems, desk.timers.size]).toEqual([[], 0])
  })

  it('is a parcel that stands still, by its own limit; the next scan settles it', () => {
    const desk = on({ stuckAfter: DAY })
      .run('ship')
      .say(said('moving', [[START, 'moving']]))
    days(desk, START + DAY)
    expect([desk.problems, desk.order.problems[0]?.facts]).toMatchObject([['parcel_stuck'], { days: 1 }])
    desk.run('track').say(
      said('moving', [
        [START, 'moving'],
        [START + DAY, 'moving', '到达上海'],
      ]),
    )
    expect(desk.problems).toEqual([])
    days(desk, START + 2 * DAY)
    expect(desk.problems).toEqual(['parcel_stuck'])
  })

  it("is what the carrier calls trouble, while it does; a parcel that comes back stays a person's turn", () => {
    const desk = on()
      .later(DAY)
      .say(said('trouble', [[START, 'trouble', '地址不详']]))
    expect([desk.problems, desk.order.problems[0]?.facts]).toMatchObject([['parcel_trouble'], { text: '地址不详' }])
    desk.say(said('out_for_delivery', [[START + HOUR, 'out_for_delivery']]))
    expect(desk.problems).toEqual([])
    desk.say(said('returned', [[START + 2 * HOUR, 'returned', '退回']]))
    expect([desk.state, desk.problems, desk.order.fulfillments[0]?.delivered]).toEqual([
      'exception',
      ['parcel_returned'],
      undefined,
    ])
    desk.run('ship').command('dismiss', { problemId: desk.order.problems[0]?.id ?? '' })
    expect([desk.state, desk.problems]).toEqual(['shipped', []])
    expect(desk.say({ kind: 'timer' }).problems).toEqual([])
  })

  it('stops nothing of an order that is still to ship', () => {
    const desk = ship(accepted(undefined, { trackers: [tracker()] }), W, 'A×2', false)
    desk.say(said('trouble', [[START, 'trouble']]))
    ship(desk, 'SF1000000000002', 'B×1').run('ship')
    expect(desk.fulfillments).toEqual(['n shipped'])
  })

  it('is asked about when a person presses retry, and stays until the tracker says otherwise', () => {
    const desk = days(days(on().run('ship'), START + 12 * HOUR).run('track'), START + DAY).command('retry')
    expect([desk.problems, desk.jobs.history.at(-1)?.body]).toMatchObject([
      ['parcel_not_collected'],
      { kind: 'track', want: 'query', waybill: W },
    ])
    desk.run('track')
    expect([desk.jobIds, trackingOf(desk)?.subscriptions]).toEqual([[], 1])
    desk.say(said('collected', [[START + HOUR, 'collected']]))
    expect(desk.problems).toEqual([])
  })

  it('is not asked about for ever, if nobody answers the question', () => {
    const desk = days(days(on().run('ship'), START + 12 * HOUR).run('track'), START + DAY).command('retry')
    for (let i = 0; i < 7; i++) {
      desk.now = Math.max(desk.now, desk.jobs.next() ?? 0)
      desk.run('track', { class: 'retry', detail: 'busy' })
    }
    expect([desk.jobIds, desk.problems]).toEqual([[], ['parcel_not_collected']])
  })

  it('is a number that does not look like one of its carrier: told with the shipment, and no more', () => {
    const warning = (waybill: string) => {
      const desk = accepted()
      ship(desk, waybill, 'A×2 B×1')
      return [desk.problems, desk.drafts[0]?.entries.find((entry) => entry.what === 'shipped')?.facts?.warning]
    }
    expect([warning(W), warning('W1')]).toEqual([
      [[], undefined],
      [[], '（不像 SF 的单号）'],
    ])
  })
})

describe('a tracker that gives a parcel up', () => {
  it('is asked again half an hour later, four times in all', () => {
    const desk = on({ subscribe: 'all' }).run('ship')
    for (let i = 1; i <= 4; i++) {
      desk
        .run('track')
        .later(3 * DAY)
        .say(gaveUp())
      expect(desk.said).toContain('tracking_ended')
      expect(trackingOf(desk)?.ended).toEqual({ at: desk.now, why: '3天查询无记录' })
      expect(tracks(desk.later(30 * MINUTE).say({ kind: 'timer' }))).toHaveLength(i)
      desk.later(MINUTE).say({ kind: 'timer' })
    }
    expect([tracks(desk).length, desk.problems]).toEqual([4, ['parcel_not_collected']])
  })

  it('that found the right carrier follows it by itself: it is not asked again', () => {
    const desk = on({ subscribe: 'all' })
      .run('ship')
      .run('track')
      .later(3 * HOUR)
      .say(gaveUp({ corrected: 'YTO' }))
    expect([desk.said, trackingOf(desk)?.carrier, trackingOf(desk)?.ended]).toEqual([
      ['carrier_corrected'],
      'YTO',
      undefined,
    ])
    expect(tracks(days(desk, START + 9 * DAY))).toHaveLength(1)
    desk.say(said('delivered', [[START + HOUR, 'delivered']], { carrier: 'YTO', was: 'SF' }))
    expect(desk.order.fulfillments[0]?.delivered).toBe(true)
  })

  it('of a parcel that has arrived, or that nobody asked it to follow, says nothing', () => {
    const desk = on().say(gaveUp())
    expect([trackingOf(desk), desk.said]).toEqual([undefined, []])
    desk
      .later(HOUR)
      .say(said('delivered', [[START, 'delivered']]))
      .say(gaveUp())
    expect([trackingOf(desk)?.ended, desk.said]).toEqual([undefined, []])
  })

  it('and then brings news after all has not given it up', () => {
    const desk = on({ subscribe: 'all' }).run('track').later(DAY).say(gaveUp()).later(SECOND)
    desk.say(said('moving', [[START + DAY, 'moving']]))
    expect(trackingOf(desk)?.ended).toBeUndefined()
  })
})

describe("a push to a tracker's own lane", () => {
  const body = said('moving', [[START, 'moving']])
  const raw = { raw: 'v1.sealed' }

  it('is passed on to every order that has the waybill', () => {
    const ids = ['00010000001', '00020000001']
    const { forwards, exceptions } = hear(body, { lane: 'tr:tk', holders: new Map([[W, ids]]) }, raw)
    expect(forwards).toMatchObject(
      ids.map((id, i) => ({
        ...{ lane: `#${i + 1}`, at: START },
        event: { id: `tr:tk:7:0:${id}`, ref: `o:${id}`, raw: 'v1.sealed', body },
      })),
    )
    expect(exceptions).toEqual([])
  })

  it('of a waybill that no order has (yet) is tried again for minutes, then kept, once a waybill', () => {
    const first = hear(body, { lane: 'tr:tk' }, raw)
    expect([first.exceptions, first.forwards]).toMatchObject([
      [],
      [{ lane: 'tr:tk', event: { id: 'tr:tk:7:0:1', raw: 'v1.sealed', body: { ...body, tries: 1 } } }],
    ])
    const last = hear({ ...body, tries: 4 } as EventBody, { lane: 'tr:tk' }, raw)
    expect([last.forwards, last.exceptions]).toEqual([
      [],
      [
        {
          id: `tr:tk:waybill:${W}`,
          problem: { code: 'waybill_unknown', at: W, facts: { waybill: W } },
          raw: 'v1.sealed',
        },
      ],
    ])
  })

  it('that names an order which is not there is kept, and not sent round', () => {
    const { forwards, exceptions } = hear(body, { lane: 'shop:s1' }, { ...raw, ref: 'o:00010000009' })
    expect([forwards, exceptions]).toMatchObject([[], [{ problem: { code: 'waybill_unknown' } }]])
  })
})
