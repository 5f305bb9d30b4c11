/** Before every page: the language, who is signed in, whose data, and that a POST comes from our own page. */
import { createMiddleware } from 'hono/factory'
import { publicUrl } from '../../env.ts'
import { listMerchants, type MerchantView } from '../../store/read.ts'
import { one } from '../../store/rows.ts'
import { sameDigest } from '../../wire/digest.ts'
import { type AdminContext, type AdminEnv, bare, page, pathOf } from '../context.ts'
import { languageOf } from '../i18n/index.ts'
import { Message } from '../pages/sign-in.tsx'
import { href, mayAct } from '../view.ts'
import { clearSession, readPreference, readSession, writePreference } from './cookies.ts'
import { findSession } from './session.ts'

/** `?lang=` is remembered and taken out of the address. */
export const language = createMiddleware<AdminEnv>(async (c, next) => {
  const asked = c.req.method === 'GET' ? languageOf(c.req.query('lang')) : undefined
  if (asked) {
    writePreference(c, 'cangqiao-language', asked)
    return c.redirect(without(c, 'lang'), 303)
  }
  c.set('language', languageOf(readPreference(c, 'cangqiao-language')) ?? 'zh')
  return next()
})

const without = (c: AdminContext, name: string): string => {
  const { [name]: _, ...rest } = c.req.query()
  return href(c.req.path, rest)
}

/** A form of another site must not act in a session's name, nor sign somebody in. */
export const sameOrigin = (c: AdminContext): boolean => {
  const origin = c.req.header('origin')
  return origin === undefined ? c.req.header('sec-fetch-site') === 'same-origin' : origin === new URL(c.req.url).origin
}

/** Everything behind it has a session. */
export const guard = createMiddleware<AdminEnv>(async (c, next) => {
  const id = readSession(c)
  const quiet = c.req.header('x-refresh') !== undefined
  const session = id ? await findSession(c.env, id, Date.now(), quiet) : undefined
  if (!session) return signInFirst(c, id !== undefined, quiet)
  c.set('session', session)
  return next()
})

/** Everything behind it has a merchant and a view. */
export const viewing = createMiddleware<AdminEnv>(async (c, next) => {
  const chosen = await merchantsOf(c)
  if (!chosen) return page(c, <Message {...bare(c)} title="message.noMerchant" hint="message.noMerchantHint" />, 404)
  if (chosen.switched) return c.redirect(without(c, 'merchant'), 303)
  const { caller, csrf } = c.get('session')
  c.set('view', {
    ...bare(c),
    now: Date.now(),
    zone: chosen.merchant.zone,
    origin: publicUrl(c.env, c.req.url).origin,
    actor: caller,
    csrf,
    merchant: chosen.merchant,
    merchants: chosen.merchants,
    openExceptions: await countOpen(c, chosen.merchant.id),
  })
  return next()
})

const signInFirst = (c: AdminContext, expired: boolean, quiet: boolean): Response => {
  clearSession(c)
  if (quiet) return c.body(null, 401)
  const next = c.req.method === 'GET' ? pathOf(c) : undefined
  return c.redirect(href('/admin/sign-in', { next, ...(expired && { reason: 'expired' }) }), 303)
}

interface Chosen {
  readonly merchant: MerchantView
  readonly merchants: readonly MerchantView[]
  readonly switched: boolean
}

/** A token of one merchant sees that one, whatever is asked; else the one chosen last, or the first. */
const merchantsOf = async (c: AdminContext): Promise<Chosen | undefined> => {
  const scope = c.get('session').caller.merchantId
  const { items } = await listMerchants(c.env.DB, scope ?? undefined, { limit: 200 })
  const known = (id: string | undefined) => items.find((merchant) => merchant.id === id)
  const asked = scope === null && c.req.method === 'GET' ? known(c.req.query('merchant')) : undefined
  if (asked) writePreference(c, 'cangqiao-merchant', asked.id)
  const merchant = asked ?? known(readPreference(c, 'cangqiao-merchant')) ?? items[0]
  return merchant && { merchant, merchants: items, switched: asked !== undefined }
}

const countOpen = async (c: AdminContext, merchantId: string): Promise<number> => {
  const sql = 'SELECT count(*) AS count FROM exceptions WHERE merchant_id = ? AND closed_at IS NULL'
  return Number((await one(c.env.DB, sql, merchantId))?.count ?? 0)
}

/** Before everything that changes something: our own page, this session's token, a role that may. */
export const acting = createMiddleware<AdminEnv>(async (c, next) => {
  if (!(await ownForm(c)))
    return page(c, <Message {...bare(c)} title="message.refused" hint="message.refusedHint" />, 403)
  if (!mayAct(c.get('view'))) {
    return page(c, <Message {...bare(c)} title="message.forbidden" hint="message.forbiddenHint" />, 403)
  }
  return next()
})

export const ownForm = async (c: AdminContext): Promise<boolean> => {
  if (!sameOrigin(c)) return false
  const { csrf } = await c.req.parseBody()
  return typeof csrf === 'string' && sameDigest(csrf, c.get('session').csrf)
}
