/** What is read of 1688's messages and answers. Fields as in its SDKs, packages `trade`, `logistics`, `product`. */
import { z } from 'zod'
import { at } from '../../wire/answer.ts'
import { parseExact } from '../../wire/json.ts'
import { fromBeijing } from '../../wire/time.ts'
import { Amount, all, Id, optional } from '../../wire/values.ts'

const Text = optional(z.string())
const Whole = z.coerce.number().int()

// ---- Messages ------------------------------------------------------------------------------------------------------

/** Messages of a seller's orders. The documents name the buyer's view of each; a seller is told of its own. */
export const ORDER_TYPE = /^ORDER_(?:(?:BUYER|SELLER)_VIEW_|(?=ORDER_PRICE_MODIFY))/

const Data = z.object({
  orderId: Id,
  sellerMemberId: optional(Id),
  ...all(Text, 'refundAction', 'closeReason'),
  msgSendTime: optional(z.string()).transform(fromBeijing).catch(undefined),
})
const Message = z.object({
  type: z.string().regex(ORDER_TYPE),
  userInfo: Id,
  gmtBorn: optional(Whole.positive()).catch(undefined),
  data: Data,
})
export type Message = z.output<typeof Message>
/** The field `message` of the form is JSON text. */
export const opened = (form: unknown): unknown => {
  const message = typeof form === 'object' && form !== null ? (form as { message?: unknown }).message : undefined
  const parsed = typeof message === 'string' ? parseExact(message) : undefined
  return parsed?.ok ? parsed.value : null
}
/** Products, logistics, whatever else an app has subscribed is not for us, and not looked at. */
const ours = (form: unknown): unknown => {
  const message = opened(form)
  const type = at(message, 'type')
  return typeof type === 'string' && !ORDER_TYPE.test(type) ? undefined : message
}
export const Body = z.preprocess(ours, Message.optional())
export type Body = z.output<typeof Body>

// ---- Orders --------------------------------------------------------------------------------------------------------

const AOP = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})([+-]\d\d)(\d\d)$/
/** `20180614101942000+0800`. */
const fromAop = (text = ''): number | undefined => {
  const time = Date.parse(text.replace(AOP, '$1-$2-$3T$4:$5:$6.$7$8:$9'))
  return AOP.test(text) && time > 0 ? time : undefined
}
const Time = optional(z.string()).transform(fromAop)

export const Item = z.looseObject({
  subItemIDString: optional(Id),
  subItemID: optional(Id),
  ...all(optional(Id), 'productID', 'skuID', 'specId', 'productCargoNumber', 'cargoNumber'),
  ...all(Text, 'name', 'status', 'refundStatus'),
  quantity: Whole.positive(),
  price: optional(Amount),
  logisticsStatus: optional(Whole),
  skuInfos: optional(z.array(z.object({ value: Text }))),
})
export type Item = z.output<typeof Item>

const Step = z.object({ payStatus: optional(Whole) })

export const Base = z.looseObject({
  id: optional(Id),
  idOfStr: optional(Id),
  status: z.string(),
  ...all(optional(Amount), 'totalAmount'),
  ...all(Time, 'createTime', 'payTime', 'modifyTime'),
  ...all(Text, 'buyerFeedback', 'sellerMemo', 'refundStatus', 'sellerLoginId'),
  ...all(optional(Id), 'sellerRemarkIcon', 'tradeType'),
  newStepOrderList: optional(z.array(Step)),
})
export type Base = z.output<typeof Base>

const Parcel = z.object({ logisticsBillNo: optional(Id) })
const REGION = ['province', 'city', 'area', 'town', 'zip'] as const
const Logistics = z.object({
  ...all(Text, ...REGION, 'contactPerson', 'mobile', 'telephone', 'address', 'caid'),
  logisticsItems: optional(z.array(Parcel)),
})
export type Logistics = z.output<typeof Logistics>

export const Order = z
  .looseObject({ baseInfo: Base, productItems: z.array(Item), nativeLogistics: optional(Logistics) })
  .refine(({ baseInfo }) => idOf(baseInfo) !== '', 'the order has no id')
  .refine(({ productItems }) => productItems.every((item) => lineIdOf(item) !== ''), 'a line has no id')
export type Order = z.output<typeof Order>

/** Beside the number stands the same as text, for readers that lose digits. */
export const idOf = ({ idOfStr, id }: Pick<Base, 'id' | 'idOfStr'>): string => idOfStr ?? id ?? ''
export const lineIdOf = ({ subItemIDString, subItemID }: Pick<Item, 'subItemID' | 'subItemIDString'>): string =>
  subItemIDString ?? subItemID ?? ''

export const Detail = z.object({ result: Order })
export const List = z.object({
  totalRecord: Whole,
  result: optional(
    z.array(
      z.object({
        baseInfo: z
          .object({ ...all(optional(Id), 'id', 'idOfStr'), modifyTime: Time, sellerLoginId: Text })
          .refine((base) => idOf(base) !== '', 'the order has no id'),
      }),
    ),
  ).transform((list) => list ?? []),
})

// ---- Writes --------------------------------------------------------------------------------------------------------

const Failed = z.object({ sourceEntryId: optional(Id), errorMessage: Text })
export const Sent = z.object({
  result: optional(z.object({ sendFailList: optional(z.array(Failed)) })),
})
export const StockSet = z.object({
  result: optional(z.array(z.object({ result: optional(z.boolean()), code: optional(Id), desc: Text }))),
})
export const Token = z.object({
  access_token: z.string().min(1),
  refresh_token: Text,
  expires_in: optional(Whole.positive()),
  refresh_token_timeout: Time,
  memberId: optional(Id),
})
