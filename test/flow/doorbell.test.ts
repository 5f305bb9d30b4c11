import { describe, expect, it } from 'vitest'
import { type DispatchPorts, onDoorbells } from '../../src/flow/5-dispatch.ts'
import type { LaneEvent } from '../../src/lane/event.ts'
import type { ClaimedJob } from '../../src/lane/outbox.ts'
import { START } from './facts.ts'

const job = (change: Partial<ClaimedJob> = {}): ClaimedJob => ({
  ...{ id: 'fetch:P1:1', kind: 'fetch', connection: 's1', subject: 'fetch:P1', ref: 'o:O1', attempt: 1, sentAt: 0 },
  body: { kind: 'fetch', platformOrderId: 'P1' },
  ...change,
})

/** A consumer at a desk: the lane hands out these jobs, no shop is configured. */
const consumer = (jobs: () => ClaimedJob[], clock: () => number, failing = false) => {
  const appended: { lane: string; events: readonly LaneEvent[] }[] = []
  const ports = {
    config: { shop: async () => undefined, warehouse: async () => undefined },
    now: clock,
    random: () => 'nonce',
    claim: async () => jobs(),
    append: async (lane: string, events: readonly LaneEvent[]) => {
      if (failing) throw new Error('no lane')
      appended.push({ lane, events })
    },
    report: () => undefined,
  } as unknown as DispatchPorts
  return { ports, appended }
}

describe('a doorbell', () => {
  it('brings the outcome of every job it names back to the lane, as one append', async () => {
    const { ports, appended } = consumer(
      () => [job(), job({ id: 'fetch:P2:1', ref: 'o:O2' })],
      () => START,
    )
    await onDoorbells(ports, [{ lane: 'shop:s1', jobs: ['fetch:P1:1', 'fetch:P2:1'] }])
    expect(appended.map(({ lane, events }) => [lane, events.map((event) => event.ref)])).toEqual([
      ['shop:s1', ['o:O1', 'o:O2']],
    ])
    expect(appended[0]?.events[0]?.body).toMatchObject({ kind: 'outcome', attempt: 1, outcome: { class: 'retry' } })
  })

  it('of jobs that somebody else has taken, or that are done, does nothing', async () => {
    const { ports, appended } = consumer(
      () => [],
      () => START,
    )
    await onDoorbells(ports, [{ lane: 'shop:s1', jobs: ['fetch:P1:1'] }])
    expect(appended).toEqual([])
  })

  it('of a lane that cannot be reached is delivered again by the queue', async () => {
    const { ports } = consumer(
      () => [job()],
      () => START,
      true,
    )
    await expect(onDoorbells(ports, [{ lane: 'shop:s1', jobs: ['fetch:P1:1'] }])).rejects.toThrow('no lane')
  })

  it('gives each claim’s outcome an id of its own: a job that burned no attempt, or stands anew, has the same attempt twice', async () => {
    let now = START
    const { ports, appended } = consumer(
      () => [job()],
      () => now,
    )
    await onDoorbells(ports, [{ lane: 'shop:s1', jobs: ['fetch:P1:1'] }])
    now += 60_000
    await onDoorbells(ports, [{ lane: 'shop:s1', jobs: ['fetch:P1:1'] }])
    const ids = appended.flatMap(({ events }) => events.map((event) => event.id))
    expect(new Set(ids).size).toBe(2)
  })

  it('of a job that breaks inside the program leaves it unknown', async () => {
    const { ports, appended } = consumer(
      () => [job()],
      () => START,
    )
    Object.assign(ports, { config: { shop: async () => Promise.reject(new Error('broken')) } })
    await onDoorbells(ports, [{ lane: 'shop:s1', jobs: ['fetch:P1:1'] }])
    expect(appended[0]?.events[0]?.body).toMatchObject({ outcome: { class: 'unknown' } })
  })
})
