/** A receiver that a person completes: read with what is known, sealed again, never shown. */
import { z } from 'zod'
import type { Receiver } from '../domain/order.ts'
import type { OrderState } from '../domain/order-state.ts'
import { factsOf } from '../domain/receiver.ts'
import { openOrder, type PrivateParts } from '../flow/seal.ts'
import type { Command } from '../lane/event.ts'
import { defined } from '../lib/defined.ts'
import { phoneTerm } from '../store/phone-term.ts'
import { places, type Vault } from '../store/vault.ts'

const Part = z.string().trim().max(300).optional()
const Clear = z
  .string()
  .trim()
  .min(1)
  .max(300)
  .regex(/^[^*]*$/, { error: 'must carry no stars' })
  .optional()

export const ReceiverBody = z
  .strictObject({
    name: Clear,
    phone: Clear,
    country: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .optional()
      .describe('ISO 3166-1 alpha-2'),
    province: Part,
    city: Part,
    district: Part,
    town: Part,
    address: Clear.describe('Street and house number'),
    zip: Part,
  })
  .refine((parts) => Object.values(parts).some(Boolean), {
    error: 'must have at least one part',
    params: { fix: 'Send the parts that were missing, or all of them' },
  })

/**
 * Plain parts stay where the order has them and are replaced where given. A ciphered or starred receiver is replaced as a
 * whole: only its region stays. The digest stays the platform's, so that its next message of the same content changes nothing.
 */
export const sealedReceiver = (
  vault: Vault,
  order: OrderState,
  given: z.output<typeof ReceiverBody>,
): NonNullable<Command['receiver']> => {
  const parts: PrivateParts = openOrder(order.sealed, order.shopId, order.platformOrderId, vault) ?? {
    receiver: NOBODY,
    custom: {},
  }
  const { name, phone, address, ...region } = parts.receiver.readable
  const known = parts.receiver.kind === 'plain' ? parts.receiver.readable : region
  const receiver: Receiver = { kind: 'plain', readable: { ...known, ...defined(given) }, masked: {}, cipher: {} }
  const tail = receiver.readable.phone?.replace(/\D/g, '').slice(-4)
  return {
    receiver: factsOf(receiver),
    sealed: vault.seal(places.order(order.shopId, order.platformOrderId), JSON.stringify({ ...parts, receiver })),
    digest: order.digest,
    ...(tail?.length === 4 && { phoneTerm: phoneTerm(tail, vault) }),
  }
}

const NOBODY: Receiver = { kind: 'masked', readable: {}, masked: {}, cipher: {} }
