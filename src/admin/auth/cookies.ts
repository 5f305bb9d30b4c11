/** The admin's cookies. Over https the session's is bound to the host; `npm start` on this machine has no https. */
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'

const LOCAL = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Undefined: plain http over a network, where nobody may sign in. */
const sessionCookie = (url: URL): { readonly name: string; readonly secure: boolean } | undefined => {
  if (url.protocol === 'https:') return { name: '__Host-cangqiao', secure: true }
  return LOCAL.has(url.hostname) ? { name: 'cangqiao-local', secure: false } : undefined
}

export const maySignIn = (c: Context): boolean => sessionCookie(new URL(c.req.url)) !== undefined

export const readSession = (c: Context): string | undefined => {
  const cookie = sessionCookie(new URL(c.req.url))
  return cookie && getCookie(c, cookie.name)
}

/** No Max-Age: it ends with the browser, or with the session itself. */
export const writeSession = (c: Context, id: string): void => {
  const cookie = sessionCookie(new URL(c.req.url))
  if (cookie) setCookie(c, cookie.name, id, { path: '/', secure: cookie.secure, httpOnly: true, sameSite: 'Lax' })
}

export const clearSession = (c: Context): void => {
  const cookie = sessionCookie(new URL(c.req.url))
  if (cookie) deleteCookie(c, cookie.name, { path: '/', secure: cookie.secure })
}

export type Preference = 'cangqiao-language' | 'cangqiao-merchant'
const YEAR = 31_536_000

export const readPreference = (c: Context, name: Preference): string | undefined => getCookie(c, name)

export const writePreference = (c: Context, name: Preference, value: string): void => {
  const secure = new URL(c.req.url).protocol === 'https:'
  setCookie(c, name, value, { path: '/admin', secure, httpOnly: true, sameSite: 'Lax', maxAge: YEAR })
}
