/**
 * What an order costs in the things that Cloudflare bills, counted on the simulation's calm machine: the same lane,
 * ledger and flow. Idle: one order after the other. Saturated: all at once. Whole life, with shipment and write-back.
 */
import { calm } from '../test/simulation/calm.ts'

export interface Billable {
  readonly objectRequests: number
  readonly objectRows: number
  readonly storeRows: number
  readonly queueOperations: number
}

/** Rows that D1 counts for one changed row: the row, and each index that it touches. */
const WEIGHT: Readonly<Record<string, number>> = { orders: 2, exceptions: 3, discrepancies: 2 }
/** A message is written, read and deleted. */
const OPERATIONS_PER_MESSAGE = 3

const ORDERS = 200

export const billable = async (): Promise<{ idle: Billable; saturated: Billable }> => ({
  idle: await measure(2_000),
  saturated: await measure(0),
})

const measure = async (gapMs: number): Promise<Billable> => {
  const { machine, clock, order, stock } = await calm()
  await stock('SKU-1', 1_000_000)
  const before = count(machine)
  for (let i = 0; i < ORDERS; i++) clock.at(clock.now + i * gapMs, () => order(`o${i}`, 'SKU-1'))
  await clock.run(clock.now + ORDERS * gapMs + 600_000)
  const after = count(machine)
  const per = (key: keyof Billable): number => Math.round(((after[key] - before[key]) / ORDERS) * 100) / 100
  return {
    objectRequests: per('objectRequests'),
    objectRows: per('objectRows'),
    storeRows: per('storeRows'),
    queueOperations: per('queueOperations'),
  }
}

const count = (machine: Awaited<ReturnType<typeof calm>>['machine']): Billable => ({
  objectRequests: machine.calls.lane + machine.calls.stock + machine.calls.alarm,
  objectRows: [...machine.lanes(), ...machine.stocks().map(([, host]) => host)].reduce(
    (n, host) => n + host.disk.rows,
    0,
  ),
  storeRows: [...machine.store.rows].reduce((n, [table, rows]) => n + rows * (WEIGHT[table] ?? 1), 0),
  queueOperations: machine.calls.message * OPERATIONS_PER_MESSAGE,
})
