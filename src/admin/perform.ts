/**
 * Every button goes the way of the API: the same route, with its role, its checks, its function. A page can do nothing
 * that a program could not, and nothing in another way.
 */
import { type Call, mayAs, type Route } from '../api/call.ts'
import { commandMany } from '../api/commands.ts'
import { randomId, repeatableIds } from '../api/ids.ts'
import { type Reply, refuse } from '../api/problem.ts'
import { routes } from '../api/routes.ts'
import { mayWaive } from '../api/waive.ts'
import type { ProblemCode } from '../domain/problem.ts'
import { Config } from '../flow/config.ts'
import { listExceptions } from '../store/read.ts'
import { ordersWaiting } from '../store/write/operations.ts'
import { type AdminContext, vaultOf } from './context.ts'
import type { NoticeName } from './parts/bits.tsx'

type Params = Readonly<Record<string, string>>

interface Sent {
  readonly query?: unknown
  readonly body?: unknown
}

/** `path` as the API's table has it, for the merchant of this page. */
export const ask = async (
  c: AdminContext,
  method: Route['method'],
  path: string,
  params: Params,
  sent: Sent = {},
): Promise<Reply> => {
  const route = routes.find((item) => item.method === method && item.path === path)
  if (!route) throw new Error(`broken code: the API has no ${method} ${path}`)
  if (!mayAs(c.var.view.actor, route.role))
    return refuse('forbidden', `${method} ${path} needs the role ${route.role}.`)
  const body = route.body?.safeParse(sent.body ?? {})
  if (body && !body.success) return refuse('invalid', `${method} ${path}: the form does not fit.`)
  return route.run({ ...callOf(c), params, query: sent.query ?? {}, body: body?.data })
}

export const perform = async (c: AdminContext, path: string, params: Params, body?: unknown): Promise<NoticeName> =>
  noticeOf(await ask(c, 'POST', path, params, { body }))

const callOf = (c: AdminContext): Call => {
  const { view } = c.var
  const commandId = randomId('cmd')
  return {
    env: c.env,
    db: c.env.DB,
    vault: vaultOf(c),
    config: new Config(c.env.DB, Date.now),
    caller: view.actor,
    merchantId: view.merchant.id,
    params: {},
    query: {},
    body: undefined,
    origin: view.origin,
    now: Date.now(),
    commandId,
    newId: repeatableIds(commandId),
    later: (work) => c.executionCtx.waitUntil(work),
  }
}

const NOTICES: Readonly<Record<number, NoticeName>> = {
  202: 'pending',
  403: 'forbidden',
  404: 'nothing',
  422: 'incomplete',
}

export const noticeOf = ({ status }: Reply): NoticeName => NOTICES[status] ?? (status < 300 ? 'done' : 'refused')

const ORDERS = 5_000
/** Exceptions without an order are settled one by one: so many at a press. */
const STRAYS = 25

/** All of one code, whatever their subjects: one command for the orders, then what belongs to no order. */
export const performAll = async (
  c: AdminContext,
  action: 'retry' | 'dismiss',
  code: ProblemCode,
): Promise<NoticeName> => {
  const merchantId = c.var.view.merchant.id
  const orders = action === 'retry' || mayWaive(code)
  const targets = orders ? await ordersWaiting(c.env.DB, merchantId, [code], undefined, ORDERS) : []
  const { items } = await listExceptions(c.env.DB, { merchantId, code }, { limit: 200 })
  const strays = items.filter((item) => item.orderId === null || item.code === 'order_broken').slice(0, STRAYS)
  if (targets.length + strays.length === 0) return orders ? 'nothing' : 'refused'
  const notices = await Promise.all<NoticeName>([
    targets.length > 0 ? commandMany(callOf(c), targets, { action }).then(noticeOf) : 'done',
    ...strays.map(({ id }) => perform(c, `/exceptions/{id}/${action}`, { id })),
  ])
  return notices.includes('pending') ? 'pending' : (notices.find((notice) => notice !== 'done') ?? 'done')
}
