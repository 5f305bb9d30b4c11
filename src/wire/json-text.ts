/** JSON inside a field of a form: read exactly, long numbers keep their digits. */
import { z } from 'zod'
import { parseExact } from './json.ts'

export const jsonText = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .string()
    .transform((text, context): unknown => {
      const parsed = parseExact(text)
      if (parsed.ok) return parsed.value
      context.addIssue({ code: 'custom', message: String(parsed.error.facts?.message ?? 'no JSON') })
      return z.NEVER
    })
    .pipe(schema)
