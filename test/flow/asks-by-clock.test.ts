/** Warehouses that tell nothing by themselves: their documents are asked for by the clock until the goods have left. */
import { describe, expect, it } from 'vitest'
import type { JobOutcome, JobValue } from '../../src/lane/event.ts'
import { cancelled, changed } from './events.ts'
import { MINUTE, warehouse } from './facts.ts'
import { accepted, document, ship, stock, three } from './parcels.ts'

const EVERY = 10 * MINUTE
const silent = () => accepted(three, { warehouses: [warehouse('n', 1, { asksEveryMs: EVERY }), warehouse('s', 2)] })
const says = (value: JobValue = {}): JobOutcome => ({ class: 'done', value })
type Desk = ReturnType<typeof silent>
const asks = (desk: Desk) => desk.jobIds.filter((kind) => kind === 'ask').length

describe('a document at a warehouse that tells nothing', () => {
  it('is asked for once so much time has passed, and not before', () => {
    const desk = silent()
    expect([asks(desk), desk.jobs.due(desk.now)]).toEqual([1, []])
    expect(desk.jobs.due(desk.now + EVERY - 1)).toEqual([])
    expect(desk.jobs.due(desk.now + EVERY)).toHaveLength(1)
    expect(desk.jobs.history.at(-1)?.body).toMatchObject({ kind: 'ask', document: document(desk) })
  })

  it('is asked for again after each answer that brings nothing', () => {
    const desk = silent()
    for (let i = 0; i < 3; i++) {
      desk.now += EVERY
      desk.run('ask', says({ found: 'accepted' }))
      expect([asks(desk), desk.jobs.due(desk.now), desk.problems]).toEqual([1, [], []])
    }
    desk.now += EVERY
    desk.run('ask', says())
    expect([asks(desk), desk.fulfillments]).toEqual([1, ['n accepted']])
  })

  it('is asked for no more once its goods have left', () => {
    const desk = silent()
    ship(desk, 'W1', 'A×2 B×1')
    desk.now += EVERY
    desk.run('ask', says({ found: 'shipped' }))
    expect([asks(desk), desk.fulfillments]).toEqual([0, ['n shipped']])
    expect(stock(desk)).toEqual([
      [8, 0],
      [9, 0],
    ])
  })

  it('is proven stopped by an answer, whoever asked', () => {
    const desk = silent()
    desk.now += EVERY
    desk.run('ask', says({ found: 'cancelled' }))
    expect(desk.fulfillments[0]).toMatch(/^n dead/)
  })

  it('is asked for while a cancel that ends later is open', () => {
    const desk = silent().platform(cancelled())
    desk.run('cancel', says({ later: true }))
    expect([asks(desk), desk.fulfillments]).toEqual([1, ['n accepted (stop asked)']])
    desk.now += EVERY
    desk.run('ask', says({ found: 'cancelled' }))
    expect([asks(desk), desk.state]).toEqual([0, 'cancelled'])
  })

  it('is asked for at once on news, without a second question', () => {
    const desk = silent()
    desk.say(changed('n', document(desk)))
    expect([asks(desk), desk.jobs.due(desk.now)]).toMatchObject([1, [{ attempts: 0 }]])
  })
})

it('asks nobody who calls back', () => expect(asks(accepted())).toBe(0))
