/**
 * A fulfillment as WMS_CONSIGN_ORDER_NOTIFY wants it: amounts in fen, and `receiveTown`, which is misspelt on the wire.
 * Texts leave without characters beyond the Basic Multilingual Plane and without stars.
 */
import type { Placement } from '../../domain/fulfillment.ts'
import { own } from '../../lib/own.ts'
import type { Connection } from '../../wire/adapter.ts'
import { type Failure, failure } from '../../wire/answer.ts'
import { beijingText } from '../../wire/time.ts'
import { withinBmp, type XmlValue } from '../../wire/xml.ts'
import { starless, starlessDeep, unshippable, unwritable } from '../receiver.ts'
import { CARRIERS, ORDER_SOURCES } from './codes.ts'
import { itemIdOf, type Options, RECEIVER_KINDS } from './settings.ts'

type Texts = Readonly<Record<string, string | undefined>>

const REQUIRED = ['receiverName', 'receiverMobile', 'receiverProvince', 'receiverCity', 'receiverAddress']

/** The body of the message, or why this order cannot be written. */
export const consignOrder = (
  placement: Placement,
  settings: Options,
  warehouse: Connection,
): { readonly value: XmlValue } | Failure => {
  const receiverInfo = receiverOf(placement)
  const refused =
    unshippable(placement, { ...settings, receiverKinds: RECEIVER_KINDS }) ?? unwritable(receiverInfo, REQUIRED)
  if (refused) return refused
  // Amounts have no currency on the wire: they are fen.
  const foreign = [placement.total, ...placement.lines.map(({ price }) => price)].find(
    ({ currency }) => currency !== 'CNY',
  )
  if (foreign) return failure('rejected', true, `amounts are fen, not ${foreign.currency}`, { code: 'currency' })
  return { value: requestOf(placement, receiverInfo, settings, warehouse) }
}

const requestOf = (placement: Placement, receiverInfo: Texts, settings: Options, warehouse: Connection): XmlValue => ({
  ownerUserId: warehouse.credentials.ownerUserId,
  storeCode: warehouse.credentials.storeCode,
  orderCode: placement.document,
  erpOrderCode: placement.document,
  orderType: 201,
  userName: starless(placement.shopName),
  orderFlag: placement.cod && '1',
  orderSource: sourceOf(placement.platform, settings),
  orderCreateTime: beijingText(warehouse.now),
  orderPayTime: time(placement.paidAt),
  orderShopCreateTime: beijingText(placement.placedAt),
  orderAmount: placement.total.amount,
  arAmount: placement.cod?.amount ?? 0,
  gotAmount: placement.cod ? 0 : placement.total.amount,
  tmsServiceCode:
    placement.carrier && (own({ ...CARRIERS, ...settings.carriers }, placement.carrier) ?? placement.carrier),
  operationRequireTime: placement.shipBy === undefined ? undefined : { scheduleStockOutTime: time(placement.shipBy) },
  receiverInfo,
  senderInfo: senderOf(placement, settings),
  orderItemList: {
    orderItem: placement.lines.map((line) => ({
      orderItemId: line.lineId,
      orderSourceCode: placement.platformOrderId,
      subSourceCode: line.lineId,
      ownerUserId: warehouse.credentials.ownerUserId,
      itemId: itemIdOf(line.sku, settings, line.itemId),
      itemName: starless(line.title),
      itemCode: line.sku,
      inventoryType: 1,
      itemQuantity: line.quantity,
      actualPrice: line.price.amount,
      itemPrice: line.price.amount,
    })),
  },
  extendFields: fieldsOf(placement.custom),
  remark: note([placement.buyerNote, placement.sellerNote]),
})

const time = (at: number | undefined): string | undefined => (at === undefined ? undefined : beijingText(at))
const note = (notes: readonly (string | undefined)[]): string | undefined =>
  starless(notes.filter(Boolean).join(' | ')) || undefined

const sourceOf = (platform: string, { orderSources }: Options): string | undefined => {
  const codes = { ...ORDER_SOURCES, ...orderSources }
  return own(codes, platform) ?? codes['*']
}

const receiverOf = ({ receiver: { readable } }: Placement): Texts => {
  const { name, phone, province, city, district, town, address, zip, country } = readable
  const texts = Object.entries({
    receiverZipCode: zip,
    receiverCountry: country,
    receiverProvince: province || city,
    receiverCity: city || province,
    receiverArea: district,
    receiveTown: town,
    receiverAddress: address,
    receiverName: name,
    receiverMobile: phone,
  })
  return Object.fromEntries(texts.map(([part, text]) => [part, withinBmp(text ?? '').trim() || undefined]))
}

const senderOf = (placement: Placement, settings: Options): Texts => ({
  senderProvince: settings.senderProvince || undefined,
  senderCity: settings.senderCity || undefined,
  senderArea: settings.senderArea || undefined,
  senderAddress: settings.senderAddress || undefined,
  senderName: settings.senderName || starless(placement.shopName) || undefined,
  senderMobile: settings.senderMobile || undefined,
})

/** 扩展属性 `k:v;k:v;`: every field of the order that we do not know. Its own marks within a text become full-width. */
const fieldsOf = (custom: Readonly<Record<string, unknown>>): string | undefined => {
  const fields = Object.entries(starlessDeep(custom)).filter(([, value]) => value !== null && value !== '')
  return fields.map(([name, value]) => `${marked(name)}:${marked(value)};`).join('') || undefined
}

const marked = (value: unknown): string =>
  (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).replaceAll(':', '：').replaceAll(';', '；')
