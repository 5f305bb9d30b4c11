import { describe, expect, it } from 'vitest'
import { AUTH_PAUSE } from '../../src/flow/backoff.ts'
import type { Loaded } from '../../src/flow/world.ts'
import type { JobFacts, JobOutcome } from '../../src/lane/event.ts'
import { HOUR, SECOND, START } from './facts.ts'
import { hear, shop } from './hearing.ts'

describe('a listing whose level changed', () => {
  const listings = new Map([
    [
      'A',
      [
        { listingId: 'L1', sku: 'A' },
        { listingId: 'L2', sku: 'A' },
      ],
    ],
  ])
  const dirty = (change: Partial<Loaded> = {}, skus = ['A']) =>
    hear({ kind: 'dirty', skus }, { lane: 'shop:s1', shop, listings, ...change }).jobs.map((job) => job.subject)
  const facts = (attempts: number): JobFacts => ({ connection: 's1', attempts, leased: attempts > 0 })

  it('is shown anew, once for all SKUs of a turn', () =>
    expect(dirty({}, ['A', 'A'])).toEqual(['stock:L1', 'stock:L2']))
  it('of a shop that does not show stock, or is on trial, is not', () => {
    expect(
      dirty({ shop: { ...shop, shop: { ...shop.shop, features: { ...shop.shop.features, stock: false } } } }),
    ).toEqual([])
    expect(dirty({ shop: { ...shop, shop: { ...shop.shop, mode: 'trial' } } })).toEqual([])
  })
  it('needs no second job where one stands that has not been sent', () =>
    expect(dirty({ jobsOf: (ref) => [`${ref}:1`], job: () => facts(0) })).toEqual([]))
  it('needs one more where one is under way: it may have read the old level', () =>
    expect(dirty({ jobsOf: (ref) => [`${ref}:1`], job: () => facts(1) })).toEqual(['stock:L1', 'stock:L2']))
})

describe('the outcome of showing a level', () => {
  const hearOutcome = (outcome: JobOutcome, attempt = 1, others: string[] = []) =>
    hear(
      { kind: 'outcome', job: 'stock:L1:1', attempt, jobKind: 'stock', subject: 'stock:L1', outcome, ms: 1 },
      {
        lane: 'shop:s1',
        shop,
        jobsOf: () => ['stock:L1:1', ...others],
        job: () => ({ connection: 's1', attempts: attempt, leased: true }),
      },
    )
  const drop = [{ id: 'stock:L1:1', drop: true }]

  it('done drops the job and closes what was open about it', () =>
    expect(hearOutcome({ class: 'done', value: {} })).toMatchObject({
      changes: drop,
      closes: ['shop:s1:listing:stock:L1', 'shop:s1:credential:s1'],
    }))

  it('rejected is an exception of the listing', () =>
    expect(hearOutcome({ class: 'rejected', code: 'x', detail: 'no such item' })).toMatchObject({
      changes: drop,
      exceptions: [
        { problem: { code: 'listing_refused', at: 'L1', facts: { listing: 'L1', message: 'no such item' } } },
      ],
    }))

  it.each<[string, JobOutcome, number]>([
    ['refused for its credential', { class: 'auth', detail: 'expired' }, AUTH_PAUSE],
    ['told to slow down', { class: 'quota', detail: 'x', after: 5 * SECOND }, 5 * SECOND],
  ])('%s parks the credential, and burns no attempt', (_, outcome, pause) => {
    const { parks, changes, exceptions } = hearOutcome(outcome, 3)
    expect(parks).toEqual([{ connection: 's1', until: START + pause }])
    expect(changes).toEqual([{ id: 'stock:L1:1', at: START + pause, attempts: 2, unsent: true }])
    expect(exceptions.map((item) => item.problem.code)).toEqual(outcome.class === 'auth' ? ['credential_refused'] : [])
  })

  it('unknown is tried again, for ever at last, unless a later job makes it moot', () => {
    const again = (attempt: number) => hearOutcome({ class: 'unknown', detail: 'x' }, attempt).changes
    expect(again(1)).toMatchObject([{ id: 'stock:L1:1' }])
    expect(again(50)).toEqual([{ id: 'stock:L1:1', at: START + 2 * HOUR }])
    expect(hearOutcome({ class: 'unknown', detail: 'x' }, 1, ['stock:L1:2']).changes).toEqual(drop)
  })
})
