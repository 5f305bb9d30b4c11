/** 消息服务 PMC: JSON over a socket per app, opened by us. https://open.pinduoduo.com/application/document/browse?idStr=BD3A776A4D41D5F5 */
import { z } from 'zod'
import type { PlatformEvent, Pushed } from '../../domain/order.ts'
import type { Problem } from '../../domain/problem.ts'
import { err, ok, type Result } from '../../lib/result.ts'
import { digest } from '../../wire/digest.ts'
import { parseExact } from '../../wire/json.ts'
import { malformed } from '../../wire/malformed.ts'
import { pddSocketPath } from '../../wire/pdd-signature.ts'
import { Id, optional } from '../../wire/values.ts'
import type { Heard, Socket } from '../socket.ts'

/** Topics that are for us. What they tell is asked for by the order's number. */
const TRADE: Readonly<Record<string, string>> = {
  TradeConfirmed: 'paid', // 交易确认: paid, and its group is complete
  TradeRiskChanged: 'risk', // 订单审核状态变更
  TradeLogisticsAddressChanged: 'address', // 修改交易收货地址
  TradeMemoModified: 'memo', // 交易备注修改
  BuyerMemoModified: 'buyer memo', // 买家备注修改
  TradeSellerShip: 'shipped', // 卖家发货
  TradeSuccess: 'completed', // 交易成功
}
const REFUND: Readonly<Record<string, 'requested' | 'withdrawn' | 'changed'>> = {
  RefundCreated: 'requested', // 售后单创建
  RefundBuyerModifyAgreement: 'requested', // 买家修改退款协议
  RefundAgreeAgreement: 'changed', // 同意退款协议: the detail tells when the money has gone back
  RefundClosed: 'withdrawn', // 售后单关闭
}

const Ms = optional(z.coerce.number().int().positive()).catch(undefined)
const Message = z.object({
  id: z.union([z.string().regex(/^\d{1,19}$/), z.int().nonnegative()]).transform(String),
  ...{ time: Ms, sendTime: Ms },
  message: z.object({ type: z.string().regex(/^\w{1,100}$/), mallID: Id, content: z.string() }),
})
type Message = z.output<typeof Message>
const Content = z.object({ mall_id: Id, tid: Id, refund_id: optional(Id), modified: Ms })

export const socket: Socket = {
  connect: ({ app, now }) => {
    const { clientId = '', clientSecret = '' } = app
    const url = `wss://message-api.pinduoduo.com${pddSocketPath(clientId, clientSecret, now)}`
    return { method: 'GET', url, headers: {}, body: '', safe: true }
  },
  // Nothing of the channel is binary.
  read: (frame, { now }) => (typeof frame === 'string' ? heard(frame, now) : { messages: [] }),
  again: (raw) => readOf(raw),
  heartbeat: { everyMs: 5_000, frame: ({ now }) => JSON.stringify({ id: now, commandType: 'HeartBeat', time: now }) },
  silenceMs: 60_000,
}

const heard = (raw: string, now: number): Heard => {
  const parsed = parseExact(raw)
  const command = z.object({ commandType: z.string() }).safeParse(parsed.ok ? parsed.value : undefined)
  if (!command.success) return unread(raw, malformed('commandType', 'no command'))
  const { commandType } = command.data
  if (commandType === 'Fail') return { messages: [], refused: raw.slice(0, 200) }
  if (commandType !== 'Common') return { messages: [] }
  const message = Message.safeParse(parsed.ok ? parsed.value : undefined)
  if (!message.success) return unread(raw, issueOf(message.error))
  return { messages: [{ id: message.data.id, raw, read: readOf(raw), confirm: ackOf(message.data, now) }] }
}

/** What nobody can read can't be confirmed either: it has no id but its own digest. */
const unread = (raw: string, problem: Problem): Heard => ({
  messages: [{ id: digest('sha256', raw, 'hex').slice(0, 32), raw, read: err(problem) }],
})

const issueOf = ({ issues: [issue] }: z.ZodError): Problem =>
  malformed(issue?.path.join('.') ?? '', issue?.message ?? '')

/** Written by hand: the id has more digits than a number of ours can hold. */
const ackOf = ({ id, sendTime = 0, message }: Message, now: number): string => {
  const mall = /^\d{1,19}$/.test(message.mallID) ? message.mallID : '0'
  return `{"id":${id},"commandType":"Ack","time":${now},"sendTime":${sendTime},"type":"${message.type}","mallID":${mall}}`
}

const readOf = (raw: string): Result<readonly Pushed[], Problem> => {
  const parsed = parseExact(raw)
  if (!parsed.ok) return parsed
  const outer = Message.safeParse(parsed.value)
  if (!outer.success) return err(issueOf(outer.error))
  const { type, mallID, content } = outer.data.message
  if (!nameOf(type)) return ok([])
  const inner = parseExact(content)
  if (!inner.ok) return inner
  const said = Content.safeParse(inner.value)
  if (!said.success) return err(issueOf(said.error))
  if (said.data.mall_id !== mallID) return err(malformed('mall_id', 'the frame names another shop'))
  return ok([{ shopKey: mallID, event: eventOf(type, said.data, outer.data.time ?? outer.data.sendTime ?? 0) }])
}

const nameOf = (type: string): string | undefined => {
  const [, kind = '', name = ''] = /^pdd_(trade|refund)_(\w+)$/.exec(type) ?? []
  return Object.hasOwn(kind === 'trade' ? TRADE : REFUND, name) ? name : undefined
}

/** After-sales are of the whole order. What lacks its id or its time is a mere change. */
const eventOf = (type: string, said: z.output<typeof Content>, sentAt: number): PlatformEvent => {
  const { tid: platformOrderId, refund_id: refundId, modified: at = sentAt } = said
  const name = nameOf(type) ?? ''
  const status = type.startsWith('pdd_refund_') ? REFUND[name] : undefined
  if (status && status !== 'changed' && refundId && at > 0)
    return { type: 'refund', platformOrderId, refundId, lineIds: [], status, at }
  return { type: 'changed', platformOrderId, what: status ? `refund ${name}` : (TRADE[name] ?? name), at }
}
