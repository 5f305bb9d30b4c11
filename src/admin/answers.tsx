/** Answers that are no page of their own. */
import { type AdminContext, bare, page } from './context.ts'
import { Message } from './pages/sign-in.tsx'

export const missing = (c: AdminContext) =>
  page(c, <Message {...bare(c)} title="message.notFound" hint="message.notFoundHint" />, 404)

export const failed = (c: AdminContext) =>
  page(c, <Message {...bare(c)} title="message.failed" hint="message.failedHint" />, 500)
