type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> }

/** An object without the keys whose value is undefined, as `exactOptionalPropertyTypes` wants it. */
export const defined = <T extends object>(value: T): Defined<T> =>
  Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as Defined<T>
