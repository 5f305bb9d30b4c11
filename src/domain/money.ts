/** Money in integer minor units with its currency: 19.90 CNY is `{ amount: 1990, currency: 'CNY' }`. */
export interface Money {
  readonly amount: number
  readonly currency: string
}

/** Digits after the point (ISO 4217); everything not listed has two. */
const EXPONENT: Readonly<Record<string, number>> = {
  BHD: 3,
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JOD: 3,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  KWD: 3,
  OMR: 3,
  PYG: 0,
  RWF: 0,
  TND: 3,
  UGX: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
}

export const exponent = (currency: string): number => EXPONENT[currency] ?? 2

/**
 * Decimal text in major units to minor units, exactly, without floats: `'0.29'` CNY is 29.
 * Digits beyond the currency's exponent are rounded half up. Text that is no number gives undefined.
 */
export const fromMajor = (text: string, currency: string): Money | undefined => {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text.trim())
  if (!match) return undefined
  const [, sign = '', whole = '0', fraction = ''] = match
  const digits = exponent(currency)
  const padded = fraction.padEnd(digits + 1, '0')
  const minor = Number(whole + padded.slice(0, digits)) + (Number(padded[digits]) >= 5 ? 1 : 0)
  return Number.isSafeInteger(minor) ? { amount: sign && minor ? -minor : minor, currency } : undefined
}

/** Minor units to decimal text in major units: 1990 CNY is `'19.90'`. */
export const toMajor = ({ amount, currency }: Money): string => {
  const digits = exponent(currency)
  const text = String(Math.abs(amount)).padStart(digits + 1, '0')
  const sign = amount < 0 ? '-' : ''
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}
