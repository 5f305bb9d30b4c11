/** The admin pages, mounted at `/admin`: rendered on the server, usable without JavaScript. */
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { BadCursor } from '../store/read.ts'
import { acts } from './acts.ts'
import { alertActs, alertPages } from './alerts.tsx'
import { failed, missing } from './answers.tsx'
import { acting, guard, language, viewing } from './auth/guard.tsx'
import { headers } from './auth/headers.ts'
import { signing } from './auth/routes.tsx'
import { authorizations } from './authorizations.tsx'
import type { AdminEnv } from './context.ts'
import { exceptions } from './exceptions.tsx'
import { pages } from './routes.tsx'

export const admin = new Hono<AdminEnv>()

const MAX_FORM = 64_000

admin.use(headers)
admin.use(language)
admin.use(bodyLimit({ maxSize: MAX_FORM }))
admin.route('/', signing)
admin.route('/', authorizations)
admin.use(guard, viewing)
admin.route('/', pages)
admin.route('/', exceptions)
admin.route('/', alertPages)
admin.post('*', acting)
admin.route('/', acts)
admin.route('/', alertActs)
admin.all('*', missing)

admin.onError((error, c) => {
  // A list that changed its form: back to its beginning.
  if (error instanceof BadCursor) return c.redirect(c.req.path, 303)
  console.error(JSON.stringify({ what: 'admin page failed', path: c.req.routePath, error: String(error) }))
  return failed(c)
})
