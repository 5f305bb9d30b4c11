/** Signing in and out. */
import { Hono } from 'hono'
import { callerOf } from '../../api/auth.ts'
import { type AdminContext, type AdminEnv, bare, page } from '../context.ts'
import type { Key } from '../i18n/index.ts'
import { SignIn } from '../pages/sign-in.tsx'
import { countAttempt } from './attempts.ts'
import { clearSession, maySignIn, readSession, writeSession } from './cookies.ts'
import { guard, ownForm, sameOrigin } from './guard.tsx'
import { beginSession, endSession, endSessions, findSession } from './session.ts'

export const signing = new Hono<AdminEnv>()

const REASONS: Readonly<Record<string, Key>> = { expired: 'signIn.expired', out: 'signIn.out' }

signing.get('/sign-in', (c) => {
  const reason = REASONS[c.req.query('reason') ?? '']
  return form(c, maySignIn(c) ? reason : 'signIn.unsafe', 200, c.req.query('next'))
})

signing.post('/sign-in', async (c) => {
  const fields = await c.req.parseBody()
  const next = String(fields.next ?? '')
  if (!sameOrigin(c)) return form(c, 'signIn.foreign', 403, next)
  if (!maySignIn(c)) return form(c, 'signIn.unsafe', 403, next)
  const now = Date.now()
  const attempts = await countAttempt(c.env.DB, c.req.header('cf-connecting-ip') ?? 'local', now)
  if (!attempts.allowed) return form(c, 'signIn.tooMany', 429, next)
  const caller = await callerOf(c.env, String(fields.token ?? '').trim())
  if (!caller) return form(c, 'signIn.wrong', 401, next)
  await attempts.takeBack()
  await leave(c)
  writeSession(c, await beginSession(c.env, caller, now))
  return c.redirect(within(next), 303)
})

/** The session that this browser had before, if any. */
const leave = async (c: AdminContext): Promise<void> => {
  const id = readSession(c)
  const session = id ? await findSession(c.env, id, Date.now(), true) : undefined
  if (session) await endSession(c.env.DB, session.digest)
}

const form = (c: AdminContext, error: Key | undefined, status: 200 | 401 | 403 | 429, next = '') =>
  page(c, <SignIn {...bare(c)} next={within(next)} error={error} />, status)

/** Only pages of ours: nobody is sent elsewhere after signing in. */
const within = (next: string): string => (/^\/admin(?:[/?][\w\-./?=&%+~:]*)?$/.test(next) ? next : '/admin')

signing.post('/sign-out', guard, async (c) => {
  if (!(await ownForm(c))) return c.redirect('/admin', 303)
  const { digest, tokenId } = c.get('session')
  const { everywhere } = await c.req.parseBody()
  if (everywhere) await endSessions(c.env.DB, tokenId)
  else await endSession(c.env.DB, digest)
  clearSession(c)
  return c.redirect('/admin/sign-in?reason=out', 303)
})
