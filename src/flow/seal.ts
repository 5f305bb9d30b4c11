/** Closes the private parts of an order at the edge, before anything is stored. */
import type { PlatformOrder, Receiver } from '../domain/order.ts'
import type { SealedOrder } from '../domain/order-state.ts'
import { factsOf } from '../domain/receiver.ts'
import { phoneTerm } from '../store/phone-term.ts'
import { places, type Vault } from '../store/vault.ts'

/** What `sealed` holds. */
export interface PrivateParts {
  readonly receiver: Receiver
  readonly buyerNote?: string
  readonly sellerNote?: string
  readonly custom: Readonly<Record<string, unknown>>
}

export const sealOrder = (order: PlatformOrder, shopId: string, vault: Vault): SealedOrder => {
  const { receiver, buyerNote, sellerNote, custom, ...open } = order
  const parts: PrivateParts = { receiver, custom, ...(buyerNote && { buyerNote }), ...(sellerNote && { sellerNote }) }
  const text = JSON.stringify(parts)
  const digest = (purpose: string, content: unknown): string =>
    `${vault.keyId}.${vault.digest(purpose, JSON.stringify(content))}`
  const tail = receiver.readable.phone?.replace(/\D/g, '').slice(-4)
  return {
    ...open,
    receiver: factsOf(receiver),
    sealed: vault.seal(places.order(shopId, order.platformOrderId), text),
    digest: digest('order', [receiver, buyerNote, sellerNote]),
    customDigest: digest('custom', custom),
    hasNote: Boolean(buyerNote || sellerNote),
    customKeys: Object.keys(custom).filter(
      (key) => custom[key] !== null && custom[key] !== '' && custom[key] !== undefined,
    ),
    ...(tail?.length === 4 && { phoneTerm: phoneTerm(tail, vault) }),
  }
}

export const openOrder = (
  sealed: string,
  shopId: string,
  platformOrderId: string,
  vault: Vault,
): PrivateParts | undefined => {
  const text = vault.open(places.order(shopId, platformOrderId), sealed)
  return text === undefined ? undefined : (JSON.parse(text) as PrivateParts)
}
