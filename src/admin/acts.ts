/** The forms: read, checked, handed to the API's functions; then back to the page with what came of it. */
import { Hono } from 'hono'
import { PROBLEMS, type ProblemCode } from '../domain/problem.ts'
import type { AdminContext, AdminEnv } from './context.ts'
import { RECEIVER_FIELDS } from './parts/receiver-form.tsx'
import { perform, performAll } from './perform.ts'
import { href } from './view.ts'

export const acts = new Hono<AdminEnv>()

type Fields = Readonly<Record<string, string>>

/** Texts only; files are not asked for. */
const fieldsOf = async (c: AdminContext): Promise<Fields> => {
  const entries = Object.entries(await c.req.parseBody())
  return Object.fromEntries(entries.flatMap(([key, value]) => (typeof value === 'string' ? [[key, value.trim()]] : [])))
}

/** Whether the API's action answers one problem, or the whole order. To dismiss a problem is to override it. */
const ORDER_ACTIONS: Readonly<Record<string, { readonly path: string; readonly one: boolean }>> = {
  retry: { path: '/orders/{id}/retry', one: true },
  override: { path: '/orders/{id}/override', one: true },
  dismiss: { path: '/orders/{id}/override', one: true },
  reroute: { path: '/orders/{id}/reroute', one: false },
  release: { path: '/orders/{id}/release', one: false },
  hold: { path: '/orders/{id}/hold', one: false },
  cancel: { path: '/orders/{id}/cancel', one: false },
}

acts.post('/orders/:id/act', async (c) => {
  const { action = '', why, problemId } = await fieldsOf(c)
  const id = c.req.param('id')
  const known = Object.hasOwn(ORDER_ACTIONS, action) ? ORDER_ACTIONS[action] : undefined
  const body = { ...(why && { why }), ...(problemId && known?.one && { problemId }) }
  const notice = known ? await perform(c, known.path, { id }, body) : 'incomplete'
  return c.redirect(href(`/admin/orders/${encodeURIComponent(id)}`, { notice }), 303)
})

acts.post('/orders/:id/receiver', async (c) => {
  const fields = await fieldsOf(c)
  const id = c.req.param('id')
  const filled = RECEIVER_FIELDS.flatMap((name) => (fields[name] ? [[name, fields[name]]] : []))
  const notice = await perform(c, '/orders/{id}/receiver', { id }, { receiver: Object.fromEntries(filled) })
  return c.redirect(href(`/admin/orders/${encodeURIComponent(id)}`, { notice }), 303)
})

const isAction = (text: string | undefined): text is 'retry' | 'dismiss' => text === 'retry' || text === 'dismiss'
const isCode = (text: string | undefined): text is ProblemCode => text !== undefined && Object.hasOwn(PROBLEMS, text)

acts.post('/exceptions/one', async (c) => {
  const { id = '', action, code, subject } = await fieldsOf(c)
  const notice = isAction(action) ? await perform(c, `/exceptions/{id}/${action}`, { id }) : 'incomplete'
  return c.redirect(href('/admin/exceptions', { code, subject, notice }), 303)
})

/** With a subject, those of this subject; without, all of the code. */
acts.post('/exceptions/all', async (c) => {
  const { action, code, subject } = await fieldsOf(c)
  if (!isAction(action) || !isCode(code)) return c.redirect('/admin/exceptions?notice=incomplete', 303)
  const notice = subject
    ? await perform(c, `/exceptions/${action}`, {}, { code, subject })
    : await performAll(c, action, code)
  return c.redirect(href('/admin/exceptions', { notice }), 303)
})

/** 新建 SKU: the orders that waited for this code go on. */
acts.post('/skus', async (c) => {
  const { sku, title } = await fieldsOf(c)
  const notice = await perform(c, '/skus', {}, { sku, ...(title && { title }) })
  return c.redirect(href('/admin/exceptions', { notice }), 303)
})

/** 映射店铺商品: so do those that waited for this listing. */
acts.post('/listings', async (c) => {
  const { shopId, listingId, sku } = await fieldsOf(c)
  const notice = await perform(c, '/listings', {}, { shopId, listingId, sku })
  return c.redirect(href('/admin/exceptions', { notice }), 303)
})

acts.post('/stock/adjust', async (c) => {
  const { sku = '', merchantId, warehouseId, kind, quantity = '', reason } = await fieldsOf(c)
  const pieces = /^-?\d{1,10}$/.test(quantity) ? Number(quantity) : undefined
  const level = kind === 'set' ? { onHand: pieces } : { delta: pieces }
  // The merchant may have been switched in another tab since the form was opened.
  const mine = merchantId === c.var.view.merchant.id
  const body = { warehouseId, sku, reason, ...level }
  const notice = mine && pieces !== undefined ? await perform(c, '/stock/adjustments', {}, body) : 'incomplete'
  return c.redirect(href('/admin/stock/sku', { sku, notice }), 303)
})
