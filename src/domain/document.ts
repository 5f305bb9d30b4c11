/**
 * Ids that name their lane. An order's id is its lane's number and its own number in that lane; a document number adds
 * the generation and a check character, ≤ 20 characters `[0-9A-Z]`, so that a callback finds its order by itself.
 */
const LANE = 4
const ORDER = 7
const GENERATION = 3
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'

const base36 = (value: number, width: number): string => value.toString(36).toUpperCase().padStart(width, '0')

/** 11 characters: lane number, order number. */
export const orderId = (lane: number, order: number): string => base36(lane, LANE) + base36(order, ORDER)

/** 15 characters: order id, generation, check character. */
export const documentNumber = (order: string, generation: number): string => {
  const text = order + base36(generation, GENERATION)
  return text + check(text)
}

/** The order a document number names, or undefined if it is none of ours (wrong length, alphabet or check character). */
export const parseDocument = (
  document: string,
): { readonly lane: number; readonly orderId: string; readonly generation: number } | undefined => {
  const text = document.trim().toUpperCase()
  if (!/^[0-9A-Z]{15}$/.test(text) || check(text.slice(0, -1)) !== text.at(-1)) return undefined
  return {
    lane: Number.parseInt(text.slice(0, LANE), 36),
    orderId: text.slice(0, LANE + ORDER),
    generation: Number.parseInt(text.slice(LANE + ORDER, -1), 36),
  }
}

export const laneOf = (id: string): number => Number.parseInt(id.slice(0, LANE), 36)

/** ISO 7064 MOD 37,36: finds every single wrong character and every swap of neighbours. */
const check = (text: string): string => {
  let sum = 36
  for (const char of text) {
    sum = (sum + DIGITS.indexOf(char)) % 36 || 36
    sum = (sum * 2) % 37
  }
  return DIGITS[(37 - sum) % 36] ?? '0'
}
