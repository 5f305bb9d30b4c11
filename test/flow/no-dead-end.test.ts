import { expect, it } from 'vitest'
import { settle } from './settle.ts'
import { Walk } from './walk.ts'

const WALKS = Number(process.env.WALKS ?? 3_000)
const FROM = Number(process.env.FROM ?? 1)
const BATCH = 250

it.each(Array.from({ length: Math.ceil(WALKS / BATCH) }, (_, i) => FROM + i * BATCH))(
  `after every event each order has somebody who moves it (walks from seed %i)`,
  (from) => {
    for (let seed = from; seed < from + Math.min(BATCH, WALKS); seed++) {
      const walk = new Walk(seed)
      for (let i = 0; i < 12; i++) {
        const wrong = walk.step()
        expect(wrong, `seed ${seed}\n${walk.log.join('\n')}\n`).toEqual([])
      }
      expect(settle(walk), `seed ${seed}, left alone\n${walk.log.join('\n')}\n`).toEqual([])
    }
  },
)
