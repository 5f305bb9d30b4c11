/** What a simulated alert channel is: it takes messages, checks who sends them, and keeps them to be counted. */
import { json } from '../platforms/platform.ts'
import type { Row } from '../store.ts'
import type { Answer, Call, CallDialect, Fields, RateLimit } from '../types.ts'
import type { World } from '../world.ts'

export const CHANNEL_KINDS = [
  'wecom',
  'dingtalk',
  'feishu',
  'aliyun-sms',
  'twilio',
  'resend',
  'slack',
  'webhook',
] as const
export type ChannelKind = (typeof CHANNEL_KINDS)[number]

export interface FarChannel {
  readonly id: string
  readonly kind: ChannelKind
  /** The whole secrets, not URLs: `key`, `accessToken`, `token`, `secret`, `accessKeyId` … */
  readonly credentials: Fields
  readonly settings: {
    /** Calls a minute; default: what the channel's documentation says. */
    readonly perMinute?: number
    /** SMS: the template that was approved, with `${variables}`. */
    readonly template?: string
  }
}

export interface ChannelMessage {
  readonly n: number
  readonly channelId: string
  readonly at: number
  /** What a person would read. */
  readonly text: string
  /** To whom, where the call says so. */
  readonly to: string
}

export interface ChannelDialect extends CallDialect<FarChannel> {
  readonly perMinute: number
  readonly serve: (call: Call, channel: FarChannel, world: World) => Answer
}

/** A minute's worth at once, then evenly. */
export const limitOf = ({ settings }: FarChannel, dialect: ChannelDialect): RateLimit => {
  const perMinute = settings.perMinute ?? dialect.perMinute
  return { perSecond: perMinute / 60, burst: Math.max(1, perMinute) }
}

export const keep = (world: World, channel: FarChannel, text: string, to = ''): number =>
  world.store.run(
    'INSERT INTO channel_message (channel, at, text, recipient) VALUES (?, ?, ?, ?)',
    channel.id,
    Date.now(),
    text,
    to,
  )

export interface ChannelView {
  readonly messages: readonly ChannelMessage[]
  readonly refusedSignatures: number
  readonly throttled: number
}

export const channelView = (world: World, id: string): ChannelView => ({
  messages: world.store.all<ChannelMessage & Row>(
    'SELECT n, channel AS channelId, at, text, recipient AS "to" FROM channel_message WHERE channel = ? ORDER BY n',
    id,
  ),
  refusedSignatures: world.store.counted(id, 'refused_signatures'),
  throttled: world.store.counted(id, 'throttled'),
})

export const at = (status: number, body: unknown): Answer => json(status, body)
