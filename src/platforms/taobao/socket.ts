/** 消息服务 TMC: a binary socket per app, opened by us. https://open.taobao.com/doc.htm?docId=101663&docType=1 */
import { z } from 'zod'
import type { PlatformEvent, Pushed } from '../../domain/order.ts'
import type { Problem } from '../../domain/problem.ts'
import { err, ok, type Result } from '../../lib/result.ts'
import type { Connection, Fields } from '../../wire/adapter.ts'
import { digest, toBase64 } from '../../wire/digest.ts'
import { parseExact } from '../../wire/json.ts'
import { malformed } from '../../wire/malformed.ts'
import { fromBeijing } from '../../wire/time.ts'
import { decodeTmc, encodeTmc, TMC, TMC_KIND } from '../../wire/tmc-frame.ts'
import { topSign } from '../../wire/top-signature.ts'
import { all, Id, optional } from '../../wire/values.ts'
import type { Frame, Heard, Socket } from '../socket.ts'

const ADDRESS = 'ws://mc.api.taobao.com/'

/** Topics of https://open.taobao.com/tmc.htm; one that is not here is not for us. What they tell is asked for by the trade's id. */
const TRADE: Readonly<Record<string, string>> = {
  TradeCreate: 'created', // 创建淘宝交易
  TradeBuyerPay: 'paid', // 买家付完款，或付完尾款
  TradeBuyerStepPay: 'deposit paid', // 分阶段订单付定金
  TradeChanged: 'changed', // 订单信息变更
  TradeModifyFee: 'amount', // 修改交易费用
  OrderSkuChanged: 'sku', // 修改子订单 SKU 成功
  TradeMemoModified: 'memo', // 交易备注修改
  TradeLogisticsAddressChanged: 'address', // 修改交易收货地址
  TradeClose: 'closed', // 关闭交易
  TradeCloseAndModifyDetailOrder: 'line closed', // 关闭或修改子订单
  TradePartlySellerShip: 'partly shipped', // 部分子订单发货
  TradeSellerShip: 'shipped', // 卖家发货
  TradeSuccess: 'completed', // 交易成功
}
const REFUND: Readonly<Record<string, 'requested' | 'withdrawn' | 'refunded' | 'changed'>> = {
  RefundCreated: 'requested', // 退款创建
  RefundBuyerModifyAgreement: 'requested', // 买家修改退款协议
  RefundSellerAgreeAgreement: 'requested', // 卖家同意退款协议: the money has not gone back yet
  RefundSellerRefuseAgreement: 'changed', // 卖家拒绝退款协议
  RefundClosed: 'withdrawn', // 退款关闭
  RefundSuccess: 'refunded', // 退款成功
}
const REVOKED = 'taobao_top_AuthCancel' // 取消授权

/** A time is UTC ms, or Beijing time as text. */
const Time = optional(
  z.union([
    z.int().positive(),
    z.string().transform((text) => (/^\d+$/.test(text) ? Number(text) : fromBeijing(text))),
  ]),
).catch(undefined)
const Kept = z.object({ topic: z.string(), userid: optional(Id), outtime: Time, content: z.string() })
type Kept = z.output<typeof Kept>
const About = z.object({
  tid: Id,
  ...all(optional(Id), 'oid', 'refund_id'),
  bill_type: optional(z.string()),
  modified: Time,
})
const Cancelled = z.object({ user_id: optional(Id) })

export const socket: Socket = {
  connect: () => ({ method: 'GET', url: ADDRESS, headers: {}, body: '', safe: true }),
  greet: (app) => [hello(app)],
  // Nothing of the channel is text.
  read: (frame, _app, session) => (typeof frame === 'string' ? { messages: [] } : heard(frame, session)),
  again: (raw) => readOf(raw),
  heartbeat: { everyMs: 5_000, frame: (_app, session) => (session === '' ? undefined : pull(session)) },
  // Whether a pull with nothing to bring is answered is not known; opening anew loses nothing.
  silenceMs: 300_000,
}

const hello = ({ app, now }: Connection): Frame => {
  const { appKey = '', appSecret = '' } = app
  const signed = { app_key: appKey, group_name: 'default', timestamp: String(now) }
  return encodeTmc(TMC.connect, [...Object.entries(signed), ['sign', topSign(signed, '', appSecret, 'md5')]])
}

const pull = (token: string): Frame => encodeTmc(TMC.send, [['__kind', TMC_KIND.pull]], token)

const heard = (bytes: Uint8Array, session: string): Heard => {
  const frame = decodeTmc(bytes)
  if (!frame.ok) return unread(toBase64(bytes), frame.error)
  const { type, status = 0, phrase = '', token, content } = frame.value
  if (status !== 0) return { messages: [], refused: `${status} ${phrase}`.trim() }
  if (type === TMC.connectAck) {
    if (!token) return { messages: [], refused: 'no token' }
    return { session: token, messages: [], send: [pull(token)] }
  }
  if (type !== TMC.send || !content.topic) return { messages: [] }
  return message(content, session)
}

/** What nobody can read can't be confirmed either: it has no id but its own digest. */
const unread = (raw: string, problem: Problem): Heard => ({
  messages: [{ id: digest('sha256', raw, 'hex').slice(0, 32), raw, read: err(problem) }],
})

const message = (content: Fields, session: string): Heard => {
  const { id = '', topic, userid, outtime, time, content: body = '' } = content
  const raw = JSON.stringify({ topic, userid, outtime: outtime ?? time, content: body })
  if (!/^\d{1,19}$/.test(id)) return unread(raw, malformed('id', 'no id'))
  const confirm = encodeTmc(
    TMC.send,
    [
      ['__kind', TMC_KIND.confirm],
      ['id', BigInt(id)],
    ],
    session,
  )
  return { messages: [{ id, raw, read: readOf(raw), confirm }] }
}

const readOf = (raw: string): Result<readonly Pushed[], Problem> => {
  const parsed = parseExact(raw)
  const outer = parsed.ok ? Kept.safeParse(parsed.value) : undefined
  if (!outer?.success) return err(malformed('(message)', 'no topic or no content'))
  const { topic, content } = outer.data
  const about = topic === REVOKED ? Cancelled : nameOf(topic) ? About : undefined
  if (!about) return ok([])
  const inner = parseExact(content)
  if (!inner.ok) return inner
  const said = about.safeParse(inner.value)
  if (!said.success)
    return err(malformed(said.error.issues[0]?.path.join('.') ?? '', said.error.issues[0]?.message ?? ''))
  return pushed(outer.data, said.data)
}

const nameOf = (topic: string): string | undefined => {
  const [, kind = '', name = ''] = /^taobao_(trade|refund)_(\w+)$/.exec(topic) ?? []
  return Object.hasOwn(kind === 'trade' ? TRADE : REFUND, name) ? name : undefined
}

const pushed = (
  { topic, userid, outtime }: Kept,
  said: z.output<typeof About> | z.output<typeof Cancelled>,
): Result<readonly Pushed[], Problem> => {
  const shopKey = userid ?? ('user_id' in said ? said.user_id : undefined)
  if (shopKey === undefined) return err(malformed('userid', 'no shop'))
  const at = outtime ?? 0
  if (!('tid' in said)) return ok([{ shopKey, event: { type: 'revoked', at } }])
  return ok([{ shopKey, event: eventOf(topic, said, at) }])
}

/** 换货 (replace_bill) takes nothing out of an order. What lacks its id or its time is a mere change. */
const eventOf = (topic: string, said: z.output<typeof About>, outtime: number): PlatformEvent => {
  const { tid: platformOrderId, oid, refund_id: refundId, bill_type, modified: at = outtime } = said
  const name = nameOf(topic) ?? ''
  const status = topic.startsWith('taobao_refund_') ? REFUND[name] : undefined
  if (status && status !== 'changed' && refundId && at > 0 && bill_type !== 'replace_bill')
    return { type: 'refund', platformOrderId, refundId, lineIds: oid ? [oid] : [], status, at }
  return { type: 'changed', platformOrderId, what: status ? `refund ${name}` : (TRADE[name] ?? name), at }
}
