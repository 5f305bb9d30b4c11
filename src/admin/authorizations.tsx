/** Where a platform sends a merchant back to, once the shop has agreed: outside the sign-in, since the merchant may have none. */
import { Hono } from 'hono'
import { randomId } from '../api/ids.ts'
import { openSocket, settleLane } from '../api/lanes.ts'
import { partnerPorts } from '../api/ports.ts'
import { publicUrl } from '../env.ts'
import { type Authorized, type AuthorizePorts, authorized, type Refused } from '../flow/authorize.ts'
import { insertShop } from '../store/write/connections.ts'
import { type AdminContext, type AdminEnv, bare, page, vaultOf } from './context.ts'
import type { Key } from './i18n/index.ts'
import { Message } from './pages/sign-in.tsx'

export const authorizations = new Hono<AdminEnv>()

authorizations.get('/authorizations/callback', async (c) => {
  const answer = await authorized(ports(c), c.req.query())
  if (!answer.ok)
    return page(c, <Message {...bare(c)} title="authorized.refused" hint={HINTS[answer.error.why]} />, 400)
  return page(c, <Message {...bare(c)} title="authorized.done" hint={hintOf(answer.value)} />)
})

const hintOf = ({ isNew }: Authorized): Key => (isNew ? 'authorized.new' : 'authorized.renewed')

const HINTS: Readonly<Record<Refused, Key>> = {
  state: 'authorized.state',
  expired: 'authorized.expired',
  app: 'authorized.app',
  denied: 'authorized.denied',
  failed: 'authorized.failed',
}

const FEATURES = { orders: true, stock: false, tracking: false }

const ports = (c: AdminContext): AuthorizePorts => {
  const { DB } = c.env
  const base = partnerPorts(c.env, vaultOf(c))
  return {
    ...base,
    origin: publicUrl(c.env, c.req.url).origin,
    newId: () => randomId('sh'),
    shopOf: (appId, shopKey) => base.config.shopOfApp(appId, shopKey),
    insert: async ({ id, app, shopKey, name, credentials }) => {
      const { merchantId, platform } = app
      const row = { id, merchantId, platform, appId: app.id, shopKey, name, credentials, settings: {}, egress: null }
      await insertShop(DB, { ...row, mode: 'observe', features: FEATURES }, Date.now())
      await settleLane(c.env, merchantId, `shop:${id}`)
      await openSocket(c.env, platform, app.id)
    },
  }
}
