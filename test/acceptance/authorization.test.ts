/** A merchant opens a link and a shop is connected; the doctor looks at it before it goes live. Over 淘宝's simulated twin. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { platforms as dialects } from '../../sandbox/platforms/index.ts'
import { type Ground, startGround } from './ground.ts'
import { Merchant } from './merchant.ts'

let ground: Ground
beforeAll(async () => {
  ground = await startGround()
})
afterAll(() => ground?.stop())

interface ShopView {
  readonly id: string
  readonly appId: string
  readonly shopKey: string
  readonly mode: string
  readonly tokenExpiresAt: number | null
}
interface Examined {
  readonly ready: boolean
  readonly checks: readonly { readonly name: string; readonly state: string; readonly zh: string }[]
}

/** An app whose shop waits at the platform for somebody to open the link. */
const desk = async () => {
  const merchant = await Merchant.open(ground)
  const n = randomBytes(3).readUIntBE(0, 3)
  const { app, shop } = dialects.taobao?.keys(n, n) ?? {}
  const far = `s-taobao-${n}`
  await ground.far.putShop({ id: far, platform: 'taobao', name: far, credentials: { ...app, ...shop } })
  const made = await ground.api.post<{ id: string }>('/apps', {
    merchantId: merchant.id,
    platform: 'taobao',
    name: '淘宝应用',
    credentials: app,
    settings: { baseUrl: ground.far.shopBaseUrl(far) },
  })
  const link = await ground.api.post<{ url: string }>(`/apps/${made.id}/authorizations`, {})
  const shops = async () => (await ground.api.get<{ items: ShopView[] }>(`/shops?merchantId=${merchant.id}`)).items
  return { merchant, appId: made.id, key: shop?.userId, link: new URL(link.url), shops }
}

const comeBack = async (query: Readonly<Record<string, string>>) => {
  const answer = await fetch(`${ground.url}/admin/authorizations/callback?${new URLSearchParams(query)}`)
  return { status: answer.status, text: await answer.text() }
}

describe('the link of an app', () => {
  it('brings the merchant to the platform, and the shop to us: watched at first, its token known', async () => {
    const { appId, key, link, shops } = await desk()
    expect([link.host, link.searchParams.get('redirect_uri')]).toEqual([
      'oauth.taobao.com',
      `${ground.url}/admin/authorizations/callback`,
    ])
    const state = link.searchParams.get('state') ?? ''
    const { status, text } = await comeBack({ code: 'c-1', state })
    expect([status, text]).toEqual([200, expect.stringContaining('授权成功')])
    const [shop, ...more] = await shops()
    expect([shop, more]).toMatchObject([{ appId, shopKey: key, mode: 'observe' }, []])
    expect(shop?.tokenExpiresAt).toBeGreaterThan(Date.now())
    expect(text).not.toContain('token-of')
  })

  it('opened again renews the authorization of the same shop', async () => {
    const { link, shops } = await desk()
    const state = link.searchParams.get('state') ?? ''
    await comeBack({ code: 'c-1', state })
    const before = await shops()
    expect((await comeBack({ code: 'c-2', state })).text).toContain('店铺授权已更新')
    expect((await shops()).map(({ id }) => id)).toEqual(before.map(({ id }) => id))
  })

  it.each<[string, (state: string) => Record<string, string>]>([
    ['with a state that is not ours', () => ({ code: 'c-1', state: 'AAAA' })],
    ['with a state that was changed', (state) => ({ code: 'c-1', state: `${state.slice(0, -6)}AAAAAA` })],
    ['without a state', () => ({ code: 'c-1' })],
    ['refused by the merchant', (state) => ({ error: 'access_denied', state })],
  ])('come back %s connects nothing', async (_, query) => {
    const { link, shops } = await desk()
    const { status } = await comeBack(query(link.searchParams.get('state') ?? ''))
    expect([status, await shops()]).toEqual([400, []])
  })
})

describe('the doctor', () => {
  const connected = async () => {
    const made = await desk()
    await comeBack({ code: 'c-1', state: made.link.searchParams.get('state') ?? '' })
    const [shop] = await made.shops()
    return shop?.id ?? ''
  }
  const examine = (id: string) => ground.api.post<Examined>(`/shops/${id}/doctor`, {})
  const stateOf = ({ checks }: Examined, name: string) => checks.find((one) => one.name === name)?.state

  it('finds a shop fit whose token works and whose messages can be switched on', async () => {
    const id = await connected()
    const examined = await examine(id)
    expect([examined.ready, stateOf(examined, 'token'), stateOf(examined, 'messages')]).toEqual([true, 'ok', 'ok'])
    expect(await ground.patch(`/shops/${id}`, { mode: 'live' })).toMatchObject({ mode: 'live' })
  })

  it('keeps a shop with a dead token from going live, unless it is forced', async () => {
    const id = await connected()
    await ground.patch(`/shops/${id}`, { credentials: { accessToken: 'dead' } })
    const examined = await examine(id)
    expect([examined.ready, stateOf(examined, 'token')]).toEqual([false, 'failed'])
    await expect(ground.patch(`/shops/${id}`, { mode: 'live' })).rejects.toThrow(/409.*authorization is refused/s)
    expect(await ground.patch(`/shops/${id}`, { mode: 'live', force: true })).toMatchObject({ mode: 'live' })
  })

  it('takes no offence at a shop whose pushes only the shop itself can sign', async () => {
    const merchant = await Merchant.open(ground)
    const { id } = await merchant.shop('standard')
    expect(stateOf(await examine(id), 'push')).toBe('ok')
    const publicKey = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4='
    await ground.patch(`/shops/${id}`, { credentials: { publicKey } })
    const examined = await examine(id)
    expect([stateOf(examined, 'push'), stateOf(examined, 'token')]).toEqual(['unclear', 'ok'])
  })

  it('sees a token made from id and secret where the shop gives an id, and none made where it gives a token', async () => {
    const merchant = await Merchant.open(ground)
    const [byId] = await merchant.shopsOf('shopify', 1)
    const byToken = await merchant.shop('shopify')
    const states = []
    for (const { id } of [byId ?? byToken, byToken]) {
      await ground.patch(`/shops/${id}`, { credentials: { accessToken: 'shpat_dead' } })
      states.push(stateOf(await examine(id), 'token'))
    }
    expect(states).toEqual(['ok', 'failed'])
  })

  it('looks at a warehouse without placing anything there', async () => {
    const merchant = await Merchant.open(ground)
    const house = await merchant.house('rest')
    const examined = await ground.api.post<Examined>(`/warehouses/${house.id}/doctor`, {})
    expect([examined.ready, stateOf(examined, 'token')]).toEqual([true, 'ok'])
    await ground.patch(`/warehouses/${house.id}`, {
      credentials: { secret: 'whsec_d3JvbmcgIHdyb25nICB3cm9uZyAgd3Jvbmc=' },
    })
    expect(stateOf(await ground.api.post<Examined>(`/warehouses/${house.id}/doctor`, {}), 'token')).toBe('failed')
    expect(await ground.far.documents({ warehouseId: house.far })).toEqual([])
  })
})
