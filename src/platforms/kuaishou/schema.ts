/** What is read of 快手's messages and of its order detail. https://open.kwaixiaodian.com/zone/new/docs/api?name=open.order.detail&version=1 */
import { z } from 'zod'
import { parseExact } from '../../wire/json.ts'
import { all, Id, optional } from '../../wire/values.ts'

const Text = optional(z.string())
const Int = optional(z.coerce.number().int())
const Count = z.preprocess((value) => value || 0, z.coerce.number().int().nonnegative())
/** 分. */
const Fen = optional(z.coerce.number().int())
/** Milliseconds; 0 is "none", but where the platform gives it a meaning. */
const Millis = z.coerce.number().int().nonnegative().max(1e14)
const Time = optional(Millis).transform((time) => time || undefined)

const opened = (info: unknown): unknown => {
  const parsed = typeof info === 'string' ? parseExact(info) : undefined
  return parsed?.ok ? parsed.value : info
}

/** `info` is JSON text. Orders name themselves `oid`, after-sales their order `orderId`, notes `bizId`. */
const Info = z.object({
  ...all(optional(Id), 'oid', 'orderId', 'bizId', 'sellerId'),
  ...all(Int, 'status', 'auditStatus'),
  ...all(Time.catch(undefined), 'updateTime', 'createTime', 'auditTime'),
})
export const Body = z.object({
  test: optional(z.boolean()),
  event: Text,
  userId: optional(Id),
  createTime: Time,
  info: z.preprocess(opened, optional(Info)),
})
export type Body = z.output<typeof Body>

const Item = z.looseObject({
  ...all(optional(Id), 'skuId', 'itemId'),
  ...all(Text, 'skuNick', 'skuDesc', 'itemTitle'),
  num: Count,
  price: Fen,
})
const Parcel = z.object({ ...all(optional(Id), 'expressNo', 'logisticsId') })
const Parcels = optional(z.array(Parcel)).transform((parcels) => parcels ?? [])
const Delivered = optional(z.object({ deliveryNum: Count })).transform((one) => one?.deliveryNum ?? 0)

const SubOrder = z.object({
  subOrderBaseInfo: z.object({ oid: Id, status: Int }),
  subOrderItemInfo: Item,
  subOrderLogisticsInfo: Parcels,
  subOrderDeliveryInfo: Delivered,
})

const Base = z.looseObject({
  oid: Id,
  status: z.coerce.number().int(),
  ...all(Time, 'createTime', 'payTime', 'updateTime'),
  validPromiseShipmentTimeStamp: optional(Millis),
  ...all(Int, 'preSale'),
  totalFee: Fen,
  remark: Text,
  disableDeliveryReasonCode: optional(z.array(z.coerce.number().int())),
  allActivityType: optional(z.array(z.coerce.number().int())),
})

const Address = z.object(
  all(
    Text,
    ...(['province', 'city', 'district', 'town'] as const),
    ...(['encryptedConsignee', 'encryptedMobile', 'encryptedAddress'] as const),
    ...(['desensitiseConsignee', 'desensitiseMobile', 'desensitiseAddress'] as const),
  ),
)
export type Address = z.output<typeof Address>

const Note = z.object({
  sellerNote: optional(z.array(z.string())),
  orderNoteInfo: optional(z.array(z.object(all(Text, 'note', 'flagTagCode')))),
})
const Step = z.object(all(Int, 'payStepNo', 'payStepStatus'))

export const Order = z.looseObject({
  orderBaseInfo: Base,
  orderItemInfo: Item,
  subOrderInfo: optional(z.array(SubOrder)).transform((orders) => orders ?? []),
  orderRefundList: optional(z.array(z.object({ refundStatus: Int }))),
  orderLogisticsInfo: Parcels,
  orderDeliveryInfo: Delivered,
  orderNote: optional(Note),
  orderAddress: optional(Address),
  orderStepInfo: optional(z.object({ orderPaymentSteps: optional(z.array(Step)) })),
  addressUpdateAuditInfo: optional(z.object({ auditStatus: Int })),
})
export type Order = z.output<typeof Order>

export const BASE_KEYS = new Set(Object.keys(Base.shape))
export const ORDER_KEYS = new Set(Object.keys(Order.shape))
export const ITEM_KEYS = new Set(Object.keys(Item.shape))
