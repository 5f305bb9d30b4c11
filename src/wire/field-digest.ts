/**
 * A digest that stands in a field of the JSON body itself, over some of its other fields and a secret (微盟 `sign`). What it
 * does not name, nobody has signed.
 */
import { err, ok } from '../lib/result.ts'
import type { Fields } from './adapter.ts'
import { textAt } from './answer.ts'
import { digest, type Hash, sameDigest } from './digest.ts'
import { parseExact } from './json.ts'
import { bytes, text, type WireRequest } from './message.ts'
import { MISMATCH, missing, type Signature } from './signature.ts'

interface FieldDigest {
  readonly field: string
  readonly hash?: Hash
  /**
   * What is put together for the digest: names of credentials, and of the body's fields after `body.`. Where documents
   * disagree there are several, any of which will do; `sign` makes the first.
   */
  readonly recipes: readonly [readonly string[], ...(readonly string[])[]]
}

export const fieldDigest = ({ field, hash = 'md5', recipes }: FieldDigest): Signature => {
  const needs = recipes.flat().filter((name) => !name.startsWith('body.'))
  const compute = (recipe: readonly string[], body: unknown, credentials: Fields): string => {
    const part = (name: string) =>
      name.startsWith('body.') ? textAt(body, name.slice('body.'.length)) : (credentials[name] ?? '')
    return digest(hash, recipe.map(part), 'hex')
  }
  return {
    sign: (request, credentials) => {
      const written = text(request.body)
      return { ...request, body: bytes(placed(written, field, compute(recipes[0], read(request), credentials))) }
    },
    verify: (request, credentials) => {
      const body = read(request)
      const given = textAt(body, field).toLowerCase()
      if (given === '') return err(missing(field))
      if (needs.some((name) => !credentials[name])) return err(MISMATCH)
      const fits = recipes.map((recipe) => sameDigest(compute(recipe, body, credentials), given))
      return fits.includes(true) ? ok(undefined) : err(MISMATCH)
    },
  }
}

const read = (request: WireRequest): unknown => {
  const parsed = parseExact(text(request.body))
  return parsed.ok ? parsed.value : undefined
}

/** In place of the one that stands there, else before all other fields; the rest of the body stays as it is written. */
const placed = (written: string, field: string, value: string): string => {
  const there = new RegExp(`("${field}"\\s*:\\s*)"[^"]*"`)
  if (there.test(written)) return written.replace(there, `$1"${value}"`)
  const comma = /^\s*\{\s*\}/.test(written) ? '' : ','
  return written.replace('{', `{"${field}":"${value}"${comma}`)
}
