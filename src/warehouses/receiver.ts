/**
 * No parcel ever carries a mask. Before a warehouse is called, what it would be told of the receiver is looked at here:
 * a receiver it cannot ship ends the conversation without a call, under a code that the flow can act on.
 */
import type { Placement } from '../domain/fulfillment.ts'
import { type Failure, failure } from '../wire/answer.ts'

/** 抖店 writes its ciphers as `##…#1##` and `$$…$1$$`, with a star of their own inside, and they must travel unchanged. */
const CIPHER_OR_STAR = /(##[^\s#]+#\d##|\$\$[^\s$]+\$\d\$\$)|[*＊]/g

/** Texts for people (titles, notes, unknown fields) may hold a star that means "times", or a masked name: both become ×. */
export const starless = (text: string): string => text.replace(CIPHER_OR_STAR, (_, cipher?: string) => cipher ?? '×')

/** The same in the named texts of an object. */
export const starlessTexts = <T extends object, K extends keyof T>(value: T, names: readonly K[]): T => {
  const changed = names.flatMap((name) => {
    const text = value[name]
    return typeof text === 'string' ? [[name, starless(text)] as const] : []
  })
  return { ...value, ...(Object.fromEntries(changed) as Partial<T>) }
}

/** The same in every text and name of a value that came as JSON. */
export const starlessDeep = <T>(value: T): T => {
  if (typeof value === 'string') return starless(value) as T
  if (Array.isArray(value)) return value.map(starlessDeep) as T
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [starless(name), starlessDeep(inner)])) as T
}

const refused = (code: string, detail: string): Failure => failure('rejected', true, detail, { code })

/** Why this warehouse cannot ship to that receiver, or not collect the money; undefined if it can. */
export const unshippable = (
  { receiver, cod }: Placement,
  settings: { readonly receiverKinds: readonly string[]; readonly cod: boolean },
): Failure | undefined => {
  if (!settings.receiverKinds.includes(receiver.kind)) {
    return refused('receiver_unshippable', `receivers of kind ${receiver.kind} are not shipped here`)
  }
  return cod && !settings.cod ? refused('cod_unsupported', 'no cash on delivery here') : undefined
}

/** The last look at what will be written on the wire, part by part: a star, or nothing where something must stand. */
export const unwritable = (
  parts: Readonly<Record<string, string | undefined>>,
  required: readonly string[],
): Failure | undefined => {
  const starred = Object.keys(parts).filter((name) => starless(parts[name] ?? '') !== (parts[name] ?? ''))
  if (starred.length > 0) return refused('receiver_masked', `masked: ${starred.join(', ')}`)
  const absent = required.filter((name) => !parts[name]?.trim())
  return absent.length > 0 ? refused('receiver_incomplete', `missing: ${absent.join(', ')}`) : undefined
}
