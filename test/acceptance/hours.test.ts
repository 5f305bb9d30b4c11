/** What takes hours, on the virtual clock of the simulation: the real lane, ledger and flow, far sides without faults but those told here. */
import { expect, it } from 'vitest'
import type { OrderState } from '../../src/domain/order-state.ts'
import { calm } from '../simulation/calm.ts'
import type { FarWarehouse } from '../simulation/far.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

const open = async () => {
  const run = await calm({ warehouses: ['wa', 'wb'], deduplicates: false })
  const [first, second] = run.warehouses as [FarWarehouse, FarWarehouse]
  for (const house of run.warehouses) await run.stock('TEA-1', 10, house)
  const order = (id: string): { readonly state: string; readonly body: OrderState } => {
    const sql = 'SELECT state, body FROM orders WHERE platform_order_id = ?'
    const [row] = run.machine.store.all<{ state: string; body: string }>(sql, id)
    return { state: row?.state ?? 'none', body: JSON.parse(row?.body ?? '{}') as OrderState }
  }
  const command = (id: string, action: 'retry' | 'reroute'): void => {
    const { body } = order(id)
    void run.machine.append('shop:sa', [
      {
        id: `${action}:${run.clock.now}`,
        at: run.clock.now,
        ref: `o:${body.id}`,
        body: { kind: 'command', command: { action, actor: 'test' } },
      },
    ])
  }
  const reserved = (house: FarWarehouse): number =>
    run.machine.store.all<{ reserved: number }>(
      'SELECT reserved FROM stock_levels WHERE warehouse_id = ? AND sku = ?',
      house.id,
      'TEA-1',
    )[0]?.reserved ?? -1
  const pass = (ms: number): Promise<void> => run.clock.run(run.clock.now + ms)
  return { ...run, first, second, state: order, command, reserved, pass }
}

const LINES = [{ id: '1', sku: 'TEA-1', quantity: 3 }]

it('a warehouse that stays silent ends as an exception, and the order goes to no other one', async () => {
  const { first, second, buy, state, command, reserved, pass } = await open()
  first.silent = true
  buy('quiet', LINES)
  await pass(10 * MINUTE)
  expect(state('quiet').state).toBe('dispatched')
  await pass(8 * HOUR)
  expect(state('quiet').state).toBe('exception')
  const [problem] = state('quiet').body.problems
  expect(problem?.code).toBe('warehouse_silent')
  expect(problem?.at).toBe(state('quiet').body.fulfillments[0]?.document)
  expect([first.documents, second.documents]).toEqual([[], []])
  expect([reserved(first), reserved(second)]).toEqual([3, 0])

  // It answers again, and a person presses retry: one document, at the same warehouse.
  first.silent = false
  command('quiet', 'retry')
  await pass(HOUR)
  expect(state('quiet').state).toBe('accepted')
  expect(first.documents.map((item) => item.document)).toEqual([problem?.at])
  expect(second.documents).toEqual([])
})

it('only a person takes it upon them to move it', async () => {
  const { first, second, buy, state, command, reserved, pass } = await open()
  first.silent = true
  buy('moved', LINES)
  await pass(9 * HOUR)
  expect([state('moved').state, second.documents]).toEqual(['exception', []])
  command('moved', 'reroute')
  await pass(HOUR)
  expect(state('moved').state).toBe('accepted')
  expect(second.documents).toHaveLength(1)
  expect([reserved(first), reserved(second)]).toEqual([0, 3])
})

it('a warehouse that times out after success and makes a second document of a repeat is asked first', async () => {
  const { first, second, machine, buy, state, pass } = await open()
  const clumsy = machine.dispatch
  if (!clumsy) throw new Error('no dispatch')
  let lost = 3
  machine.dispatch = {
    ...clumsy,
    send: async (call, ms) => {
      const answer = await clumsy.send(call, ms)
      if (call.method !== 'POST' || !call.url.endsWith('/v1/orders') || lost-- <= 0) return answer
      const { NotAnswered } = await import('../../src/send.ts')
      throw new NotAnswered('time-out', true)
    },
  }
  for (const id of ['a', 'b', 'c']) buy(id, LINES)
  await pass(HOUR)
  for (const id of ['a', 'b', 'c']) expect(state(id).state).toBe('accepted')
  expect(first.documents.map((item) => item.platformOrderId).sort()).toEqual(['a', 'b', 'c'])
  expect(second.documents).toEqual([])
})

it('a short shipment is an exception once its grace has passed, and what did not ship is free', async () => {
  const { first, buy, state, confirm, reserved, pass, machine } = await open()
  buy('short', LINES)
  await pass(MINUTE)
  const [document] = first.documents
  if (!document) throw new Error('nothing was placed')
  const shipped = first.ship(document, true)
  confirm(document, { shipmentId: shipped?.shipmentId ?? '', final: true }, first, 2)
  await pass(MINUTE)
  // An earlier confirm may still be on its way.
  expect([state('short').state, state('short').body.problems]).toEqual(['shipped', []])
  expect(reserved(first)).toBe(2)
  await pass(20 * MINUTE)
  expect(state('short').state).toBe('exception')
  const [problem] = state('short').body.problems
  expect([problem?.code, problem?.at]).toEqual(['short_shipped', document.document])
  expect(problem?.facts?.what).toBe('TEA-1 1/3')
  expect(reserved(first)).toBe(0)
  expect(first.documents).toHaveLength(1)
  expect(machine.reports).toEqual([])
})
