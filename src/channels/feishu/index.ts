/** 飞书自定义机器人 (and Lark, by another base URL). https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot */
import { z } from 'zod'
import { own } from '../../lib/own.ts'
import { type CodeTable, done, failure, jsonOf, refusedByStatus, textAt, unreadable } from '../../wire/answer.ts'
import { bytes, text } from '../../wire/message.ts'
import { feishuRobot } from '../../wire/robot-signature.ts'
import { BaseUrl, type Channel, hint } from '../channel.ts'
import { words } from '../text.ts'

/** What is not here is a refusal of the message. */
const OUTCOMES: CodeTable = {
  '11232': 'quota', // frequency limited, also by the load of full and half hours
  '99991400': 'quota', // request trigger frequency limit
  '19001': 'auth', // incoming webhook access token invalid
  '19021': 'auth', // sign match fail or timestamp is not within one hour from current time
  '19022': 'auth', // Ip Not Allowed
  '19024': 'auth', // Key Words Not Found: the keyword is to be 仓桥 or Cangqiao
}
/** A request has at most 20 KB; more than a screen nobody reads. */
const MAX_BYTES = 4000
const MINUTE = 60_000

const tokenOf = (url: string): string => /\/hook\/([\w-]+)/.exec(url)?.[1] ?? url

export const feishu: Channel = {
  id: 'feishu',
  name: { zh: '飞书群机器人', en: 'Feishu or Lark robot' },
  docs: 'https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot',
  proof: { live: false, restsOn: 'the public documentation; its own sample code, run, gives the digest of the tests' },
  baseUrl: 'https://open.feishu.cn',
  credentials: z.object({
    token: z
      .string()
      .min(1)
      .meta(
        hint(
          '群设置 → 群机器人 → 自定义机器人 → 复制整个 Webhook 地址',
          "The robot's whole webhook URL, from the group's settings",
        ),
      ),
    secret: z
      .string()
      .optional()
      .meta(
        hint(
          '安全设置里“签名校验”的密钥；用关键词“仓桥”则留空',
          'Of the security setting "signature"; empty if it is the keyword 仓桥 or Cangqiao',
        ),
      ),
  }),
  settings: z.object({
    baseUrl: BaseUrl.meta(
      hint('飞书留空；Lark 填 https://open.larksuite.com', 'Empty for Feishu; https://open.larksuite.com for Lark'),
    ),
  }),
  limits: { perMinute: 100 },
  timeoutMs: 10_000,
  *send(alert, { baseUrl, credentials, now }) {
    // In a text, <at …> would mention people.
    const content = { text: words(alert, MAX_BYTES).replace(/[<>]/g, '') }
    const bare = {
      method: 'POST',
      url: `${baseUrl}/open-apis/bot/v2/hook/${encodeURIComponent(tokenOf(credentials.token ?? ''))}`,
    }
    const request = {
      ...bare,
      headers: { 'content-type': 'application/json' },
      body: bytes(JSON.stringify({ msg_type: 'text', content })),
    }
    const { body: signed } = credentials.secret ? feishuRobot.sign(request, credentials, now) : request
    const answer = yield { ...request, body: text(signed) }
    const body = jsonOf(answer)
    const code = textAt(body, 'code')
    // Throttling comes with 400 or 429, other refusals with 200 or 400: the code says more than the status.
    const refused = code === '' || answer.status >= 500 ? refusedByStatus(answer, false) : undefined
    if (refused) return refused
    if (code === '') return unreadable(answer, false)
    if (code === '0') return done({})
    return failure(own(OUTCOMES, code) ?? 'rejected', false, `${code} ${textAt(body, 'msg')}`, { code, after: MINUTE })
  },
}
