import { z } from 'zod'
import { done, failure } from '../../wire/answer.ts'
import type { Authorization, Grant } from '../../wire/authorization.ts'
import { Id } from '../../wire/values.ts'
import { ask, number, signedQuery } from './call.ts'

/** https://open.shopee.com/developer-guide/20 */
const Tokens = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  /** Seconds. */
  expire_in: z.coerce.number().int().positive(),
  /** Where a main account has consented for several shops. */
  shop_id_list: z.array(Id).nullish(),
})
type Tokens = z.output<typeof Tokens>

const REFRESH_LIFE_MS = 30 * 86_400_000

const grantOf = ({ access_token, refresh_token, expire_in }: Tokens, shopId: string, now: number): Grant => ({
  credentials: { shopId, accessToken: access_token, refreshToken: refresh_token },
  expiresAt: now + expire_in * 1000,
  refreshUntil: now + REFRESH_LIFE_MS,
})

export const authorization: Authorization = {
  /** Shopee knows no `state`: it travels within the address that it sends the seller back to. Good for five minutes. */
  link: (app, state, redirectUrl) => {
    const path = '/api/v2/shop/auth_partner'
    const redirect = `${redirectUrl}${redirectUrl.includes('?') ? '&' : '?'}${new URLSearchParams({ state })}`
    return `${app.baseUrl}${path}?${new URLSearchParams({ ...signedQuery(app, path, true), redirect })}`
  },

  /** A shop comes back as `shop_id`, a main account as `main_account_id`: its shops share the first tokens, each refreshes its own. */
  *exchange({ code = '', shop_id, main_account_id }, app) {
    const owner = shop_id ?? main_account_id
    if (code === '' || !owner) return failure('rejected', false, 'no authorization code', { code: 'auth_denied' })
    const whose = shop_id ? { shop_id: number(shop_id) } : { main_account_id: number(owner) }
    const body = { code, partner_id: number(app.app.partnerId ?? ''), ...whose }
    const said = yield* ask(app, { path: '/auth/token/get', body, data: Tokens, open: true })
    if (said.class !== 'done') return said
    const shops = shop_id ? [shop_id] : (said.value.shop_id_list ?? [])
    const [first, ...others] = shops.map((id) => ({ ...grantOf(said.value, id, app.now), shopKey: id }))
    if (!first) return failure('rejected', false, 'the account has authorized no shop', { code: 'no_shop' })
    return done({ ...first, ...(others.length > 0 && { others }) })
  },

  /** Each refresh token serves once, and brings the next. */
  *refresh(shop) {
    const { shopId = '', refreshToken = '' } = shop.credentials
    const body = {
      ...{ refresh_token: refreshToken, partner_id: number(shop.app.partnerId ?? ''), shop_id: number(shopId) },
    }
    const said = yield* ask(shop, { path: '/auth/access_token/get', body, data: Tokens, open: true })
    return said.class === 'done' ? done(grantOf(said.value, shopId, shop.now)) : said
  },

  // The access token lives four hours.
  aheadMs: 3_600_000,
}
