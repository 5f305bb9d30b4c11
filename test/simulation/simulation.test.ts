import { expect, it } from 'vitest'
import { audit } from './auditor.ts'
import { run } from './scenario.ts'

const SEEDS = Number(process.env.SEEDS ?? 200)
const FROM = Number(process.env.FROM ?? 1)

it.each(Array.from({ length: SEEDS }, (_, i) => FROM + i))(
  'seed %i: nothing lost, nothing twice, nothing oversold',
  async (seed) => {
    const result = await run(seed)
    expect(
      audit(result),
      `seed ${seed}; the last reports were:\n${result.machine.reports.slice(-10).join('\n')}`,
    ).toEqual([])
  },
)
