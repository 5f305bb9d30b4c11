/** What every page is given: who looks, at which merchant, in which language, at what time. */
import { type Caller, mayAs } from '../api/call.ts'
import type { MerchantView } from '../store/read.ts'
import type { Language, Translate } from './i18n/index.ts'

export interface View {
  readonly language: Language
  readonly t: Translate
  readonly now: number
  /** IANA zone in which times are shown: the merchant's. */
  readonly zone: string
  /** `https://router.example`: where hook URLs begin. */
  readonly origin: string
  /** The page's own path and query, for links that come back to it. */
  readonly path: string
  readonly actor: Caller
  readonly csrf: string
  readonly merchant: MerchantView
  /** More than one: the header offers the choice. */
  readonly merchants: readonly MerchantView[]
  readonly openExceptions: number
}

/** May press buttons that change something. */
export const mayAct = (view: Pick<View, 'actor'>): boolean => mayAs(view.actor, 'operator')

/** A path with its query; keys without a value are left out. */
export const href = (
  path: string,
  query: Readonly<Record<string, string | number | undefined | null>> = {},
): string => {
  const pairs = Object.entries(query).flatMap(([key, value]) => (value || value === 0 ? [[key, String(value)]] : []))
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs)}`
}
