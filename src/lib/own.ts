/** What a table holds under a word from outside: `constructor` and the like are no words of ours. */
export const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined
