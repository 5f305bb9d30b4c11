/** A small storm: the Worker's whole process group is killed with -9 in the middle of the work, and started again. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { auditBooks } from '../../scripts/chaos-audit.ts'
import { type Demo, setUp } from '../../scripts/demo.ts'
import { eventually, type Ground, startGround } from './ground.ts'

let ground: Ground
let demo: Demo
beforeAll(async () => {
  ground = await startGround()
  const goods = { skus: 8, onHand: 500, listed: 10_000, deduplicates: false }
  demo = await setUp(ground.api, ground.far, { ...goods, shipAfterMs: 800, settleSeconds: 5 })
})
afterAll(() => ground?.stop())

const EACH = 60
const PER_SECOND = 10

const acknowledged = async (): Promise<string[]> =>
  (await ground.far.orders({ limit: 10_000 })).filter((order) => order.acknowledgedAt !== null).map((order) => order.id)

const stored = async (): Promise<string[]> => {
  const ids: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { items: { platformOrderId: string }[]; nextCursor: string | null } = await ground.api.get(
      `/orders?merchantId=${demo.merchantId}&limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
    )
    ids.push(...page.items.map((order) => order.platformOrderId))
    cursor = page.nextCursor
  }
  return ids
}

/**
 * What is wrong in the books and at the far sides. A write-back that was under way when the Worker died is asked about at
 * first, and said again only after two minutes: until then its job stands.
 */
const open = async (): Promise<string[]> => {
  const { items } = await ground.api.get<{ items: { kind: string; orderId: string | null; attempts: number }[] }>(
    `/jobs?merchantId=${demo.merchantId}&limit=200`,
  )
  const asked = items.filter((job) => job.kind === 'ship' && job.attempts > 0).map((job) => job.orderId)
  const wrong = await auditBooks(ground.api, ground.far, demo)
  const excused = await Promise.all(
    wrong.map(async (sentence) => {
      const [, id] = /^not written back: .*"orderId":"(\d+)"/.exec(sentence) ?? []
      if (id === undefined) return false
      const found = await ground.api.get<{ items: { id: string }[] }>(
        `/orders?merchantId=${demo.merchantId}&platformOrderId=${id}`,
      )
      return asked.includes(found.items[0]?.id ?? '')
    }),
  )
  return wrong.filter((_, i) => !excused[i])
}

it('loses nothing that was acknowledged, and does nothing twice', async () => {
  await ground.far.addFault({ target: '*', fault: 'duplicate', probability: 0.2 })
  await ground.far.addFault({ target: '*', fault: 'timeout-after', probability: 0.02, ms: 500 })
  for (const shop of demo.shops) await ground.far.placeOrders({ shopId: shop.far, count: EACH, perSecond: PER_SECOND })
  const promised: string[][] = []
  for (let kill = 1; kill <= 2; kill++) {
    const before = (await acknowledged()).length
    // In the middle: some are acknowledged, more are on their way.
    await eventually(async () => expect((await acknowledged()).length).toBeGreaterThan(before + EACH / 3))
    await ground.kill()
    promised.push(await acknowledged())
    await ground.start()
  }
  expect(promised[0]?.length).toBeLessThan(demo.shops.length * EACH)

  await ground.far.removeFaults({})
  await ground.far.resend('*')
  await eventually(async () => {
    const [told, known] = [await acknowledged(), await stored()]
    expect(told).toHaveLength(demo.shops.length * EACH)
    expect(known.toSorted()).toEqual(told.toSorted())
  }, 60)
  for (const ids of promised) expect(await stored()).toEqual(expect.arrayContaining(ids))
  await eventually(async () => expect(await open()).toEqual([]), 90)
  const { duplicatedDocuments, documents } = (await ground.far.summary()).warehouses.reduce(
    (sum, house) => ({
      duplicatedDocuments: sum.duplicatedDocuments + house.duplicatedDocuments,
      documents: sum.documents + house.documents,
    }),
    { duplicatedDocuments: 0, documents: 0 },
  )
  expect([documents, duplicatedDocuments]).toEqual([demo.shops.length * EACH, 0])
}, 240_000)
