/** What is read of 微盟's messages, of its order detail and of its list. */
import { z } from 'zod'
import { parseExact } from '../../wire/json.ts'
import { Amount, all, Id, openUnion, optional } from '../../wire/values.ts'

const Text = optional(z.string())
const Code = optional(Id)
const Money = optional(Amount)
/** UTC ms, in some places as text. */
const Ms = optional(z.coerce.number().int().nonnegative().max(1e14)).catch(undefined)
const Count = z.coerce.number().int().positive()

const MsgBody = z.object({ orderNo: Id, ...all(Ms, 'updateTime', 'createTime') })
const unwrapped = (text: unknown): unknown => {
  const parsed = typeof text === 'string' ? parseExact(text) : undefined
  return parsed?.ok ? parsed.value : text
}

/** Of orders and of rights (refunds and returns); whatever has another topic is not about an order. */
const TOPICS = ['weimob_shop.order', 'weimob_shop.rights'] as const
const Message = z.object({
  topic: z.literal(TOPICS),
  event: z.string(),
  bosId: Id,
  msgBody: z.preprocess(unwrapped, MsgBody),
})
export const Body = openUnion('topic', [Message])
export type Body = z.output<typeof Body>

const Base = z.looseObject({
  orderNo: Id,
  ...all(Code, 'orderStatus', 'payStatus', 'payType', 'deliveryType'),
  ...all(Ms, 'createTime', 'payTime', 'updateTime'),
})

export const Line = z.looseObject({
  itemId: Id,
  ...all(Code, 'goodsId', 'skuId'),
  ...all(Text, 'skuCode', 'goodsCode', 'goodsTitle', 'skuAttrInfo'),
  skuNum: Count,
  salePrice: Money,
  itemBizExt: optional(z.looseObject({ outerSkuId: Text })),
})

const RECEIVER = ['name', 'phone', 'province', 'city', 'county', 'area', 'address', 'zip'] as const
const Receiver = z.object(all(Text, ...RECEIVER))
export type Receiver = z.output<typeof Receiver>
const Merchant = z.object(all(Code, 'bosId', 'vid', 'vidType'))

export const OrderInfo = z.looseObject({
  orderBaseInfo: Base,
  items: z.array(Line),
  payInfo: optional(z.looseObject(all(Money, 'payAmount', 'shouldPayAmount', 'totalAmount'))),
  orderFulfill: optional(z.looseObject({ receiverInfo: optional(Receiver) })),
  buyerInfo: optional(z.looseObject({ buyerRemark: Text })),
  flagInfo: optional(z.looseObject({ flagContent: Text, flagRank: Code })),
  merchantInfo: optional(Merchant),
  preSellInfo: optional(z.looseObject({ depositPayType: Code, preSellDeliveryDate: Ms })),
})

const Right = z.object({ ...all(Code, 'rightsId', 'rightsItemId', 'rightsStatus'), rightsStatusName: Text })
const Fulfilled = z.object({ orderItemId: Code, deliveryNum: optional(z.coerce.number().int().nonnegative()) })
const Fulfillment = z.object({
  fulfillNo: Code,
  fulfillMethod: Code,
  deliveryInfo: optional(z.object({ number: Code })),
  fulfillItemList: optional(z.array(Fulfilled)),
})

export const Detail = z.object({
  orderInfo: OrderInfo,
  rightsInfos: optional(z.array(Right)),
  fulfillInfoList: optional(z.array(Fulfillment)),
})
export type Detail = z.output<typeof Detail>

const Row = z.object({ orderInfo: z.object({ orderBaseInfo: Base }) })
export const List = z.object({ pageList: optional(z.array(Row)), totalCount: z.coerce.number().int().nonnegative() })
