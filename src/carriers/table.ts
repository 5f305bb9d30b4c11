/**
 * Carriers 快递公司: one code of ours, and what others call it. Platforms and warehouses keep their own maps from and to our
 * codes; a test holds that each of their codes stands here. Codes of trackers: SDKs and code lists of both, see the READMEs.
 */
import { own } from '../lib/own.ts'

export interface Carrier {
  readonly zh: string
  readonly en: string
  /** Other names, as people and warehouse systems write them. */
  readonly names?: readonly string[]
  /** Shapes of a waybill number; none: nothing is known of them. */
  readonly shapes: readonly RegExp[]
  readonly kuaidi100?: string
  readonly kdniao?: string
}

/**
 * Shapes are lengths and first letters, read in two public tables that agree on them (Courier-Validation `src/pattern`,
 * and a warehouse's validity check of 2022); no carrier publishes its own. So they serve for a warning, never a refusal.
 */
const DIGITS_12 = /^\d{12}$/
const DIGITS_13 = /^\d{13}$/
const POSTAL = /^[A-Z]{2}\d{9}[A-Z]{2}$/

export const CARRIERS: Readonly<Record<string, Carrier>> = {
  SF: {
    ...{ zh: '顺丰', en: 'SF Express', names: ['顺丰速运', '顺丰快递'] },
    shapes: [/^SF[0-9A-Z]\d{12}$/, DIGITS_12],
    ...{ kuaidi100: 'shunfeng', kdniao: 'SF' },
  },
  STO: {
    ...{ zh: '申通', en: 'STO Express', names: ['申通快递'] },
    shapes: [/^\d{12,17}$/, /^STO\d{10}$/],
    ...{ kuaidi100: 'shentong', kdniao: 'STO' },
  },
  YTO: {
    ...{ zh: '圆通', en: 'YTO Express', names: ['圆通速递', '圆通快递'] },
    shapes: [/^YT\d{13}$/, /^[0-9A-Z]{2}\d{8}(?:\d{2,5})?$/, /^\d{18}$/],
    ...{ kuaidi100: 'yuantong', kdniao: 'YTO' },
  },
  ZTO: {
    ...{ zh: '中通', en: 'ZTO Express', names: ['中通快递'] },
    shapes: [/^\d{14}$/, DIGITS_12],
    ...{ kuaidi100: 'zhongtong', kdniao: 'ZTO' },
  },
  YUNDA: {
    ...{ zh: '韵达', en: 'Yunda Express', names: ['韵达快递', '韵达速递'] },
    shapes: [DIGITS_13, /^\d{15}$/],
    ...{ kuaidi100: 'yunda', kdniao: 'YD' },
  },
  JD: {
    ...{ zh: '京东', en: 'JD Logistics', names: ['京东物流', '京东快递', '京邦达', 'JBD'] },
    // The part after the dash (parcel 1 of 2) is recalled, not read.
    shapes: [/^JD[0-9A-Z]{2}\d{11}(?:-\d+-\d+-?)?$/],
    ...{ kuaidi100: 'jd', kdniao: 'JD' },
  },
  EMS: { zh: 'EMS', en: 'EMS', shapes: [POSTAL, DIGITS_13], kuaidi100: 'ems', kdniao: 'EMS' },
  // No tracker's code list that was read tells the economy service apart.
  EYB: { zh: 'EMS 经济快递', en: 'EMS economy', names: ['EMS经济快递'], shapes: [POSTAL, DIGITS_13] },
  POSTB: {
    ...{ zh: '邮政包裹', en: 'China Post parcel', names: ['邮政快递包裹', '中国邮政', 'POST'] },
    shapes: [/^[A-Z]{2}\d{11}$/, DIGITS_13],
    ...{ kuaidi100: 'youzhengguonei', kdniao: 'YZPY' },
  },
  DBKD: {
    ...{ zh: '德邦快递', en: 'Deppon Express', names: ['德邦'] },
    shapes: [/^DPK\d{11,13}(?:-\d+)*$/, /^\d{8,10}$/],
    ...{ kuaidi100: 'debangkuaidi', kdniao: 'DBL' },
  },
  DBL: { zh: '德邦物流', en: 'Deppon freight', shapes: [/^\d{8,10}$/], kuaidi100: 'debangwuliu' },
  JTSD: {
    ...{ zh: '极兔', en: 'J&T Express', names: ['极兔速递'] },
    shapes: [/^JT\d{12,13}$/],
    ...{ kuaidi100: 'jtexpress', kdniao: 'JTSD' },
  },
  HTKY: {
    ...{ zh: '百世', en: 'Best Express', names: ['百世快递', '百世汇通'] },
    shapes: [/^[0-9A-Z]{12,16}$/],
    ...{ kuaidi100: 'huitongkuaidi', kdniao: 'HTKY' },
  },
  TTKDEX: {
    ...{ zh: '天天', en: 'TTK Express', names: ['天天快递'] },
    shapes: [DIGITS_12, /^TT\d{13}$/],
    ...{ kuaidi100: 'tiantian', kdniao: 'HHTT' },
  },
  UC: {
    ...{ zh: '优速', en: 'UC Express', names: ['优速快递'] },
    shapes: [DIGITS_12, /^V(?:IP)?\d{9,11}$/],
    ...{ kuaidi100: 'youshuwuliu', kdniao: 'UC' },
  },
  ZJS: {
    ...{ zh: '宅急送', en: 'ZJS Express' },
    shapes: [/^[0-9A-Z]{10}$/, /^A\d{12}$/, /^ZJS\d{12}$/],
    ...{ kuaidi100: 'zhaijisong', kdniao: 'ZJS' },
  },
  OTHER: { zh: '其他快递', en: 'Other', names: ['OTHERS'], shapes: [] },
}

const NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries(CARRIERS).flatMap(([code, { zh, en, names = [] }]) =>
    [code, zh, en, ...names].map((name) => [name.toUpperCase(), code]),
  ),
)

/** Our code for a code or a name that somebody wrote; undefined: no carrier of the table. */
export const carrierCode = (written: string): string | undefined => NAMES.get(written.trim().toUpperCase())

/** True also where nothing is known of the carrier's numbers: an unusual number is worth a warning, never a refusal. */
export const canBeOf = (carrier: string, waybill: string): boolean => {
  const shapes = own(CARRIERS, carrierCode(carrier) ?? '')?.shapes ?? []
  return shapes.length === 0 || shapes.some((shape) => shape.test(waybill.trim().toUpperCase()))
}

/** Our code → the tracker's, for carriers that it knows. */
export const codesOf = (tracker: 'kuaidi100' | 'kdniao'): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(CARRIERS).flatMap(([code, row]) => (row[tracker] === undefined ? [] : [[code, row[tracker]]])),
  )

/** A tracker's code → ours; what the table does not know stays as it is. */
export const oursBy = (codes: Readonly<Record<string, string>>): ((theirs: string) => string) => {
  const ours = new Map(Object.entries(codes).map(([code, theirs]) => [theirs.toLowerCase(), code]))
  return (theirs) => ours.get(theirs.toLowerCase()) ?? theirs
}
