/** Cursor paging: a cursor is the last row's key, opaque to whoever hands it back. */

export interface PageRequest {
  /** At most 200; default 50. */
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

export interface Page<T> {
  readonly items: readonly T[]
  /** Null: this was the last page. */
  readonly nextCursor: string | null
}

export type Key = readonly (string | number)[]

/** The text is no cursor, or one of another list. */
export class BadCursor extends Error {}

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 200

/** `load` gets the key after which to go on, and reads one row more than are shown to learn whether there are more. */
export const pageOf = async <T>(
  list: string,
  { limit, cursor }: PageRequest,
  keyOf: (item: T) => Key,
  load: (after: Key | undefined, count: number) => Promise<readonly T[]>,
): Promise<Page<T>> => {
  const size = Math.min(Math.max(Math.trunc(limit ?? DEFAULT_LIMIT), 1), MAX_LIMIT)
  const rows = await load(cursor === undefined ? undefined : keyIn(list, cursor), size + 1)
  const items = rows.slice(0, size)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > size && last !== undefined ? cursorOf(list, keyOf(last)) : null }
}

const cursorOf = (list: string, key: Key): string => Buffer.from(JSON.stringify([list, ...key])).toString('base64url')

const keyIn = (list: string, cursor: string): Key => {
  try {
    const [named, ...key] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[]
    const plain = key.every((part) => typeof part === 'string' || typeof part === 'number')
    if (named === list && key.length > 0 && plain) return key as Key
  } catch {
    // Falls through: the text is no cursor.
  }
  throw new BadCursor(list)
}
