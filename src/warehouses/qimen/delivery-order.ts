/**
 * A fulfillment as `deliveryorder.create` wants it. https://open.taobao.com/api.htm?docId=26002&docType=2
 * Texts leave without characters beyond the Basic Multilingual Plane (many WMSs store 3-byte UTF-8) and without stars.
 */
import type { Placement } from '../../domain/fulfillment.ts'
import { toMajor } from '../../domain/money.ts'
import type { Receiver } from '../../domain/order.ts'
import { own } from '../../lib/own.ts'
import type { Connection } from '../../wire/adapter.ts'
import type { Failure } from '../../wire/answer.ts'
import { beijingText } from '../../wire/time.ts'
import { withinBmp, type XmlValue, xmlName } from '../../wire/xml.ts'
import { starless, starlessDeep, unshippable, unwritable } from '../receiver.ts'
import { CARRIERS, SOURCE_PLATFORMS } from './codes.ts'
import type { Options } from './settings.ts'

type Texts = Readonly<Record<string, string | undefined>>

/** The body of the request, or why this receiver cannot be written. */
export const deliveryOrder = (
  placement: Placement,
  settings: Options,
  warehouse: Connection,
): { readonly value: XmlValue } | Failure => {
  const receiverInfo = receiverOf(placement.receiver)
  // Amounts have no currency on the wire: what is to be collected must be yuan.
  const cod = settings.cod && placement.cod?.currency === 'CNY'
  const required = own(TOKENS, placement.receiver.kind) ? [...REQUIRED, 'oaid'] : REQUIRED
  const refused = unshippable(placement, { ...settings, cod }) ?? unwritable(receiverInfo, required)
  return refused ?? { value: requestOf(placement, receiverInfo, settings, warehouse) }
}

const REQUIRED = ['name', 'mobile', 'province', 'city', 'detailAddress']

export const ownerCode = (settings: Options, warehouse: Connection): string =>
  settings.ownerCode || (warehouse.credentials.customerId ?? '')

const requestOf = (placement: Placement, receiverInfo: Texts, settings: Options, warehouse: Connection): XmlValue => ({
  deliveryOrder: {
    deliveryOrderCode: placement.document,
    orderType: 'JYCK',
    warehouseCode: settings.warehouseCode,
    orderFlag: placement.cod && 'COD',
    sourcePlatformCode: sourcePlatform(placement.platform, settings),
    createTime: beijingText(warehouse.now),
    placeOrderTime: beijingText(placement.placedAt),
    payTime: time(placement.paidAt),
    operateTime: beijingText(warehouse.now),
    shopNick: starless(placement.shopName),
    totalAmount: toMajor(placement.total),
    arAmount: placement.cod ? toMajor(placement.cod) : '0.00',
    gotAmount: placement.cod ? '0.00' : toMajor(placement.total),
    logisticsCode: carrierCode(placement.carrier, settings),
    senderInfo: senderOf(placement, settings),
    receiverInfo,
    buyerMessage: note(placement.buyerNote),
    sellerMessage: note(placement.sellerNote),
    latestCollectionTime: time(placement.collectBy),
    latestDeliveryTime: time(placement.shipBy),
    oaidOrderSourceCode: receiverInfo.oaid && (placement.receiver.sourceOrderId ?? placement.platformOrderId),
  },
  orderLines: {
    orderLine: placement.lines.map((line, index) => ({
      orderLineNo: index + 1,
      sourceOrderCode: placement.platformOrderId,
      subSourceOrderCode: line.lineId,
      ownerCode: ownerCode(settings, warehouse),
      itemCode: line.sku,
      itemId: line.itemId,
      inventoryType: 'ZP',
      itemName: starless(line.title),
      planQty: line.quantity,
      actualPrice: toMajor(line.price),
    })),
  },
  extendProps: propsOf(placement.custom),
})

const time = (at: number | undefined): string | undefined => (at === undefined ? undefined : beijingText(at))
const note = (text: string | undefined): string | undefined => (text ? starless(text) : undefined)

export const carrierCode = (ours: string | undefined, { carriers, logisticsCode }: Options): string =>
  ours === undefined ? logisticsCode : (own({ ...CARRIERS, ...carriers }, ours) ?? ours)

const sourcePlatform = (platform: string, { sourcePlatformCodes }: Options): string | undefined => {
  const codes = { ...SOURCE_PLATFORMS, ...sourcePlatformCodes }
  return own(codes, platform) ?? codes['*']
}

/** Required on the wire, though a WMS prints its own address: what the merchant left empty is 无, none. */
const senderOf = (placement: Placement, settings: Options): Texts => ({
  name: settings.senderName || starless(placement.shopName) || '无',
  mobile: settings.senderMobile || NO_PHONE,
  province: settings.senderProvince || '无',
  city: settings.senderCity || '无',
  detailAddress: settings.senderAddress || '无',
})

/** In required fields whose content travels as a token. A parcel printed from these would be seen at once. */
const NO_PHONE = '00000000000'
const BY_TOKEN = '见oaid'

/** Kinds whose token goes into `oaid`, under the platform's own name of it. With 1688 it is a caid. */
const TOKENS: Readonly<Record<string, readonly string[]>> = {
  taobao: ['oaid'],
  tmall: ['oaid'],
  '1688': ['caid', 'oaid'],
  xiaohongshu: ['openAddressId', 'oaid'],
}

/** Kinds whose ciphers go into the plain fields, for WMSs that print through the platform: [name, mobile, detail]. */
const CIPHERS: Readonly<Record<string, readonly string[]>> = {
  douyin: ['encrypt_post_receiver', 'encrypt_post_tel', 'encrypt_detail'],
  pinduoduo: ['receiver_name', 'receiver_phone', 'receiver_address'],
  kuaishou: ['encryptedConsignee', 'encryptedMobile', 'encryptedAddress'],
}

const receiverOf = (receiver: Receiver): Texts => {
  const { kind, readable, cipher } = receiver
  const { province, city, district: area, town, zip: zipCode, country: countryCode } = readable
  const [name, mobile, detailAddress] = personOf(receiver)
  const region = { zipCode, countryCode, province: province || city, city: city || province, area, town }
  const oaid = own(TOKENS, kind)?.flatMap((field) => cipher[field] || [])[0]
  const texts = Object.entries({ name, mobile, ...region, detailAddress, oaid })
  return Object.fromEntries(texts.map(([part, text]) => [part, withinBmp(text ?? '').trim() || undefined]))
}

const personOf = ({ kind, readable, cipher }: Receiver): readonly (string | undefined)[] => {
  if (kind === 'plain') return [readable.name, readable.phone, readable.address]
  return own(TOKENS, kind) ? [BY_TOKEN, NO_PHONE, BY_TOKEN] : (own(CIPHERS, kind) ?? []).map((field) => cipher[field])
}

/** 扩展属性: every field of the order that we do not know, as text. Two that would get one name both stay. */
const propsOf = (custom: Readonly<Record<string, unknown>>): XmlValue | undefined => {
  const fields = Object.entries(starlessDeep(custom)).filter(([, value]) => value !== null && value !== '')
  const named = Map.groupBy(fields, ([name]) => xmlName(name))
  const texts = [...named].map(([name, same]) => [name, same.map(([, value]) => textOf(value))])
  return texts.length > 0 ? Object.fromEntries(texts) : undefined
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
