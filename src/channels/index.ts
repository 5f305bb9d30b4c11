/** Every alert channel, by id. */
import { aliyunSms } from './aliyun-sms/index.ts'
import type { Channel } from './channel.ts'
import { cloudflareEmail } from './cloudflare-email/index.ts'
import { dingtalk } from './dingtalk/index.ts'
import { feishu } from './feishu/index.ts'
import { resend } from './resend/index.ts'
import { slack } from './slack/index.ts'
import { twilio } from './twilio/index.ts'
import { webhook } from './webhook/index.ts'
import { wecom } from './wecom/index.ts'

export const channels: Readonly<Record<string, Channel>> = {
  wecom,
  dingtalk,
  feishu,
  'aliyun-sms': aliyunSms,
  twilio,
  'cloudflare-email': cloudflareEmail,
  resend,
  slack,
  webhook,
}
