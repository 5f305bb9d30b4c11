/** One parameter may hold 2 MB in production: a longer list becomes several. */
const MAX_CHARS = 900_000

/** The list as JSON texts, each short enough for one parameter; none for an empty list. */
export const chunks = (rows: readonly unknown[]): string[] => {
  const texts: string[] = []
  let current: string[] = []
  let size = 0
  for (const row of rows.map((item) => JSON.stringify(item))) {
    if (size + row.length > MAX_CHARS && current.length > 0) {
      texts.push(`[${current.join(',')}]`)
      current = []
      size = 0
    }
    current.push(row)
    size += row.length
  }
  return current.length > 0 ? [...texts, `[${current.join(',')}]`] : texts
}
