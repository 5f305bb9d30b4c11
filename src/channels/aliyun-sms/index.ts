/** 阿里云短信 SendSms. https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-sendsms */
import { z } from 'zod'
import type { Alert } from '../../domain/alert.ts'
import { own } from '../../lib/own.ts'
import { acs3, acsEncode } from '../../wire/acs3-signature.ts'
import { type CodeTable, done, failure, jsonOf, refusedByStatus, textAt, unreadable } from '../../wire/answer.ts'
import { signedCall } from '../../wire/signature.ts'
import { BaseUrl, type Channel, hint } from '../channel.ts'
import { total } from '../text.ts'

/** https://help.aliyun.com/document_detail/101346.html, and the gateway's own. What is not here is a refusal of the message. */
const OUTCOMES: CodeTable = {
  'isv.BUSINESS_LIMIT_CONTROL': 'quota', // 触发云通信流控: per number and day, hour or minute
  'isv.DAY_LIMIT_CONTROL': 'quota', // 触发日发送限额
  'isv.MONTH_LIMIT_CONTROL': 'quota', // 触发月发送限额
  Throttling: 'quota',
  'Throttling.User': 'quota', // 用户级流控
  'Throttling.Api': 'quota',
  'isp.RAM_PERMISSION_DENY': 'auth', // RAM 权限不足
  'isv.ACCOUNT_NOT_EXISTS': 'auth', // 账户不存在
  'isv.ACCOUNT_ABNORMAL': 'auth', // 账户异常
  'isv.DENY_IP_RANGE': 'auth', // 源 IP 所在地区被禁用
  SignatureDoesNotMatch: 'auth',
  'InvalidAccessKeyId.NotFound': 'auth',
  'InvalidAccessKeyId.Inactive': 'auth',
  'isp.SYSTEM_ERROR': 'unknown', // 系统出现错误，请重新调用
}
const HOUR = 3_600_000

/** What a merchant submits for approval; the variables are those of `paramsOf`. */
const TEMPLATE = {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the variables are the provider's
  zh: '仓桥提醒：商家${merchant}有${count}条${title}待处理，请登录管理后台查看。',
  en: 'Cangqiao: ${merchant} has ${count} open items (${title}). Please sign in to look.',
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the variables are the provider's
}

/** Variables have at most 35 characters and none that carriers refuse. */
const variable = (text: string, max: number): string =>
  [...text.replace(/[^\p{Script=Han}A-Za-z0-9 -]/gu, '').trim()].slice(0, max).join('') || '无'

const paramsOf = (alert: Alert): string => {
  const zh = alert.language === 'zh'
  const [first] = alert.items
  const kinds = alert.items.length + alert.more
  const title = alert.test ? (zh ? '测试' : 'Test') : (first?.title ?? '')
  return JSON.stringify({
    merchant: variable(alert.merchant, 16),
    count: String(alert.test ? 1 : total(alert)),
    title: variable(title, kinds > 1 ? 16 : 20) + (kinds > 1 ? (zh ? '等' : ' and more') : ''),
  })
}

export const aliyunSms: Channel = {
  id: 'aliyun-sms',
  name: { zh: '短信（阿里云）', en: 'SMS (Alibaba Cloud)' },
  docs: 'https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-sendsms',
  proof: { live: false, restsOn: 'the public documentation, the published example of the signature' },
  baseUrl: 'https://dysmsapi.aliyuncs.com',
  credentials: z.object({
    accessKeyId: z.string().min(1).meta(hint('RAM 访问控制 → 用户 → AccessKey', 'RAM console, users, AccessKey')),
    accessKeySecret: z
      .string()
      .min(1)
      .meta(
        hint(
          '创建 AccessKey 时显示一次；只授予发送短信的权限',
          'Shown once when the AccessKey is made; grant it sending SMS only',
        ),
      ),
  }),
  settings: z.object({
    phones: z
      .string()
      .regex(/^1\d{10}(?:,1\d{10}){0,9}$/)
      .meta(hint('接收人的内地手机号，逗号分隔，最多 10 个', 'Mainland phones to tell, comma separated, at most 10')),
    signName: z.string().min(1).max(50).meta(hint('短信服务 → 签名管理，已审核的签名', 'An approved signature name')),
    templateCode: z
      .string()
      .min(1)
      .max(50)
      .meta(
        hint(
          `短信服务 → 模板管理，SMS_…；通知模板原文：${TEMPLATE.zh}`,
          `SMS_… of the approved template: ${TEMPLATE.en}`,
        ),
      ),
    baseUrl: BaseUrl,
  }),
  // 50 notices a day go to one number under one template; the rest is left for tests.
  limits: { perMinute: 1, perDay: 45 },
  timeoutMs: 10_000,
  *send(alert, { baseUrl, credentials, settings, now, nonce }) {
    const query = {
      PhoneNumbers: settings.phones,
      SignName: settings.signName,
      TemplateCode: settings.templateCode,
      TemplateParam: paramsOf(alert),
      OutId: alert.id,
    }
    const pairs = Object.entries(query).map(([name, value]) => `${name}=${acsEncode(String(value ?? ''))}`)
    const headers = { 'x-acs-action': 'SendSms', 'x-acs-version': '2017-05-25', 'x-acs-signature-nonce': nonce }
    const call = { method: 'POST', url: `${baseUrl}/?${pairs.join('&')}`, headers, body: '' }
    const answer = yield signedCall(acs3, call, credentials, now)
    const body = jsonOf(answer)
    const code = textAt(body, 'Code')
    if (code === 'OK' && answer.status === 200) return done({ reference: textAt(body, 'BizId') })
    const known = own(OUTCOMES, code)
    const refused = known ? undefined : refusedByStatus(answer, false)
    if (refused) return refused
    if (code === '') return unreadable(answer, false)
    return failure(known ?? 'rejected', false, `${code} ${textAt(body, 'Message')}`, { code, after: HOUR })
  },
}
