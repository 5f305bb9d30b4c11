/** What is read of 微信小店's events and of its order detail. https://developers.weixin.qq.com/doc/store/shop/API/channels-shop-order/api_getorder.html */
import { z } from 'zod'
import { all, Id, optional, Seconds } from '../../wire/values.ts'

const Text = optional(z.string())
const Int = optional(z.coerce.number().int())
const Count = z.preprocess((value) => value || 0, z.coerce.number().int().nonnegative())
/** 分. */
const Fen = optional(z.coerce.number().int())
const Time = optional(Seconds)

const Created = z.coerce.number().int().positive().max(1e11)
const OrderInfo = z.object({ order_id: Id, ...all(Int, 'cancel_type', 'type') })

/** Events without an order, and those of later versions, have neither. */
export const Body = z.object({
  Event: Text,
  CreateTime: Created,
  order_info: optional(OrderInfo),
  finder_shop_aftersale_status_update: optional(z.object({ order_id: Id, status: Text })),
})
export type Body = z.output<typeof Body>

const Address = z.object({
  ...all(Text, 'user_name', 'tel_number', 'province_name', 'city_name', 'county_name', 'detail_info', 'house_number'),
  ...all(Text, 'postal_code', 'hash_code'),
  tel_number_ext_info: optional(z.object(all(Text, 'real_tel_number', 'virtual_tel_number'))),
})
export type Address = z.output<typeof Address>

const Packed = z.object({ product_id: Id, sku_id: Id, product_cnt: Count })
const Parcel = z.object({
  waybill_id: optional(Id),
  delivery_id: Text,
  product_infos: optional(z.array(Packed)).transform((packed) => packed ?? []),
})

export const Product = z.looseObject({
  ...all(Id, 'product_id', 'sku_id'),
  ...all(Text, 'sku_code', 'title'),
  sku_attrs: optional(z.array(z.object({ attr_value: Text }))),
  ...all(Count, 'sku_cnt', 'on_aftersale_sku_cnt', 'finish_aftersale_sku_cnt'),
  sale_price: Fen,
  // 1 and true are both seen.
  is_free_gift: optional(z.coerce.boolean()),
  delivery_deadline: Time,
  sku_deliver_info: optional(z.object({ stock_type: Int, predict_delivery_time: Time })),
})
export type Product = z.output<typeof Product>

const Delivery = z.looseObject({
  address_info: optional(Address),
  delivery_product_info: optional(z.array(Parcel)).transform((parcels) => parcels ?? []),
  ewaybill_order_code: optional(Id),
})
const Ext = z.looseObject(all(Text, 'customer_notes', 'merchant_notes'))
const Detail = z.looseObject({
  product_infos: z.array(Product),
  pay_info: optional(z.object({ pay_time: Time })),
  price_info: optional(z.object({ order_price: Fen })),
  delivery_info: optional(Delivery),
  ext_info: optional(Ext),
})

export const Order = z.looseObject({
  order_id: Id,
  status: z.coerce.number().int(),
  ...all(Time, 'create_time', 'update_time'),
  order_detail: Detail,
})
export type Order = z.output<typeof Order>

const keys = (schema: { readonly shape: object }): ReadonlySet<string> => new Set(Object.keys(schema.shape))
export const KEYS = {
  order: keys(Order),
  detail: keys(Detail),
  delivery: keys(Delivery),
  ext: keys(Ext),
  product: keys(Product),
}
