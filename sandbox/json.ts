/** JSON that keeps integers above 2^53: written bare, as the platforms do, and read back as text. */

const raw = (JSON as unknown as { rawJSON: (text: string) => unknown }).rawJSON

/** An id that goes onto the wire as a bare number. */
export const bare = (id: string): unknown => (/^\d+$/.test(id) ? raw(id) : id)

type Reviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown
const exact: Reviver = (_key, value, { source }) =>
  typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) ? source : value

/** Undefined for what is no JSON. */
export const read = (text: string): unknown => {
  try {
    return JSON.parse(text, exact as (this: unknown, key: string, value: unknown) => unknown)
  } catch {
    return undefined
  }
}

export type Json = Readonly<Record<string, unknown>>
export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
export const object = (value: unknown): Json => (isObject(value) ? value : {})
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
/** Scalars as text; everything else, and what is missing, as empty. */
export const text = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
export const number = (value: unknown, otherwise = 0): number => {
  const parsed =
    typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : Number.NaN
  return Number.isFinite(parsed) ? parsed : otherwise
}

/** Keys in order at every depth, compact: the text that 抖店 signs. */
export const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : isObject(value)
      ? Object.fromEntries(
          Object.keys(value)
            .sort()
            .map((key) => [key, sorted(value[key])]),
        )
      : value
