/** What is read of a trade. https://open.taobao.com/api.htm?docId=54&docType=2 (taobao.trade.fullinfo.get) */
import { z } from 'zod'
import { fromBeijing } from '../../wire/time.ts'
import { Amount, all, Id, optional } from '../../wire/values.ts'

const Text = optional(z.string())
const Int = optional(z.coerce.number().int())
const Flag = optional(z.union([z.boolean(), z.string().transform((text) => text === 'true' || text === '1')]))
/** 北京时间; a time that reads as none is left out, since no order may be lost over it. */
const Time = optional(z.string().transform((text) => fromBeijing(text))).catch(undefined)
/** A day without an hour means its end. */
const Deadline = z.preprocess(
  (value) => (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value} 23:59:59` : value),
  Time,
)

/** Lists come as `{ order: […] }`, one alone sometimes without its brackets. */
export const wrapped = <Schema extends z.ZodType>(name: string, one: Schema) =>
  z.preprocess((value) => {
    const inner = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
    return Array.isArray(inner) ? inner : inner === undefined || inner === null ? [] : [inner]
  }, z.array(one))

const DEADLINES = ['delivery_time', 'collect_time', 'promise_collect_time'] as const

export const Order = z.looseObject({
  oid: Id,
  num: z.coerce.number().int().positive(),
  num_iid: optional(Id),
  sku_id: optional(Id),
  price: optional(Amount),
  ...all(Text, 'outer_sku_id', 'outer_iid', 'title', 'sku_properties_name', 'status', 'refund_status', 'invoice_no'),
  is_free_gift: Flag,
  ...all(Deadline, ...DEADLINES),
})
export type Order = z.output<typeof Order>

/** Each says that the goods must stay where they are: 拦截. */
export const HOLDS = ['top_hold', 'team_buy_hold', 'share_group_hold', 'ofp_hold', 'forbid_consign'] as const
const RECEIVER = ['receiver_name', 'receiver_mobile', 'receiver_phone', 'receiver_address', 'receiver_zip'] as const
const REGION = ['receiver_state', 'receiver_city', 'receiver_district', 'receiver_town'] as const

export const Trade = z.looseObject({
  tid: Id,
  status: z.string(),
  type: Text,
  ...all(Time, 'created', 'modified', 'pay_time', 'send_time'),
  payment: Amount,
  step_trade_status: Text,
  ...all(Text, 'buyer_message', 'seller_memo', 'oaid', ...RECEIVER, ...REGION),
  ...all(Int, 'seller_flag', ...HOLDS),
  ...all(Flag, 'is_sh_ship', 'new_presell', 'general_new_presell'),
  ...all(Deadline, ...DEADLINES),
  orders: wrapped('order', Order),
})
export type Trade = z.output<typeof Trade>

/** 不列不返: a field that is not named is not answered. Without the five of the receiver and `include_oaid` there is no oaid. */
export const FIELDS = [
  'tid,type,status,created,modified,pay_time,payment,post_fee,total_fee,step_trade_status,step_paid_fee,cod_status',
  ...[
    'buyer_message,seller_memo,seller_flag,buyer_open_uid,invoice_name,invoice_kind,trade_from',
    ...RECEIVER,
    ...REGION,
  ],
  ...['send_time,est_con_time', ...DEADLINES, ...HOLDS, 'is_sh_ship,new_presell,general_new_presell,promise_service'],
  ...['logistics_agreement,service_tags,promotion_details,timing_promise,modify_address,is_cycle_buy', 'orders'],
].join(',')
