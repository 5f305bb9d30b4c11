/** 告警: the page, and its buttons, which go the way of the API. */
import { Hono } from 'hono'
import { channels } from '../channels/index.ts'
import { ALERT_CODES } from '../domain/alert.ts'
import { own } from '../lib/own.ts'
import { listAlerts } from '../store/read.ts'
import { type AdminContext, type AdminEnv, page, vaultOf } from './context.ts'
import { Alerts } from './pages/alerts.tsx'
import type { NoticeName } from './parts/bits.tsx'
import { ask, noticeOf } from './perform.ts'
import { href } from './view.ts'

export const alertPages = new Hono<AdminEnv>()
export const alertActs = new Hono<AdminEnv>()

alertPages.get('/alerts', async (c) => {
  const { view } = c.var
  const { items } = await listAlerts(c.env.DB, vaultOf(c), view.merchant.id, { limit: 200 })
  const adding = own(channels, c.req.query('channel') ?? '')
  return page(c, <Alerts view={view} notice={c.req.query('notice')} alerts={items} adding={adding} />)
})

type Fields = Readonly<Record<string, string>>

const fieldsOf = async (c: AdminContext): Promise<Fields> =>
  Object.fromEntries(
    Object.entries(await c.req.parseBody()).flatMap(([key, value]) => {
      const text = typeof value === 'string' ? value.trim() : ''
      return text === '' ? [] : [[key, text]]
    }),
  )

/** The fields whose name begins so, without it. */
const group = (fields: Fields, prefix: string): Fields =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  )

const back = (c: AdminContext, notice: NoticeName, channel?: string): Response =>
  c.redirect(href('/admin/alerts', { notice, channel }), 303)

alertActs.post('/alerts', async (c) => {
  const fields = await fieldsOf(c)
  const { channel = '', name, merchantId, language } = fields
  // The merchant may have been switched in another tab since the form was opened.
  if (merchantId !== c.var.view.merchant.id) return back(c, 'incomplete')
  const only = ALERT_CODES.filter((code) => Object.hasOwn(fields, `k.${code}`))
  const body = {
    channel,
    name,
    language,
    quietMinutes: Number(fields.quietMinutes),
    codes: only.length > 0 ? only : null,
    credentials: group(fields, 'c.'),
    settings: group(fields, 's.'),
  }
  const notice = noticeOf(await ask(c, 'POST', '/alerts', {}, { body }))
  return back(c, notice, notice === 'incomplete' ? channel : undefined)
})

alertActs.post('/alerts/:id/test', async (c) => {
  const reply = await ask(c, 'POST', '/alerts/{id}/test', { id: c.req.param('id') })
  const told = reply.status === 200 ? (reply.body as { readonly delivered: boolean }) : undefined
  return back(c, told ? (told.delivered ? 'delivered' : 'undelivered') : noticeOf(reply))
})

alertActs.post('/alerts/:id/switch', async (c) => {
  const { enabled } = await fieldsOf(c)
  const body = { enabled: enabled === '1' }
  return back(c, noticeOf(await ask(c, 'PATCH', '/alerts/{id}', { id: c.req.param('id') }, { body })))
})

alertActs.post('/alerts/:id/remove', async (c) =>
  back(c, noticeOf(await ask(c, 'DELETE', '/alerts/{id}', { id: c.req.param('id') }))),
)
