/**
 * A fulfillment as `eclp.order.addOrder` wants it: the lines are three texts of equal length, joined by commas. Texts
 * leave without characters beyond the Basic Multilingual Plane and without stars.
 */
import type { Placement } from '../../domain/fulfillment.ts'
import { toMajor } from '../../domain/money.ts'
import { own } from '../../lib/own.ts'
import type { Fields } from '../../wire/adapter.ts'
import { type Failure, failure } from '../../wire/answer.ts'
import { beijingText } from '../../wire/time.ts'
import { withinBmp } from '../../wire/xml.ts'
import { starless, unshippable, unwritable } from '../receiver.ts'
import { CARRIERS, PLATFORM_SOURCES } from './codes.ts'
import { goodsNoOf, type Options, RECEIVER_KINDS } from './settings.ts'

const NAME_MAX = 20
const ADDRESS_MAX = 100
const MARKS = 50

const REQUIRED = ['consigneeName', 'consigneeMobile', 'consigneeAddress']

/** The business JSON, or why this order cannot be written. */
export const addOrder = (
  placement: Placement,
  settings: Options,
  credentials: Fields,
): { readonly value: object } | Failure => {
  const receiver = receiverOf(placement)
  const refused =
    unshippable(placement, { ...settings, receiverKinds: RECEIVER_KINDS }) ??
    unwritable(receiver, REQUIRED) ??
    tooLong(receiver) ??
    unlisted(placement, settings)
  return refused ?? { value: orderOf(placement, receiver, settings, credentials) }
}

const no = (code: string, detail: string): Failure => failure('rejected', true, detail, { code })

/** A part of an address would send the parcel elsewhere: nothing is cut off. */
const tooLong = ({ consigneeName = '', consigneeAddress = '' }: Fields): Failure | undefined => {
  if (consigneeName.length > NAME_MAX) return no('receiver_too_long', `a name of more than ${NAME_MAX} characters`)
  return consigneeAddress.length > ADDRESS_MAX
    ? no('receiver_too_long', `an address of more than ${ADDRESS_MAX} characters`)
    : undefined
}

/** A comma within a code would shift every line behind it; amounts have no currency on the wire. */
const unlisted = ({ lines, total }: Placement, settings: Options): Failure | undefined => {
  const comma = lines.find(({ sku }) => goodsNoOf(sku, settings).includes(','))
  if (comma) return no('sku_comma', `${comma.sku}: a code with a comma cannot be written`)
  const foreign = [total, ...lines.map(({ price }) => price)].find(({ currency }) => currency !== 'CNY')
  return foreign && no('currency', `amounts are yuan, not ${foreign.currency}`)
}

const orderOf = (placement: Placement, receiver: Fields, settings: Options, credentials: Fields): object => ({
  isvUUID: placement.document,
  isvSource: credentials.isvSource,
  shopNo: credentials.shopNo,
  departmentNo: credentials.deptNo,
  warehouseNo: credentials.warehouseNo,
  shipperNo: shipperOf(placement.carrier, settings),
  salesPlatformOrderNo: placement.platformOrderId,
  salePlatformSource: sourceOf(placement.platform, settings),
  salesPlatformCreateTime: beijingText(placement.placedAt),
  ...receiver,
  receivable: placement.cod ? toMajor(placement.cod) : undefined,
  consigneeRemark: note(placement.buyerNote),
  sellerRemark: note(placement.sellerNote),
  orderMark: (placement.cod ? '1' : '0').padEnd(MARKS, '0'),
  goodsNo: placement.lines.map(({ sku }) => goodsNoOf(sku, settings)).join(),
  price: placement.lines.map(({ price }) => toMajor(price)).join(),
  quantity: placement.lines.map(({ quantity }) => quantity).join(),
})

const note = (text: string | undefined): string | undefined => starless(withinBmp(text ?? '')).trim() || undefined

const shipperOf = (ours: string | undefined, { carriers, shipperNo }: Options): string =>
  ours === undefined ? shipperNo : (own({ ...CARRIERS, ...carriers }, ours) ?? shipperNo)

const sourceOf = (platform: string, { platformSources }: Options): string => {
  const codes = { ...PLATFORM_SOURCES, ...platformSources }
  return own(codes, platform) ?? codes['*'] ?? '6'
}

/** The whole address stands in `consigneeAddress`; its parts stand beside it, for 京东's own sorting. */
const receiverOf = ({ receiver: { readable } }: Placement): Fields => {
  const { name, phone, province, city, district, town, address, zip } = readable
  const texts = {
    consigneeName: name,
    consigneeMobile: phone,
    addressProvince: province,
    addressCity: city,
    addressCounty: district,
    addressTown: town,
    consigneeAddress: address?.trim() && [province, city, district, town, address].filter(Boolean).join(''),
    consigneePostcode: zip,
  }
  return Object.fromEntries(
    Object.entries(texts).flatMap(([part, text]) => {
      const kept = withinBmp(text ?? '').trim()
      return kept ? [[part, kept]] : []
    }),
  )
}
