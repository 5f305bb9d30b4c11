import { expect, it } from 'vitest'
import { bySecondsEnd } from '../../src/flow/1-receive.ts'
import { START } from './facts.ts'

const shipped = (at: number) => ({ type: 'shipped', ref: {}, bizId: 'b', final: true, at, packages: [] }) as const
const count = (asOf: number) => ({ type: 'snapshot', asOf, full: true, items: [] }) as const

it.each([
  ['in whole seconds lies at the end of its second, after a count within it', START, START + 999],
  ['to the millisecond stays', START + 1, START + 1],
])('a movement told %s', (_, told, meant) => {
  expect(bySecondsEnd(shipped(told))).toEqual(shipped(meant))
  expect(bySecondsEnd({ type: 'moved', at: told, items: [] })).toMatchObject({ at: meant })
})

it('a count in whole seconds stays at the beginning of its second', () =>
  expect(bySecondsEnd(count(START))).toEqual(count(START)))
