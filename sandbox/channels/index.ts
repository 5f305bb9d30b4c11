/** The alert channels that the sandbox speaks. */
import type { ChannelDialect, ChannelKind } from './channel.ts'
import { aliyunSms, resend, twilio, webhook } from './letters.ts'
import { dingtalk, feishu, slack, wecom } from './robots.ts'

export const channels: Readonly<Record<ChannelKind, ChannelDialect>> = {
  wecom,
  dingtalk,
  feishu,
  'aliyun-sms': aliyunSms,
  twilio,
  resend,
  slack,
  webhook,
}
