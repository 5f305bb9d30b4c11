/** 企业微信群机器人: the key in the URL is the whole proof. https://developer.work.weixin.qq.com/document/path/91770 */
import { z } from 'zod'
import { own } from '../../lib/own.ts'
import { type CodeTable, done, failure, jsonOf, refusedByStatus, textAt, unreadable } from '../../wire/answer.ts'
import { BaseUrl, type Channel, hint } from '../channel.ts'
import { words } from '../text.ts'

/** https://developer.work.weixin.qq.com/document/path/90455. What is not here is a refusal of the message. */
const OUTCOMES: CodeTable = {
  '-1': 'retry', // 系统繁忙
  '45009': 'quota', // 接口调用超过限制
  '93000': 'auth', // invalid webhook url: the robot was removed, or the key is wrong
}
/** `text.content` has at most 2048 bytes. */
const MAX_BYTES = 2048
const MINUTE = 60_000

const keyOf = (text: string): string => /[?&]key=([\w-]+)/.exec(text)?.[1] ?? text

export const wecom: Channel = {
  id: 'wecom',
  name: { zh: '企业微信群机器人', en: 'WeCom robot' },
  docs: 'https://developer.work.weixin.qq.com/document/path/91770',
  proof: { live: false, restsOn: 'the public documentation of the robot and of the global error codes' },
  baseUrl: 'https://qyapi.weixin.qq.com',
  credentials: z.object({
    key: z
      .string()
      .min(1)
      .meta(
        hint(
          '群设置 → 消息推送（群机器人）→ 复制整个 Webhook 地址',
          "The robot's whole webhook URL, from the group's settings",
        ),
      ),
  }),
  settings: z.object({
    mentionMobiles: z
      .string()
      .regex(/^(?:(?:\d{5,15}|@all)(?:,(?:\d{5,15}|@all))*)?$/)
      .default('')
      .meta(
        hint(
          '要 @ 的成员手机号，逗号分隔；@all 为所有人',
          'Phones of members to mention, comma separated; @all for everyone',
        ),
      ),
    baseUrl: BaseUrl,
  }),
  limits: { perMinute: 20 },
  timeoutMs: 10_000,
  *send(alert, { baseUrl, credentials, settings }) {
    const mobiles = String(settings.mentionMobiles ?? '')
      .split(',')
      .filter(Boolean)
    const text = { content: words(alert, MAX_BYTES), ...(mobiles.length > 0 && { mentioned_mobile_list: mobiles }) }
    const answer = yield {
      method: 'POST',
      url: `${baseUrl}/cgi-bin/webhook/send?key=${encodeURIComponent(keyOf(credentials.key ?? ''))}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ msgtype: 'text', text }),
    }
    const refused = refusedByStatus(answer, false)
    if (refused) return refused
    const body = jsonOf(answer)
    const code = textAt(body, 'errcode')
    if (code === '') return unreadable(answer, false)
    if (code === '0') return done({})
    return failure(own(OUTCOMES, code) ?? 'rejected', false, `${code} ${textAt(body, 'errmsg')}`, {
      code,
      after: MINUTE,
    })
  },
}
