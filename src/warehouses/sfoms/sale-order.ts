/** A fulfillment as `SALE_ORDER_SERVICE` wants it. Texts leave without stars, and without characters beyond the BMP. */
import type { Placement } from '../../domain/fulfillment.ts'
import { toMajor } from '../../domain/money.ts'
import { own } from '../../lib/own.ts'
import type { Failure } from '../../wire/answer.ts'
import { beijingText } from '../../wire/time.ts'
import { joined } from '../../wire/values.ts'
import { withinBmp, type XmlValue } from '../../wire/xml.ts'
import { starless, starlessDeep, unshippable, unwritable } from '../receiver.ts'
import { CARRIERS } from './codes.ts'
import type { Options } from './settings.ts'

type Texts = Readonly<Record<string, string | undefined>>

const REQUIRED = ['ReceiverName', 'ReceiverMobile', 'ReceiverProvince', 'ReceiverCity', 'ReceiverAddress']

export const saleOrder = (placement: Placement, settings: Options): { readonly value: XmlValue } | Failure => {
  const receiver = receiverOf(placement)
  const cod = settings.cod && placement.cod?.currency === 'CNY'
  const refused = unshippable(placement, { receiverKinds: ['plain'], cod }) ?? unwritable(receiver, REQUIRED)
  return refused ?? { value: orderOf(placement, receiver, settings) }
}

const orderOf = (placement: Placement, receiver: Texts, settings: Options): XmlValue => ({
  WarehouseCode: settings.warehouseCode || undefined,
  SfOrderType: settings.orderType,
  ErpOrder: placement.document,
  TradeOrderDateTime: beijingText(placement.placedAt),
  PayDateTime: placement.cod || placement.paidAt === undefined ? undefined : beijingText(placement.paidAt),
  // A cash amount stands in a field with a small letter, as the one sender that was read writes it.
  amount: placement.cod && toMajor(placement.cod),
  ShopName: starless(placement.shopName),
  DeliveryDate: placement.shipBy === undefined ? undefined : beijingText(placement.shipBy),
  OrderTotalAmount: toMajor(placement.total),
  ActualAmount: placement.cod ? '0.00' : toMajor(placement.total),
  OrderNote: notesOf(placement),
  CompanyNote: note(placement.sellerNote),
  IsInvoice: 'N',
  OrderCarrier: {
    Carrier: carrierName(placement.carrier ?? settings.carrier, settings),
    CarrierProduct: settings.carrierProduct,
    MonthlyAccount: settings.monthlyAccount || undefined,
  },
  OrderReceiverInfo: { ReceiverCompany: '个人', ...receiver },
  OrderItems: {
    OrderItem: placement.lines.map((line, index) => ({
      ErpOrderLineNum: index + 1,
      SkuNo: line.sku,
      ItemName: starless(line.title),
      ItemQuantity: line.quantity,
      ItemPrice: toMajor(line.price),
    })),
  },
})

const carrierName = (code: string, { carriers }: Options): string => own({ ...CARRIERS, ...carriers }, code) ?? code

const receiverOf = ({ receiver: { readable } }: Placement): Texts => {
  const { province, city, district, town = '', address = '' } = readable
  const texts = {
    ...{ ReceiverName: readable.name, ReceiverZipCode: readable.zip, ReceiverMobile: readable.phone },
    ...{ ReceiverCountry: readable.country, ReceiverProvince: province || city, ReceiverCity: city || province },
    ReceiverArea: district,
    ReceiverAddress: address.trim() === '' || address.includes(town) ? address : town + address,
  }
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, withinBmp(text ?? '').trim() || undefined]),
  )
}

const note = (text: string | undefined): string | undefined => (text ? starless(text) : undefined)

/** There is no field for what we do not know of an order, nor for its platform's number: people read them in the note. */
const notesOf = ({ buyerNote, custom, platformOrderId }: Placement): string => {
  const said = Object.entries(starlessDeep(custom)).filter(([, value]) => value !== null && value !== '')
  const texts = said.map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
  return joined('; ', note(buyerNote), ...texts, `单号: ${starless(platformOrderId)}`)
}
