/** Readers of single values that many partners share, and what is left of a body once they have read it. */
import { z } from 'zod'
import { fromMajor, type Money } from '../domain/money.ts'

/** An id is text, also where the partner writes a number (`parseExact` has kept the digits of the long ones). */
export const Id = z.union([z.string().min(1).max(200), z.int()]).transform(String)

/** Absent, null and empty are one thing: nothing was said. */
export const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === null || value === '' ? undefined : value), schema.optional())

/** The same reader for several fields of one object. */
export const all = <Schema extends z.ZodType, Key extends string>(schema: Schema, ...keys: Key[]) =>
  Object.fromEntries(keys.map((key) => [key, schema])) as Record<Key, Schema>

/** Unix seconds to UTC ms; 0 and less mean "none" at every partner that counts in seconds. */
export const Seconds = z.coerce
  .number()
  .int()
  .max(1e11)
  .transform((seconds) => (seconds > 0 ? seconds * 1000 : undefined))

/** ISO 8601 with an offset to UTC ms. */
export const IsoTime = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))

/**
 * A union of messages by `type` (or `topic`) that is open to kinds of later versions: those read as `other` and are no
 * error, while a known kind with a wrong body still is.
 */
export const openUnion = <Key extends string, Options extends readonly [Kind<Key>, ...Kind<Key>[]]>(
  key: Key,
  options: Options,
) => {
  const known: ReadonlySet<unknown> = new Set(options.flatMap((one) => [...one.shape[key].values]))
  const isLater = (body: unknown): boolean => {
    const kind = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[key] : undefined
    return typeof kind === 'string' && !known.has(kind)
  }
  const other: z.ZodObject = z.object({ [key]: z.literal('other') })
  const union = z.discriminatedUnion(key, [...options, other] as [z.ZodObject, ...z.ZodObject[]])
  const open = z.preprocess((body) => (isLater(body) ? { [key]: 'other' } : body), union)
  // A key known only as a type variable is beyond what zod can infer: this is the type that the lines above make.
  return open as unknown as z.ZodType<z.output<Options[number]> | { [K in Key]: 'other' }>
}
type Kind<Key extends string> = z.ZodObject<{ [K in Key]: z.ZodLiteral<string> }>

/** Decimal text of an amount in major units, also where the partner writes a number. */
export const Amount = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().regex(/^-?\d{1,12}(\.\d{1,6})?$/))

/** Money of a text that `Amount` has let pass. */
export const moneyOf = (text: string, currency: string): Money => fromMajor(text, currency) ?? { amount: 0, currency }

/** The parts that say something, as one text. */
export const joined = (separator: string, ...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part).join(separator)

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined | null> }

/** Only the fields that say something: absent is absent, never `undefined`, null or an empty text. */
export const present = <T extends object>(fields: T): Present<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => says(value))) as Present<T>

/**
 * What of a body nobody reads, as it came: it travels with the order (P6). `known` are the keys that are read, `idle`
 * those that were looked at and can be of no use to a warehouse or a person who ships.
 */
export const leftover = (body: object, known: ReadonlySet<string>, idle: RegExp = /^$/): Record<string, unknown> =>
  Object.fromEntries(Object.entries(body).filter(([key, value]) => !known.has(key) && !idle.test(key) && says(value)))

/** An empty list or object says as little as null; false and 0 are answers. */
const says = (value: unknown): boolean =>
  value !== undefined &&
  value !== null &&
  value !== '' &&
  !(typeof value === 'object' && Object.keys(value).length === 0)

/** The leftovers of an order and, under `lines`, those of its lines by line id. */
export const customOf = (
  order: Record<string, unknown>,
  lines: readonly (readonly [lineId: string, fields: Record<string, unknown>])[],
): Record<string, unknown> => {
  const said = lines.filter(([, fields]) => says(fields))
  return said.length === 0 ? order : { ...order, lines: Object.fromEntries(said) }
}
