/** One consent of a seller at TikTok Shop, from the link to the shops that it opens. */
import { describe, expect, it } from 'vitest'
import { type AuthorizePorts, authorizationLink, authorized } from '../../src/flow/authorize.ts'
import { Config } from '../../src/flow/config.ts'
import type { LaneEvent } from '../../src/lane/event.ts'
import type { App } from '../../src/store/config.ts'
import { places, Vault } from '../../src/store/vault.ts'
import { insertShop } from '../../src/store/write/connections.ts'
import { grantsOf } from '../../src/store/write/grants.ts'
import { openD1 } from '../api/sqlite-d1.ts'
import { MINUTE, START } from './facts.ts'

const vault = new Vault(Buffer.alloc(32, 7).toString('base64'))
const ORIGIN = 'https://router.test'
const FEATURES = { orders: true, stock: false, tracking: false }

const desk = async () => {
  const { db, raw } = openD1()
  raw.exec("INSERT INTO merchants (id, name, region, created_at) VALUES ('m1', 'm', 'apac', 0)")
  const keys = JSON.stringify({ appKey: 'k', appSecret: 's', serviceId: '7431' })
  const sealed = vault.seal(places.credentials('app', 'a1'), keys)
  const app = 'INSERT INTO apps (id, merchant_id, platform, name, credentials, created_at)'
  raw.prepare(`${app} VALUES ('a1', 'm1', 'tiktok', 'app', ?, 0)`).run(sealed)
  let now = START
  let token = 1
  const events: LaneEvent[] = []
  const said = (data: unknown) => ({ status: 200, headers: {}, body: JSON.stringify({ code: 0, data }) })
  const shops = ['7001', '7002'].map((id) => ({ id, name: `shop ${id}`, cipher: `c${id}` }))
  // A new one for each request, as the page has it.
  const config = (): Config => new Config(db, () => now)
  const ports: AuthorizePorts = {
    ...{
      config: config(),
      vault,
      now: () => now,
      random: () => `n${events.length}`,
      grants: grantsOf(db),
      origin: ORIGIN,
    },
    append: async (_, list) => void events.push(...list),
    send: async ({ url }) => {
      if (!url.includes('/token/')) return said({ shops })
      return said({ access_token: `t${token++}`, refresh_token: 'r', access_token_expire_in: START / 1000 + 604_800 })
    },
    newId: () => `s${raw.prepare('SELECT count(*) AS n FROM shops').get()?.n}`,
    shopOf: (app, key) => config().shopOfApp(app, key),
    insert: async ({ id, app, shopKey, name, credentials }) => {
      const row = { id, merchantId: app.merchantId, platform: app.platform, appId: app.id, shopKey, name, credentials }
      await insertShop(db, { ...row, settings: {}, egress: null, mode: 'observe', features: FEATURES }, now)
    },
  }
  const link = new URL(authorizationLink(ports, (await config().app('a1', 0)) as App, ORIGIN)?.url ?? '')
  const state = link.searchParams.get('state') ?? ''
  const known = async (key: string) => {
    const shop = await config().shopOfApp('a1', key)
    const credentials = shop && vault.open(places.credentials('shop', shop.id), shop.credentials)
    return shop && { name: shop.name, ends: shop.tokenExpiresAt, ...JSON.parse(credentials ?? '{}') }
  }
  return {
    come: (query: object) => authorized(ports, { state, code: 'c', ...query }),
    known,
    link,
    later: () => (now += 61 * MINUTE),
  }
}

describe('a consent', () => {
  it('begins with a link that names the app and carries a sealed state', async () => {
    const { link } = await desk()
    expect([link.host, link.searchParams.get('service_id')]).toEqual(['services.tiktokshop.com', '7431'])
    expect(link.searchParams.get('state')).toMatch(/\S{20}/)
  })

  it('opens every shop that it is for, each with its own key', async () => {
    const { come, known } = await desk()
    expect(await come({})).toMatchObject({ ok: true, value: { name: 'shop 7001', isNew: true } })
    const ends = START + 604_800_000
    expect(await known('7001')).toMatchObject({ shopId: '7001', shopCipher: 'c7001', accessToken: 't1', ends })
    expect(await known('7002')).toMatchObject({ shopId: '7002', shopCipher: 'c7002', accessToken: 't1', ends })
  })

  it('given again renews the tokens of all of them', async () => {
    const { come, known } = await desk()
    await come({})
    expect(await come({})).toMatchObject({ ok: true, value: { isNew: false } })
    expect([(await known('7001'))?.accessToken, (await known('7002'))?.accessToken]).toEqual(['t2', 't2'])
  })

  it('opens nothing with another state, a late one, or a refusal', async () => {
    const { come, known, later } = await desk()
    expect(await come({ state: 'forged' })).toMatchObject({ ok: false, error: { why: 'state' } })
    expect(await come({ code: 'null', error: 'auth_denied' })).toMatchObject({ ok: false, error: { why: 'denied' } })
    later()
    expect(await come({})).toMatchObject({ ok: false, error: { why: 'expired' } })
    expect(await known('7001')).toBeUndefined()
  })
})
