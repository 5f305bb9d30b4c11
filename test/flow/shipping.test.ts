import { describe, expect, it } from 'vitest'
import type { JobOutcome } from '../../src/lane/event.ts'
import { cancelled, line, order, parcel, shipped } from './events.ts'
import { HOUR } from './facts.ts'
import { accepted, commits, document, finalWord, ship, stock, three, written } from './parcels.ts'
import { Desk } from './support.ts'

const rejected: JobOutcome = { class: 'rejected', code: 'S1', detail: 'out of service' }

describe('a shipment', () => {
  it('is booked, searched by its waybill and written back, each once', () => {
    const desk = ship(accepted(), 'W1', 'A×2 B×1')
    expect([desk.state, stock(desk), written(desk)]).toEqual([
      'shipped',
      [
        [8, 0],
        [9, 0],
      ],
      ['W1'],
    ])
    expect(desk.terms.get('w:W1')).toBe(desk.order.id)
    expect(desk.jobs.history.at(-1)?.body).toMatchObject({
      complete: true,
      packages: [
        {
          carrier: 'SF',
          waybill: 'W1',
          lines: [
            { lineId: '1', quantity: 2 },
            { lineId: '2', quantity: 1 },
          ],
        },
      ],
    })
    desk.run('ship')
    expect([desk.order.fulfillments[0]?.packages[0]?.written, desk.jobIds]).toEqual([true, []])
  })

  it('confirmed again, under the same or another id of the callback, is one shipment', () => {
    const desk = ship(accepted(), 'W1', 'A×2 B×1')
    ship(desk, 'W1', 'A×2 B×1').say(shipped('n', document(desk), [parcel('W1', 'A×2 B×1')], true, 'another id'))
    desk.run('ship')
    ship(desk, 'W1', 'A×2 B×1')
    expect([commits(desk), written(desk), stock(desk)]).toEqual([
      2,
      ['W1'],
      [
        [8, 0],
        [9, 0],
      ],
    ])
  })

  it('confirmed before our own call has come to an end is proof that it arrived', () => {
    const desk = new Desk().platform(three)
    const claim = desk.claim('place')
    ship(desk, 'W1', 'A×2 B×1')
    expect([desk.state, desk.jobIds]).toEqual(['shipped', ['ship']])
    for (const outcome of [{ class: 'unknown', detail: 'time-out' }, { class: 'done', value: {} }, rejected] as const) {
      desk.answer(claim, outcome)
      expect([desk.state, desk.fulfillments, desk.jobIds]).toEqual(['shipped', ['n shipped'], ['ship']])
    }
  })

  it('in two packages is shipped with the first, complete with the last', () => {
    const desk = ship(accepted(), 'W1', 'A×2', false)
    expect([desk.state, desk.fulfillments, desk.jobs.history.at(-1)?.body]).toMatchObject([
      'shipped',
      ['n accepted'],
      { complete: false },
    ])
    desk.run('ship')
    ship(desk, 'W2', 'B×1')
    expect([desk.fulfillments, desk.jobs.history.at(-1)?.body]).toMatchObject([['n shipped'], { complete: true }])
    expect(written(desk)).toEqual(['W1', 'W2'])
  })

  it('whose second package comes while the first is being written back writes the second after it', () => {
    const desk = ship(accepted(), 'W1', 'A×2', false)
    const first = desk.claim('ship')
    ship(desk, 'W2', 'B×1')
    expect(written(desk)).toEqual(['W1'])
    desk.answer(first, { class: 'done', value: {} })
    expect(written(desk)).toEqual(['W1', 'W2'])
  })

  it('in two packages under one waybill is written back as one, once', () => {
    const desk = accepted()
    desk.say(shipped('n', document(desk), [parcel('W1', 'A×2'), { ...parcel('W1', 'B×1'), packageId: 'second' }]))
    expect(desk.jobs.history.at(-1)?.body).toMatchObject({
      packages: [
        {
          waybill: 'W1',
          lines: [
            { lineId: '1', quantity: 2 },
            { lineId: '2', quantity: 1 },
          ],
        },
      ],
    })
    desk.run('ship')
    expect([written(desk), stock(desk)]).toEqual([
      ['W1'],
      [
        [8, 0],
        [9, 0],
      ],
    ])
  })

  it('of which a waybill is known to the platform already is not written back again for a later package', () => {
    const desk = ship(accepted(), 'W1', 'A×2', false).run('ship')
    desk.say(shipped('n', document(desk), [{ ...parcel('W1', 'B×1'), packageId: 'second' }]))
    expect([desk.fulfillments, written(desk), desk.jobIds]).toEqual([['n shipped'], ['W1'], []])
  })

  it.each<[string, string, number[][], string[]]>([
    [
      'more pieces than ordered',
      'A×5 B×1',
      [
        [5, 0],
        [9, 0],
      ],
      ['confirm_mismatch'],
    ],
    [
      'goods nobody ordered',
      'A×2 B×1 Z×1',
      [
        [8, 0],
        [9, 0],
      ],
      ['confirm_mismatch'],
    ],
  ])('of %s is recorded as it is, and told', (_, items, levels, problems) => {
    const desk = ship(accepted(), 'W1', items)
    expect([desk.state, stock(desk), desk.problems, written(desk)]).toEqual(['exception', levels, problems, ['W1']])
  })

  it('of goods nobody ordered takes them off the books of that SKU', () => {
    const desk = ship(accepted(), 'W1', 'A×2 B×1 Z×1')
    expect(desk.ledger.level('Z', 'n').onHand).toBe(-1)
  })

  it('by a warehouse that has been proven stopped is recorded, and told', () => {
    const desk = accepted().platform(cancelled()).run('cancel')
    ship(desk, 'W1', 'A×2 B×1')
    expect([desk.problems.includes('confirm_mismatch'), stock(desk), written(desk)]).toEqual([
      true,
      [
        [8, 0],
        [9, 0],
      ],
      ['W1'],
    ])
  })

  it('whose waybill is corrected is booked once, and written back under the new waybill', () => {
    const desk = ship(accepted(), 'W1', 'A×2 B×1').run('ship')
    desk.say(shipped('n', document(desk), [{ ...parcel('W9', 'A×2 B×1'), packageId: 'pkg-W1' }], true, 'correction'))
    expect([desk.state, stock(desk), written(desk), desk.problems]).toEqual([
      'shipped',
      [
        [8, 0],
        [9, 0],
      ],
      ['W1', 'W9'],
      [],
    ])
    expect(desk.jobs.history.at(-1)?.body).toMatchObject({ replaces: 'W1', packages: [{ waybill: 'W9' }] })
    desk.run('ship')
    desk.say(shipped('n', document(desk), [{ ...parcel('W10', 'A×2 B×1'), packageId: 'pkg-W1' }], true, 'once more'))
    expect(desk.jobs.history.at(-1)?.body).toMatchObject({ replaces: 'W9', packages: [{ waybill: 'W10' }] })
  })

  it('tells with each call what the calls before it told', () => {
    const desk = ship(accepted(), 'W1', 'A×1', false).run('ship')
    expect(desk.jobs.history.at(-1)?.body).not.toHaveProperty('before')
    ship(desk, 'W2', 'A×1 B×1')
    expect(desk.jobs.history.at(-1)?.body).toMatchObject({ before: [{ lineId: '1', quantity: 1 }] })
  })

  it('corrected before the platform was told of it replaces nothing there', () => {
    const desk = ship(accepted(), 'W1', 'A×2 B×1')
    desk.run('ship', { class: 'retry', detail: 'busy' })
    desk.say(shipped('n', document(desk), [{ ...parcel('W9', 'A×2 B×1'), packageId: 'pkg-W1' }], true, 'correction'))
    for (const job of desk.jobs.history.filter(({ kind }) => kind === 'ship'))
      expect(job.body).not.toHaveProperty('replaces')
  })

  it('corrected while the call that tells of it is under way: what arrived after all is replaced', () => {
    const desk = ship(accepted(), 'W1', 'A×2 B×1')
    desk.run('ship', { class: 'retry', detail: 'busy' })
    desk.say(shipped('n', document(desk), [{ ...parcel('W9', 'A×2 B×1'), packageId: 'pkg-W1' }], true, 'correction'))
    desk.later(HOUR).run('ship')
    expect(desk.jobs.history.at(-1)?.body).toMatchObject({ replaces: 'W1', packages: [{ waybill: 'W9' }] })
    desk.run('ship')
    expect(desk.jobIds).toEqual([])
  })

  it('corrected while another package is new: the correction goes out alone, the new one after it', () => {
    const desk = ship(accepted(), 'W1', 'A×2', false).run('ship')
    const fixed = { ...parcel('W9', 'A×2'), packageId: 'pkg-W1' }
    desk.say(shipped('n', document(desk), [fixed, parcel('W2', 'B×1')], true, 'both'))
    expect(desk.jobs.history.at(-1)?.body).toMatchObject({ replaces: 'W1', packages: [{ waybill: 'W9' }] })
    desk.run('ship')
    expect(desk.jobs.history.at(-1)?.body).toMatchObject({ packages: [{ waybill: 'W2' }] })
    expect(desk.jobs.history.at(-1)?.body).not.toHaveProperty('replaces')
  })

  it('without packages of what has been proven stopped is no news', () => {
    const desk = finalWord(accepted().platform(cancelled()).run('cancel'))
    expect([desk.state, desk.fulfillments, desk.problems]).toEqual(['cancelled', ['n dead'], []])
  })

  it('of a bundle is written back in whole units', () => {
    const desk = ship(accepted(order({ lines: [line('1', 'KIT', 2)] })), 'W1', 'A×2 B×4')
    expect(desk.jobs.history.at(-1)?.body).toMatchObject({ packages: [{ lines: [{ lineId: '1', quantity: 2 }] }] })
  })

  it('of two lines of one SKU in two packages is written back line by line, each piece once', () => {
    const desk = ship(accepted(order({ lines: [line('1', 'A', 2), line('2', 'A', 2)] })), 'W1', 'A×3', false)
    desk.run('ship')
    ship(desk, 'W2', 'A×1')
    const lines = desk.jobs.history.flatMap((job) =>
      job.body.kind === 'ship' ? job.body.packages.flatMap((item) => item.lines) : [],
    )
    const sum = (id: string) => lines.filter((item) => item.lineId === id).reduce((all, item) => all + item.quantity, 0)
    expect([sum('1'), sum('2')]).toEqual([2, 2])
  })
})
