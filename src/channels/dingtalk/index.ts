/** 钉钉自定义机器人. https://open.dingtalk.com/document/robots/custom-robot-access */
import { z } from 'zod'
import { own } from '../../lib/own.ts'
import { type CodeTable, done, failure, jsonOf, refusedByStatus, textAt, unreadable } from '../../wire/answer.ts'
import { dingtalkRobot } from '../../wire/robot-signature.ts'
import { BaseUrl, type Channel, hint } from '../channel.ts'
import { words } from '../text.ts'

/** What is not here is a refusal of the message. */
const OUTCOMES: CodeTable = {
  '-1': 'retry', // 系统繁忙
  '130101': 'quota', // send too fast, exceed 20 times per minute: then nothing is taken for ten minutes
  '90030': 'quota', // webhook over limit
  '310000': 'auth', // sign not match, keywords not in content, IP not in the white list
  '300001': 'auth', // token is not exist
  '300005': 'auth', // token is not exist
}
/** The whole message may have 20,000 bytes; more than a screen nobody reads. */
const MAX_BYTES = 4000
const BAN = 600_000

const tokenOf = (text: string): string => /[?&]access_token=(\w+)/.exec(text)?.[1] ?? text

export const dingtalk: Channel = {
  id: 'dingtalk',
  name: { zh: '钉钉群机器人', en: 'DingTalk robot' },
  docs: 'https://open.dingtalk.com/document/robots/custom-robot-access',
  proof: {
    live: false,
    restsOn: 'copies of the documentation; its own sample code, run, gives the digest of the tests',
  },
  baseUrl: 'https://oapi.dingtalk.com',
  credentials: z.object({
    accessToken: z
      .string()
      .min(1)
      .meta(
        hint(
          '群设置 → 机器人 → 自定义 → 复制整个 Webhook 地址',
          "The robot's whole webhook URL, from the group's settings",
        ),
      ),
    secret: z
      .string()
      .optional()
      .meta(
        hint(
          '安全设置选“加签”时的 SEC… 密钥；用关键词“仓桥”则留空',
          'SEC… of the security setting "sign"; empty if it is the keyword 仓桥 or Cangqiao',
        ),
      ),
  }),
  settings: z.object({
    atMobiles: z
      .string()
      .regex(/^(?:\d{5,15}(?:,\d{5,15})*)?$/)
      .default('')
      .meta(hint('要 @ 的成员手机号，逗号分隔', 'Phones of members to mention, comma separated')),
    baseUrl: BaseUrl,
  }),
  limits: { perMinute: 20 },
  timeoutMs: 10_000,
  *send(alert, { baseUrl, credentials, settings, now }) {
    const atMobiles = String(settings.atMobiles ?? '')
      .split(',')
      .filter(Boolean)
    const content = words(alert, MAX_BYTES)
    const call = {
      method: 'POST',
      url: `${baseUrl}/robot/send?access_token=${encodeURIComponent(tokenOf(credentials.accessToken ?? ''))}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ msgtype: 'text', text: { content }, at: { atMobiles, isAtAll: false } }),
    }
    const { url } = dingtalkRobot.sign({ ...call, body: new Uint8Array() }, credentials, now)
    const answer = yield { ...call, url: credentials.secret ? url : call.url }
    const refused = refusedByStatus(answer, false)
    if (refused) return refused
    const body = jsonOf(answer)
    const code = textAt(body, 'errcode')
    if (code === '') return unreadable(answer, false)
    if (code === '0') return done({})
    const kind = own(OUTCOMES, code) ?? 'rejected'
    const after = kind === 'quota' ? { after: BAN } : {}
    return failure(kind, false, `${code} ${textAt(body, 'errmsg')}`, { code, ...after })
  },
}
