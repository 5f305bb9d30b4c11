/**
 * What became of a call, in the classes that the flow acts on. Each adapter has one table from its partner's codes to
 * these; the partner's meaning stands as the comment on its row.
 */
export type Outcome<T = undefined> =
  /** The partner did it. */
  | { readonly class: 'done'; readonly value: T }
  /** The partner says it has this already. Counts as done only after a query shows it alive with the same content digest. */
  | { readonly class: 'exists'; readonly detail: string }
  /** Not done, and a later try may do. `after` in ms where the partner says how long. */
  | { readonly class: 'retry'; readonly detail: string; readonly after?: number }
  /** Done or not, nobody knows (time-out, 5xx after sending): ask first. */
  | { readonly class: 'unknown'; readonly detail: string }
  /** The partner will not do it; the same call again would not help. */
  | { readonly class: 'rejected'; readonly code: string; readonly detail: string }
  /** The credential is refused: park everything of it, burn no attempt. */
  | { readonly class: 'auth'; readonly detail: string }
  /** Too many calls: park the credential for `after` ms, burn no attempt. */
  | { readonly class: 'quota'; readonly detail: string; readonly after: number }

export type OutcomeClass = Outcome['class']
