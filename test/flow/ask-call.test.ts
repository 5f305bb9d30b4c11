/** The call behind a question: what is asked of the warehouse, and what its answer becomes. */
import { describe, expect, it } from 'vitest'
import { documentNumber, orderId } from '../../src/domain/document.ts'
import { type DispatchPorts, onDoorbells } from '../../src/flow/5-dispatch.ts'
import type { LaneEvent } from '../../src/lane/event.ts'
import type { ClaimedJob } from '../../src/lane/outbox.ts'
import { NotAnswered } from '../../src/send.ts'
import { Vault } from '../../src/store/vault.ts'
import type { WireCall, WireResponse } from '../../src/wire/message.ts'
import { START } from './facts.ts'

const DOCUMENT = documentNumber(orderId(1, 1), 1)
const job: ClaimedJob = {
  ...{ id: `ask:${DOCUMENT}:1`, kind: 'ask', connection: 'n', subject: DOCUMENT, ref: 'o:O1', attempt: 1, sentAt: 0 },
  body: { kind: 'ask', document: DOCUMENT },
}
const row = {
  ...{ id: 'n', merchantId: 'm1', system: 'rest', name: 'N', regions: ['*'], rank: 1, enabled: true },
  ...{ connectionKey: null, credentials: '', previous: null, settings: { baseUrl: 'https://wms.example.com' } },
}

const asked = async (answer: (call: WireCall) => WireResponse) => {
  const calls: WireCall[] = []
  const appended: LaneEvent[] = []
  const ports = {
    config: { warehouse: async () => row },
    vault: new Vault(btoa('k'.repeat(32))),
    now: () => START,
    random: () => 'nonce',
    patienceMs: 60_000,
    send: async (call: WireCall) => {
      calls.push(call)
      return answer(call)
    },
    claim: async () => [job],
    append: async (_: string, events: readonly LaneEvent[]) => void appended.push(...events),
    report: () => undefined,
  } as unknown as DispatchPorts
  await onDoorbells(ports, [{ lane: 'shop:s1', jobs: [job.id] }])
  const [outcome, ...events] = appended
  return { calls, outcome: outcome?.body.kind === 'outcome' ? outcome.body.outcome : undefined, events }
}

const says =
  (body: unknown, status = 200) =>
  () => ({ status, headers: {}, body: JSON.stringify(body) })
const one = { packageId: 'P1', carrier: 'SF', waybill: 'W1', items: [{ sku: 'A', quantity: 2 }] }
const order = { document: DOCUMENT, externalId: 'X9', status: 'shipped', packages: [one] }

describe('a question', () => {
  it('is a query by our own document number, and nothing else', async () => {
    const { calls } = await asked(says(order))
    expect(calls.map(({ method, url, safe }) => [method, url, safe])).toEqual([
      ['GET', expect.stringContaining(DOCUMENT), true],
    ])
  })

  it('answered with packages brings a shipment, as if the warehouse had called', async () => {
    const { outcome, events } = await asked(says(order))
    expect(outcome).toEqual({ class: 'done', value: { found: 'shipped', externalId: 'X9' } })
    expect(events).toMatchObject([
      {
        id: `q:${DOCUMENT}:query:P1=W1`,
        ref: 'o:O1',
        body: { kind: 'warehouse', warehouseId: 'n', event: { type: 'shipped', final: true, bizId: 'query:P1=W1' } },
      },
    ])
  })

  it('answered alike has the same ids, and other ones for another waybill, a further package, a last word', async () => {
    const id = async (change: object) => (await asked(says({ ...order, ...change }))).events[0]?.id
    const first = await id({})
    expect(await id({})).toBe(first)
    const others = [
      await id({ packages: [{ ...one, waybill: 'W2' }] }),
      await id({ packages: [one, { ...one, packageId: 'P2', waybill: 'W2' }] }),
      await id({ status: 'packed' }),
    ]
    expect(new Set([first, ...others]).size).toBe(4)
  })

  it('answered without packages, or that nothing is there, brings none', async () => {
    expect(await asked(says({ ...order, status: 'picking', packages: [] }))).toMatchObject({
      outcome: { class: 'done', value: { found: 'picking' } },
      events: [],
    })
    expect(await asked(says({ code: 'not_found' }, 404))).toMatchObject({
      outcome: { class: 'done', value: {} },
      events: [],
    })
  })

  it.each<[string, () => WireResponse, string]>([
    ['no, which proves nothing of the document', says({ code: 'no' }, 422), 'retry'],
    ['nothing', () => Promise.reject(new NotAnswered('time-out', true)) as never, 'retry'],
    ['that we are not allowed', says({}, 401), 'auth'],
    ['that we ask too often', says({}, 429), 'quota'],
  ])('answered with %s is asked again', async (_, answer, kind) =>
    expect(await asked(answer)).toMatchObject({ outcome: { class: kind }, events: [] }),
  )
})
