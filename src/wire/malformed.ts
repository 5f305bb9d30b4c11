/** The one problem that every reader may end in: the text is not what its sender promised. No part of the text goes into it. */
import type { Problem } from '../domain/problem.ts'

const MESSAGE_MAX = 300

export const malformed = (at: string, message: string): Problem => ({
  code: 'payload_malformed',
  at: at || '(body)',
  facts: { message: message.slice(0, MESSAGE_MAX) },
})
