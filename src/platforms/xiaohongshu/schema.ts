/** What is read of 小红书's messages, of its order detail and of its receivers. https://open.xiaohongshu.com/document/developer */
import { z } from 'zod'
import { parseExact } from '../../wire/json.ts'
import { all, Id, optional } from '../../wire/values.ts'

const Text = optional(z.string())
const Int = optional(z.coerce.number().int())
const Count = z.preprocess((value) => value || 0, z.coerce.number().int().nonnegative())
/** 分. */
const Fen = optional(z.coerce.number().int())
/** Milliseconds; 0 is none. */
const Time = optional(z.coerce.number().int().nonnegative().max(1e14)).transform((time) => time || undefined)

/** Older messages name the order `packageId`. */
const Data = z.object({
  ...all(optional(Id), 'orderId', 'packageId'),
  orderStatus: Int,
  updateTime: Time.catch(undefined),
})

/** `data` is JSON text; of tags that are not ours it is not looked at. */
const opened = (message: unknown): unknown => {
  if (typeof message !== 'object' || message === null) return message
  const { msgTag, sellerId, data } = message as Record<string, unknown>
  if (!/^msg_(?:fulfillment|after_sale)_/.test(String(msgTag))) return { msgTag, sellerId }
  const parsed = typeof data === 'string' ? parseExact(data) : undefined
  return { msgTag, sellerId, data: parsed?.ok ? parsed.value : (data ?? null) }
}
const Message = z.preprocess(opened, z.object({ msgTag: z.string(), sellerId: Id, data: Data.optional() }))
export type Message = z.output<typeof Message>
export const Body = z.preprocess((body) => (Array.isArray(body) ? body : [body]), z.array(Message))
export type Body = z.output<typeof Body>

export const Sku = z.looseObject({
  skuId: Id,
  ...all(Text, 'skuName', 'skuSpec', 'erpcode'),
  skuQuantity: Count,
  totalPaidAmount: Fen,
  ...all(Int, 'skuTag', 'skuAfterSaleStatus'),
})
export type Sku = z.output<typeof Sku>

const Delivery = z.object({
  deliveryOrderIndex: Int,
  status: Int,
  expressTrackingNo: optional(Id),
  skuIdList: optional(z.array(Id)).transform((ids) => ids ?? []),
})

export const Order = z.looseObject({
  orderId: Id,
  orderStatus: z.coerce.number().int(),
  ...all(Int, 'orderType', 'orderAfterSalesStatus', 'cancelStatus', 'sellerRemarkFlag'),
  ...all(Time, 'createdTime', 'paidTime', 'updateTime', 'promiseLastDeliveryTime', 'presaleDeliveryStartTime'),
  ...all(Text, 'customerRemark', 'sellerRemark', 'openAddressId'),
  ...all(Text, 'receiverProvinceName', 'receiverCityName', 'receiverDistrictName'),
  totalPayAmount: Fen,
  expressTrackingNo: optional(Id),
  skuList: z.array(Sku),
  simpleDeliveryOrderList: optional(z.array(Delivery)).transform((list) => list ?? []),
})
export type Order = z.output<typeof Order>

export const Receiver = z.object({
  orderId: optional(Id),
  matched: optional(z.boolean()),
  ...all(Text, 'receiverProvinceName', 'receiverCityName', 'receiverDistrictName', 'receiverTownName'),
  ...all(Text, 'receiverName', 'receiverPhone', 'receiverAddress'),
})
export type Receiver = z.output<typeof Receiver>

export const ORDER_KEYS = new Set(Object.keys(Order.shape))
export const SKU_KEYS = new Set(Object.keys(Sku.shape))
