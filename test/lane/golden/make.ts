/** Writes the files beside it. Only until the first release is out; later formats get files of their own. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EventBody, LaneEvent } from '../../../src/lane/event.ts'
import { places, Vault } from '../../../src/store/vault.ts'
import { line, order, parcel, progress, shipped } from '../../flow/events.ts'
import { Shop } from '../shop.ts'
import { START } from '../support.ts'

const MASTER = Buffer.alloc(32, 9).toString('base64')
const RAW = 'POST /hooks/standard/s1\n\n{"id":"9007199254740993"}'
const RECEIVER = { kind: 'plain', readable: { name: '张三', phone: '13800001234' }, masked: {}, cipher: {} }

const put = (name: string, value: unknown): void =>
  writeFileSync(join(import.meta.dirname, name), `${JSON.stringify(value, null, 2)}\n`)

export const make = async (): Promise<void> => {
  const vault = new Vault(MASTER)
  const [place, rawPlace] = [places.order('s1', 'P1'), places.raw('shop:s1')]
  const text = JSON.stringify({ receiver: RECEIVER, custom: { 自定义备注: '轻放' } })
  const sealed = { sealed: vault.seal(place, text), sealedRaw: vault.sealRaw(rawPlace, RAW) }
  put('sealed-v1.json', {
    master: MASTER,
    place,
    text,
    rawPlace,
    raw: RAW,
    ...sealed,
    digest: vault.digest('phone', '1234'),
  })
  const shop = await accepted()
  await shop.lane.append(events(shop, vault.sealRaw(rawPlace, RAW)))
  put('segment-v1.json', shop.sql.all("SELECT seq, at, ids, events FROM segment WHERE ids LIKE '%g0%'")[0])
  put('turn-v1.json', await records(shop))
}

const accepted = async (): Promise<Shop> => {
  const shop = new Shop()
  for (const sku of ['A', 'B']) shop.receive(sku, 9)
  await shop.say('p:P1', { kind: 'platform', event: order({ lines: [line('1', 'A', 2)] }) })
  return shop
}

/** One of each kind: a second order, and the rest of the first one's life. */
const events = (shop: Shop, raw: string): LaneEvent[] => {
  const { id, fulfillments } = shop.order()
  const document = fulfillments[0]?.document ?? ''
  const second = order({
    ...{ platformOrderId: 'P2', phoneTerm: 'tail', shipBy: START + 1e8 },
    lines: [line('1', 'A', 2), line('2', 'B', 1)],
  })
  const outcome = { class: 'done', value: { externalId: 'X1' } } as const
  const problem = { code: 'payload_malformed', at: '$.id', facts: { message: 'no id' } } as const
  const of = `o:${id}` as const
  const bodies: [LaneEvent['ref'], EventBody][] = [
    ['p:P2', { kind: 'platform', event: second }],
    [of, progress('n', document, 'accepted')],
    [of, shipped('n', document, [parcel('W1', 'A×2')])],
    [of, { kind: 'command', command: { action: 'hold', actor: 'li', why: 'fraud?' } }],
    [
      of,
      { kind: 'outcome', job: `place:${document}`, attempt: 1, jobKind: 'place', subject: document, outcome, ms: 12 },
    ],
    [of, { kind: 'wake', sku: 'A' }],
    [of, { kind: 'timer' }],
    [undefined, { kind: 'dirty', skus: ['A'] }],
    [undefined, { kind: 'problem', problem }],
  ]
  return bodies.map(([ref, body], i) => ({ id: `g${i}`, at: START + i, raw, body, ...(ref && { ref }) }))
}

/** The turn's record as it stands while the ledger is asked, and once the store does not answer. */
const records = async (shop: Shop): Promise<{ ask: string; write: string }> => {
  const standing = (): string => shop.sql.all<{ body: string }>('SELECT body FROM turn')[0]?.body ?? ''
  let ask = ''
  shop.asked = () => {
    ask ||= standing()
  }
  shop.storeFails = true
  await shop.lane.alarm()
  return { ask, write: standing() }
}
