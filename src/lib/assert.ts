/** For what only broken code can make false. Expected failures are `Result`s, never assertions. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`broken code: ${message}`)
}

/** Proves at compile time that a union was handled whole. */
export const never = (value: never): never => {
  throw new Error(`broken code: unhandled ${JSON.stringify(value)}`)
}
