/** The contract of tokens: how a shop gives them, and how they are kept fresh. */
import type { Connection, Conversation, Fields } from './adapter.ts'

/** What an authorization brings: the shop's credentials, and until when they serve (UTC ms). */
export interface Grant {
  readonly credentials: Fields
  /** The access token's end. */
  readonly expiresAt?: number
  /** The end of what it is refreshed with: a person must authorize anew before. */
  readonly refreshUntil?: number
}

/**
 * Of one shop: `shopKey` as in pushes; `name` the shop's own, where it is told. One seller's consent may open several
 * shops at once (TikTok Shop, Shopee main accounts, Lazada across countries): those beyond the first are `others`.
 */
export interface ShopGrant extends Grant {
  readonly shopKey: string
  readonly name?: string
}

/**
 * OAuth of shops under an app: the link that a merchant opens, the exchange, the refresh. Tokens that are made from
 * long-lived secrets (微信小店, Amazon LWA, eBay) have a `refresh` and no link.
 */
export interface Authorization {
  /** `state` must come back unchanged; `redirectUrl` is where the platform sends the merchant back to. */
  readonly link?: (app: Connection, state: string, redirectUrl: string) => string
  /** `query` is what came back with the merchant. */
  readonly exchange?: (
    query: Fields,
    app: Connection,
    redirectUrl: string,
  ) => Conversation<ShopGrant & { readonly others?: readonly ShopGrant[] }>
  /** Made with the shop's present credentials. A `rejected` or `auth` outcome means that a person must authorize anew. */
  readonly refresh?: (shop: Connection) => Conversation<Grant>
  /** True where these credentials hold a token without end (an app of an older kind): there is nothing to refresh. */
  readonly endless?: (shop: Connection) => boolean
  /** What is to be done once after a grant, with the shop's new token (Taobao, 拼多多: switch its messages on). */
  readonly after?: (shop: Connection) => Conversation
  /** How long before its end a token is refreshed, ms. */
  readonly aheadMs: number
}
