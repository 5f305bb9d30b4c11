import { describe, expect, it } from 'vitest'
import { MINUTE, START } from './facts.ts'
import { accepted, finalWord, ship, stock, written } from './parcels.ts'

describe('a final word', () => {
  it('of which the last package is heard of first waits ten minutes for the others', () => {
    const desk = ship(accepted(), 'W2', 'B×1', true)
    expect([desk.fulfillments, desk.problems, desk.timers.get(desk.order.id)]).toEqual([
      ['n accepted'],
      [],
      START + 10 * MINUTE,
    ])
    desk.later(9 * MINUTE)
    ship(desk, 'W1', 'A×2', false)
    expect([desk.fulfillments, desk.problems, stock(desk)]).toEqual([
      ['n shipped'],
      [],
      [
        [8, 0],
        [9, 0],
      ],
    ])
    expect(desk.timers.size).toBe(0)
  })

  it('that ends short frees the rest after ten minutes, and a person decides', () => {
    const desk = ship(accepted(), 'W2', 'B×1', true).ring()
    expect([desk.problems, desk.order.problems[0]?.facts, stock(desk)]).toEqual([
      ['short_shipped'],
      { what: 'A 0/2' },
      [
        [10, 0],
        [9, 0],
      ],
    ])
    desk.command('dismiss')
    expect([desk.fulfillments, stock(desk)]).toEqual([
      ['n shipped', 'n reserved'],
      [
        [10, 2],
        [9, 0],
      ],
    ])
  })

  it('whose missing package comes after that is booked all the same, and told', () => {
    const desk = ship(accepted(), 'W2', 'B×1', true).run('ship').ring()
    ship(desk, 'W1', 'A×2', false)
    expect([desk.fulfillments, stock(desk)[0], written(desk)]).toEqual([['n shipped'], [8, 0], ['W2', 'W1']])
    expect(desk.problems).toContain('confirm_mismatch')
  })

  it('closed by a final word without packages is short of what is missing', () => {
    const desk = finalWord(ship(accepted(), 'W1', 'A×2', false))
    expect([desk.fulfillments, desk.problems]).toEqual([['n accepted'], []])
    expect(desk.ring().problems).toEqual(['short_shipped'])
  })

  it('that was whole already stays so at a final word without packages', () => {
    const desk = finalWord(ship(accepted(), 'W1', 'A×2 B×1', false))
    expect([desk.state, desk.problems, desk.timers.size]).toEqual(['shipped', [], 0])
  })
})
