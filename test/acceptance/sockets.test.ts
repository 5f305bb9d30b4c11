/** Platforms that push over a socket of ours, while that socket breaks in every way the sandbox knows. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, type Ground, startGround } from './ground.ts'
import { Merchant, type Shop } from './merchant.ts'

let ground: Ground
beforeAll(async () => {
  ground = await startGround()
})
afterAll(() => ground?.stop())

describe.each(['pinduoduo', 'taobao'])('%s', (platform) => {
  let merchant: Merchant
  let shops: readonly Shop[]

  beforeAll(async () => {
    merchant = await Merchant.open(ground)
    const kinds = ['plain', platform]
    await merchant.house('rest', { settings: { receiverKinds: kinds }, far: { receiverKinds: kinds } })
    shops = await merchant.shopsOf(platform, 2)
    await merchant.goods({ 'TEA-1': [100] })
  })

  const accepted = async (ids: readonly string[]): Promise<void> => {
    for (const id of ids)
      await eventually(async () => {
        expect((await merchant.order(id)).state).toBe('accepted')
        expect((await ground.far.order(id)).acknowledgedAt).not.toBeNull()
      }, 90)
  }
  const place = async (count: number): Promise<readonly string[]> => {
    const ids: string[] = []
    for (let i = 0; i < count; i++)
      for (const shop of shops) ids.push(await merchant.place(shop, { lines: [{ sku: 'TEA-1' }] }))
    return ids
  }

  it('loses and doubles nothing though the line is cut, refused, and says things twice', async () => {
    await accepted(await place(1))
    const target = shops[0]?.far ?? ''
    await ground.far.addFault({ target, fault: 'socket-cut', count: 2 })
    await ground.far.addFault({ target, fault: 'socket-refused', count: 1 })
    await ground.far.addFault({ target: '*', fault: 'duplicate', count: 3 })
    await ground.far.addFault({ target: '*', fault: 'repeat', count: 2 })
    const ids = await place(3)
    await accepted(ids)
    const { shops: seen } = await ground.far.summary()
    const { counters } = seen.find(({ id }) => id === target) ?? { counters: {} }
    expect(counters).toMatchObject({ 'fault_socket-cut': 2, 'fault_socket-refused': 1 })
    for (const id of ids) expect(await merchant.documents(id)).toHaveLength(1)
    expect(await merchant.orders()).toHaveLength(8)
    expect(await merchant.exceptions()).toEqual([])
  })

  it('goes on with a new socket after the Worker was killed', async () => {
    await ground.kill()
    const ids = await place(1)
    await ground.start()
    await accepted(ids)
    for (const id of ids) expect(await merchant.documents(id)).toHaveLength(1)
  })
})
