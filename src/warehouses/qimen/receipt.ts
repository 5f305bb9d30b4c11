/**
 * Goods that will come: `entryorder.create` for what was bought or moved, `returnorder.create` for what a buyer sends back.
 * https://open.taobao.com/api.htm?docId=25987&docType=2
 */
import type { Receipt } from '../../domain/fulfillment.ts'
import { type Failure, failure } from '../../wire/answer.ts'
import { beijingText } from '../../wire/time.ts'
import type { XmlValue } from '../../wire/xml.ts'
import { starless, unwritable } from '../receiver.ts'
import { carrierCode } from './delivery-order.ts'
import type { Options } from './settings.ts'

interface Announcement {
  readonly method: 'entryorder.create' | 'returnorder.create'
  readonly body: XmlValue
}
/** The settings, with the owner as this connection names it. */
type Place = Options

const TYPES = { purchase: 'CGRK', transfer: 'DBRK', other: 'QTRK', return: 'THRK' } as const

export const announcementOf = (receipt: Receipt, place: Place, now: number): Announcement | Failure => {
  if (receipt.kind !== 'return') return { method: 'entryorder.create', body: entryOf(receipt, place, now) }
  const { document: preDeliveryOrderCode, externalId: preDeliveryOrderId } = receipt.returnOf ?? {}
  // Required: the WMS looks the goods up by it.
  if (!preDeliveryOrderCode) return failure('rejected', true, 'returnOf.document', { code: 'receipt_incomplete' })
  const returnOrder = {
    ...{ returnOrderCode: receipt.document, warehouseCode: place.warehouseCode, orderType: TYPES.return },
    ...{ preDeliveryOrderCode, preDeliveryOrderId },
    // Required here: OTHER where nobody knows.
    ...{ logisticsCode: carrierCode(receipt.carrier, place), expressCode: receipt.waybill },
    returnReason: receipt.reason && starless(receipt.reason),
    senderInfo: senderOf(receipt),
  }
  return { method: 'returnorder.create', body: { returnOrder, orderLines: linesOf(receipt, place) } }
}

const entryOf = (receipt: Receipt, place: Place, now: number): XmlValue => ({
  entryOrder: {
    ...{ entryOrderCode: receipt.document, ownerCode: place.ownerCode, warehouseCode: place.warehouseCode },
    ...{ orderCreateTime: beijingText(now), orderType: TYPES[receipt.kind] },
    expectStartTime: receipt.expectedAt === undefined ? undefined : beijingText(receipt.expectedAt),
    logisticsCode: receipt.carrier && carrierCode(receipt.carrier, place),
    expressCode: receipt.waybill,
    operateTime: beijingText(now),
  },
  orderLines: linesOf(receipt, place),
})

/** Who sends it back, if that is known whole: a mask helps nobody at the door. */
const senderOf = ({ sender = {} }: Receipt): XmlValue | undefined => {
  const { name, phone: mobile, province, city, district: area, town, address: detailAddress } = sender
  const texts = { name, mobile, province, city, area, town, detailAddress }
  return unwritable(texts, ['name', 'mobile', 'province', 'city', 'detailAddress']) ? undefined : texts
}

const linesOf = ({ lines }: Receipt, { ownerCode }: Place): XmlValue => ({
  orderLine: lines.map(({ lineId: orderLineNo, sku: itemCode, itemId, title, quantity: planQty }) => ({
    ...{ orderLineNo, ownerCode, itemCode, itemId, itemName: starless(title), planQty, inventoryType: 'ZP' },
  })),
})
