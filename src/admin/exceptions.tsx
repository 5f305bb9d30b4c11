/** The pages of exceptions: all causes, and one cause with its cases. */
import { Hono } from 'hono'
import * as read from '../store/read.ts'
import { type Cause, causesOf } from './causes.ts'
import { type AdminContext, type AdminEnv, page } from './context.ts'
import { CausePage, Exceptions } from './pages/exceptions.tsx'
import { rawMessage } from './routes.tsx'

export const exceptions = new Hono<AdminEnv>()

/** Cases shown under each cause, and causes that show cases. */
const CASES = 3
const CAUSES = 15

exceptions.get('/exceptions', async (c) => {
  const { view } = c.var
  const causes = causesOf(await read.exceptionGroups(c.env.DB, view.merchant.id))
  const notice = c.req.query('notice')
  const code = c.req.query('code')
  if (code !== undefined) return one(c, causes, code, c.req.query('subject') || undefined, notice)
  const first = await Promise.all(causes.slice(0, CAUSES).map((cause) => casesOf(c, cause)))
  const shown = causes.map((cause, i) => ({ ...cause, first: first[i] ?? [] }))
  return page(c, <Exceptions view={view} notice={notice} causes={shown} />)
})

const casesOf = async (c: AdminContext, { code, subject }: Cause): Promise<readonly read.ExceptionView[]> => {
  const filter = { merchantId: c.var.view.merchant.id, code, subject }
  return (await read.listExceptions(c.env.DB, filter, { limit: CASES })).items
}

const one = async (
  c: AdminContext,
  causes: readonly Cause[],
  code: string,
  subject: string | undefined,
  notice: string | undefined,
) => {
  const { view } = c.var
  const filter = { merchantId: view.merchant.id, code, subject }
  const list = await read.listExceptions(c.env.DB, filter, { cursor: c.req.query('cursor') })
  const cause = causes.find((item) => item.code === code && (subject === undefined || item.subject === subject))
  const facts = { code, subject, cause, raw: await rawAsked(c) }
  return page(c, <CausePage view={view} notice={notice} items={list.items} nextCursor={list.nextCursor} {...facts} />)
}

/** The message behind an exception, masked. */
const rawAsked = async (c: AdminContext) => {
  const ref = c.req.query('raw')
  return ref === undefined ? undefined : rawMessage(c, ref)
}
