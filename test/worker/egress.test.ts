/** A relay for the calls of a connection, through the API: set, changed, taken away, never shown, refused where it must be. */
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { get, good, patch, post, refusal, SECRET } from './api-support.ts'

const egress = { relay: 'https://relay.partner.test', secret: 'a secret of thirty-two characters' }
const shown = { relay: egress.relay, secret: { set: true, last4: 'ters' } }
let merchantId = ''

const bodies: Record<string, () => object> = {
  warehouses: () => ({
    system: 'rest',
    credentials: { secret: SECRET },
    settings: { baseUrl: 'https://partner.test' },
  }),
  shops: () => ({ platform: 'standard', credentials: { secret: SECRET } }),
  apps: () => ({ platform: 'douyin', credentials: { appKey: '7', appSecret: 's'.repeat(32) } }),
}

beforeAll(async () => {
  merchantId = (await good(post('/merchants', { name: 'm' }), 201)).id
})

describe.each(Object.keys(bodies))('%s', (kind) => {
  const make = (more: object = {}) => post(`/${kind}`, { merchantId, name: 'n', ...bodies[kind]?.(), ...more })

  it('call directly unless they are told a relay, and again once it is taken away', async () => {
    const made = await good(make(), 201)
    expect(made.egress).toBeNull()
    const path = `/${kind}/${made.id}`
    expect((await good(patch(path, { egress }))).egress).toEqual(shown)
    expect((await good(patch(path, { name: 'another' }))).egress).toEqual(shown)
    expect((await good(patch(path, { egress: null }))).egress).toBeNull()
    expect((await good(make({ egress }), 201)).egress).toEqual(shown)
  })

  it('keep the relay and its secret sealed, and show the secret to nobody', async () => {
    const { id } = await good(make({ egress }), 201)
    const table = (env as unknown as { DB: D1Database }).DB
    const row = await table.prepare(`SELECT * FROM ${kind} WHERE id = ?`).bind(id).first()
    expect(row?.egress).toMatch(/^v1\./)
    for (const text of [
      JSON.stringify(row),
      (await get(`/${kind}/${id}`)).text,
      (await get(`/${kind}?merchantId=${merchantId}`)).text,
    ])
      expect(text).not.toContain(egress.secret)
  })

  it.each([
    ['a private address', { relay: 'http://10.0.0.1', secret: egress.secret }, 'egress.relay'],
    ['no address', { relay: 'relay', secret: egress.secret }, 'egress.relay'],
    ['a short secret', { relay: egress.relay, secret: 'short' }, 'egress.secret'],
    ['no secret', { relay: egress.relay }, 'egress.secret'],
  ])('refuse %s', async (_, wrong, field) => {
    expect((await refusal(make({ egress: wrong })))[1]).toBe(field)
    const { id } = await good(make(), 201)
    expect((await refusal(patch(`/${kind}/${id}`, { egress: wrong })))[1]).toBe(field)
    expect((await good(get(`/${kind}/${id}`))).egress).toBeNull()
  })
})
