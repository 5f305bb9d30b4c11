/** A fulfillment as `putSOData` wants it. Texts leave without characters beyond the BMP (the WMS stores 3-byte UTF-8) and without stars. */
import type { Placement } from '../../domain/fulfillment.ts'
import { toMajor } from '../../domain/money.ts'
import { own } from '../../lib/own.ts'
import type { Connection } from '../../wire/adapter.ts'
import type { Failure } from '../../wire/answer.ts'
import { beijingText } from '../../wire/time.ts'
import { joined } from '../../wire/values.ts'
import { withinBmp, type XmlValue } from '../../wire/xml.ts'
import { starless, starlessDeep, unshippable, unwritable } from '../receiver.ts'
import { CARRIERS } from './codes.ts'
import type { Options } from './settings.ts'

type Texts = Readonly<Record<string, string | undefined>>

export const saleOrder = (
  placement: Placement,
  settings: Options,
  warehouse: Connection,
): { readonly value: XmlValue } | Failure => {
  const receiver = receiverOf(placement)
  const cod = settings.cod && placement.cod?.currency === 'CNY'
  const required = ['ConsigneeName', 'C_Province', 'C_City', 'C_Tel1', 'C_Address1']
  const refused = unshippable(placement, { receiverKinds: ['plain'], cod }) ?? unwritable(receiver, required)
  return refused ?? { value: orderOf(placement, receiver, settings, warehouse) }
}

const orderOf = (placement: Placement, receiver: Texts, settings: Options, warehouse: Connection): XmlValue => {
  const { customerId = '' } = warehouse.credentials
  return {
    OrderNo: placement.document,
    OrderType: 'SO',
    CustomerID: customerId,
    WarehouseID: settings.warehouseId,
    OrderTime: beijingText(placement.placedAt),
    ExpectedShipmentTime1: placement.shipBy === undefined ? undefined : beijingText(placement.shipBy),
    SOReference2: starless(placement.platformOrderId),
    SOReference3: starless(placement.shopName),
    ...receiver,
    UserDefine4: 'ERP',
    UserDefine5: note(placement.sellerNote),
    UserDefine6: placement.platform,
    Notes: notesOf(placement),
    H_EDI_01: placement.cod && '货到付款',
    H_EDI_02: toMajor(placement.total),
    H_EDI_04: placement.cod ? '0.00' : toMajor(placement.total),
    H_EDI_06: toMajor(placement.cod ?? placement.total),
    CarrierId:
      placement.carrier && (own({ ...CARRIERS, ...settings.carriers }, placement.carrier) ?? placement.carrier),
    detailsItem: linesOf(placement, customerId),
  }
}

/** One line a SKU: the WMS refuses, or merges, a SKU that comes twice. */
const linesOf = ({ lines }: Placement, customerId: string): XmlValue =>
  [...Map.groupBy(lines, (line) => line.sku)].map(([sku, same], index) => ({
    LineNo: index + 1,
    CustomerID: customerId,
    SKU: sku,
    QtyOrdered: same.reduce((sum, line) => sum + line.quantity, 0),
    Price: same[0] && toMajor(same[0].price),
  }))

/** The district has no field that all WMSs print, so it stands in the address. */
const receiverOf = ({ receiver: { readable } }: Placement): Texts => {
  const { province, city, district = '', town = '', address = '' } = readable
  const before = [district, town].filter((part) => part !== '' && !address.includes(part)).join('')
  const texts = {
    ...{ ConsigneeName: readable.name, C_Country: readable.country },
    ...{ C_Province: province || city, C_City: city || province, C_ZIP: readable.zip, C_Tel1: readable.phone },
    C_Address1: address.trim() === '' ? '' : before + address,
  }
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, withinBmp(text ?? '').trim() || undefined]),
  )
}

const note = (text: string | undefined): string | undefined => (text ? starless(text) : undefined)

/** There is no field for what we do not know of an order: people read it in the notes. */
const notesOf = ({ buyerNote, custom }: Placement): string | undefined => {
  const said = Object.entries(starlessDeep(custom)).filter(([, value]) => value !== null && value !== '')
  const texts = said.map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
  return joined('; ', note(buyerNote), ...texts) || undefined
}
