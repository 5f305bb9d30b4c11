/**
 * Ids that name their lane. An order's id is its lane's number and its own number in that lane; a document number adds
 * the generation and two check characters, ≤ 20 characters `[0-9A-Z]`, so that a callback finds its order by itself.
 */
const LANE = 4
const ORDER = 7
const GENERATION = 3
const CHECK = 2
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'

const base36 = (value: number, width: number): string => value.toString(36).toUpperCase().padStart(width, '0')

/** 11 characters: lane number, order number. */
export const orderId = (lane: number, order: number): string => base36(lane, LANE) + base36(order, ORDER)

/** 16 characters: order id, generation, check characters. */
export const documentNumber = (order: string, generation: number): string => {
  const text = order + base36(generation, GENERATION)
  return text + check(text)
}

/** The order a document number names, or undefined if it is none of ours (wrong length, alphabet or check characters). */
export const parseDocument = (
  document: string,
): { readonly lane: number; readonly orderId: string; readonly generation: number } | undefined => {
  const text = document.trim().toUpperCase()
  if (!/^[0-9A-Z]{16}$/.test(text) || check(text.slice(0, -CHECK)) !== text.slice(-CHECK)) return undefined
  return {
    lane: Number.parseInt(text.slice(0, LANE), 36),
    orderId: text.slice(0, LANE + ORDER),
    generation: Number.parseInt(text.slice(LANE + ORDER, -CHECK), 36),
  }
}

export const laneOf = (id: string): number => Number.parseInt(id.slice(0, LANE), 36)

/**
 * ISO 7064 MOD 1271-36: finds every single wrong character and every swap of neighbours. (MOD 37,36, of one character,
 * misses one swap in a thousand, and those between small numbers like 01 and 10 above all.)
 */
const check = (text: string): string => {
  let sum = 0
  for (const char of text) sum = ((sum + DIGITS.indexOf(char)) * 36) % 1271
  return base36((1272 - ((sum * 36) % 1271)) % 1271, CHECK)
}
