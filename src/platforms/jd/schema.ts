/** What is read of 京东's answers. Fields as in its Java SDK, packages `order`, `refundapply`, `ware`. */
import { z } from 'zod'
import { fromBeijing } from '../../wire/time.ts'
import { Amount, all, Id, optional } from '../../wire/values.ts'

const Text = optional(z.string())
/** Beijing text; `0001-01-01 00:00:00` stands for none. */
const Time = optional(z.string()).transform((text) => {
  const time = fromBeijing(text) ?? 0
  return time > 0 ? time : undefined
})
const Count = z.coerce.number().int().positive()

export const Item = z.looseObject({
  skuId: Id,
  ...all(optional(Id), 'outerSkuId', 'wareId'),
  skuName: Text,
  jdPrice: optional(Amount),
  itemTotal: Count,
})
export type Item = z.output<typeof Item>

const REGION = ['province', 'city', 'county', 'town'] as const
const Consignee = z.object({
  ...all(Text, ...REGION, 'fullname', 'mobile', 'telephone', 'fullAddress', 'oaid', 'desen_mobile', 'desen_telephone'),
})
export type Consignee = z.output<typeof Consignee>

const Parcel = z.object({ shipmentId: optional(Id), waybillId: optional(Id), packageNum: optional(Count) })

export const Order = z.looseObject({
  orderId: Id,
  orderState: z.string(),
  ...all(Text, 'payType', 'orderRemark', 'venderRemark', 'waybill', 'logisticsId'),
  ...all(optional(Amount), 'orderPayment', 'orderSellerPrice', 'orderTotalPrice'),
  ...all(Time, 'orderStartTime', 'paymentConfirmTime', 'modified', 'promisePickDate'),
  consigneeInfo: optional(Consignee),
  itemInfoList: z.array(Item),
  partialLogisticsInfoModel: optional(z.array(Parcel)),
})
export type Order = z.output<typeof Order>

export const Detail = z.object({ orderDetailInfo: z.object({ orderInfo: Order }) })
/** A page beyond the last comes without its list. */
export const List = z.object({
  searchorderinfo_result: z.object({
    orderTotal: z.coerce.number().int(),
    orderInfoList: optional(z.array(Order)).transform((list) => list ?? []),
  }),
})

const Refund = z.object({
  id: Id,
  orderId: Id,
  status: z.coerce.number().int(),
  ...all(Time, 'applyTime', 'checkTime'),
})
export type Refund = z.output<typeof Refund>
export const Refunds = z.object({
  queryResult: z.object({
    totalCount: z.coerce.number().int(),
    result: optional(z.array(Refund)).transform((list) => list ?? []),
  }),
})

const Remark = z.object({ ...all(optional(Id), 'orderId', 'order_id'), modified: Time })
export const Remarks = z.object({
  getremarkbymodifytime_result: z.object({
    remarkList: optional(z.array(Remark)).transform((list) => list ?? []),
  }),
})
export const RemarkOf = z.object({
  venderRemarkQueryResult: optional(
    z.object({ vender_remark: optional(z.object({ remark: Text, flag: optional(z.coerce.number().int()) })) }),
  ),
})

export const Vender = z.object({ vender_info_result: z.object({ vender_id: Id, shop_name: Text }) })
export const StockSet = z.object({
  returnType: z.object({ obj: z.object({ updateStockResult: z.array(z.unknown()).min(1) }) }),
})
export const OutShip = z.object({
  response: z.object({
    data: z.object({
      successList: optional(z.array(Id)),
      failList: optional(z.array(z.object({ orderId: optional(Id), code: optional(Id), failReason: Text }))),
    }),
  }),
})
export const Token = z.object({
  access_token: z.string().min(1),
  refresh_token: Text,
  expires_in: optional(z.coerce.number().int().positive()),
})
