/** What may be known of a receiver without reading it: facts in the clear beside the sealed text. */
import type { Receiver } from './order.ts'
import { regionOf } from './region.ts'

export interface ReceiverFacts {
  readonly kind: string
  /** GB/T 2260 province code or ISO country code. */
  readonly region?: string
  /** Fields that a parcel needs and this receiver lacks. */
  readonly missing: readonly string[]
  /** For a person to recognise; stars in place of what is private. */
  readonly masked: { readonly name: string; readonly phone: string; readonly address: string }
}

export const factsOf = (receiver: Receiver): ReceiverFacts => {
  const { readable, masked, cipher } = receiver
  const region = regionOf(readable.country, readable.province)
  return {
    kind: receiver.kind,
    ...(region !== undefined && { region }),
    missing: missingOf(receiver),
    masked: {
      name: masked.name ?? maskName(readable.name ?? ''),
      phone: masked.phone ?? maskPhone(readable.phone ?? ''),
      address: [
        readable.province,
        readable.city,
        readable.district,
        masked.address ?? (readable.address || Object.keys(cipher).length ? '***' : ''),
      ]
        .filter(Boolean)
        .join(' '),
    },
  }
}

/** A plain receiver must be whole; a ciphered one must carry a token; stars are nothing to ship to. */
const missingOf = ({ kind, readable, cipher }: Receiver): string[] => {
  if (kind === 'masked') return ['name', 'phone', 'address']
  if (kind !== 'plain') return Object.values(cipher).some(Boolean) ? [] : ['cipher']
  const needed = { name: readable.name, phone: readable.phone, address: readable.address }
  const absent = Object.entries(needed)
    .filter(([, value]) => !value?.trim() || value.includes('*'))
    .map(([name]) => name)
  return readable.province || readable.city || (readable.country && readable.country !== 'CN')
    ? absent
    : [...absent, 'province']
}

const maskName = (name: string): string => (name ? `${[...name][0]}**` : '')
const maskPhone = (phone: string): string => (phone.length > 4 ? `***${phone.slice(-4)}` : phone && '***')
