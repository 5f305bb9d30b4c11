/** SMS, e-mail and the signed webhook. */
import { isObject, type Json, list, read, text } from '../json.ts'
import { acs3, same, standardWebhookRefusal } from '../signatures.ts'
import type { Answer } from '../types.ts'
import { at, type ChannelDialect, keep } from './channel.ts'

const jsonIn = (body: string): Json => {
  const value = read(body)
  return isObject(value) ? value : {}
}
const QUARTER_MS = 900_000
const sms = (Code: string, Message: string, status = 200): Answer => at(status, { Code, Message, RequestId: 'R-1' })

/** The text that its template makes; undefined: it needs another variable, or a variable breaks a rule of approval. */
const filled = (template: string, param: string): string | undefined => {
  const values = jsonIn(param)
  const names = [...template.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name)
  const isSound = (value: string): boolean =>
    value.length > 0 && value.length <= 35 && !/https?:|[【】[\]]|\w\.\w{2,}/.test(value)
  if (names.length !== Object.keys(values).length || !names.every((name) => isSound(text(values[name]))))
    return undefined
  return template.replace(/\$\{(\w+)\}/g, (_, name: string) => text(values[name]))
}

export const aliyunSms: ChannelDialect = {
  perMinute: 60,
  operation: ({ method, headers }) =>
    method === 'POST' && headers['x-acs-action'] === 'SendSms' && headers['x-acs-version'] === '2017-05-25'
      ? 'message'
      : undefined,
  refusal: ({ method, url, headers, body }, { credentials }, now) => {
    if (Math.abs(now - Date.parse(headers['x-acs-date'] ?? '')) > QUARTER_MS) return 'time'
    const wanted = acs3(credentials.accessKeyId ?? '', credentials.accessKeySecret ?? '', {
      method,
      url,
      headers,
      body,
    })
    return same(wanted, headers.authorization ?? '') ? undefined : 'signature'
  },
  refused: () => sms('SignatureDoesNotMatch', 'Specified signature is not matched with our calculation.', 400),
  throttled: () => sms('isv.BUSINESS_LIMIT_CONTROL', '触发分钟级流控Permits:1'),
  rejected: () => sms('isv.SMS_TEMPLATE_ILLEGAL', '该账号下找不到对应模板'),
  broken: () => sms('isp.SYSTEM_ERROR', '系统错误', 500),
  serve: ({ url }, channel, world) => {
    const asked = (name: string) => url.searchParams.get(name) ?? ''
    if (!/^1\d{10}(,1\d{10})*$/.test(asked('PhoneNumbers'))) return sms('isv.MOBILE_NUMBER_ILLEGAL', '手机号格式错误')
    const words = filled(channel.settings.template ?? '', asked('TemplateParam'))
    if (words === undefined) return sms('isv.TEMPLATE_MISSING_PARAMETERS', '模板变量缺失或不合规')
    const n = keep(world, channel, `【${asked('SignName')}】${words}`, asked('PhoneNumbers'))
    return at(200, { Code: 'OK', Message: 'OK', BizId: `${n}^0`, RequestId: 'R-1' })
  },
}

const twilioSays = (status: number, code: number, message: string): Answer => at(status, { code, message, status })

export const twilio: ChannelDialect = {
  perMinute: 60,
  operation: ({ method, path }) =>
    method === 'POST' && /^\/2010-04-01\/Accounts\/\w+\/Messages\.json$/.test(path) ? 'message' : undefined,
  refusal: ({ path, headers }, { credentials: { accountSid = '', authToken = '' } }) => {
    const basic = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`
    return same(basic, headers.authorization ?? '') && path.includes(`/${accountSid}/`) ? undefined : 'password'
  },
  refused: () => twilioSays(401, 20003, 'Authenticate'),
  throttled: () => twilioSays(429, 20429, 'Too Many Requests'),
  rejected: () => twilioSays(400, 21610, 'Attempt to send to unsubscribed recipient'),
  broken: () => twilioSays(500, 20500, 'Internal Server Error'),
  serve: ({ body }, channel, world) => {
    const form = new URLSearchParams(body.toString('utf8'))
    const [to, words] = [form.get('To') ?? '', form.get('Body') ?? '']
    if (!/^\+\d{7,15}$/.test(to)) return twilioSays(400, 21211, "Invalid 'To' Phone Number")
    if (words === '' || !(form.get('From') || form.get('MessagingServiceSid')))
      return twilioSays(400, 21602, 'Message body is required')
    const n = keep(world, channel, words, to)
    return at(201, { sid: `SM${String(n).padStart(32, '0')}`, status: 'queued' })
  },
}

const resendSays = (statusCode: number, name: string, message: string): Answer =>
  at(statusCode, { statusCode, name, message })

export const resend: ChannelDialect = {
  perMinute: 120,
  operation: ({ method, path }) => (method === 'POST' && path === '/emails' ? 'message' : undefined),
  refusal: ({ headers }, { credentials }) =>
    same(headers.authorization ?? '', `Bearer ${credentials.apiKey}`) ? undefined : 'key',
  refused: () => resendSays(403, 'invalid_api_key', 'API key is invalid'),
  throttled: () => resendSays(429, 'rate_limit_exceeded', 'Too many requests'),
  rejected: () => resendSays(403, 'validation_error', 'The domain is not verified'),
  broken: () => resendSays(500, 'internal_server_error', 'An unexpected error occurred'),
  serve: ({ body, headers }, channel, world) => {
    const mail = jsonIn(body.toString('utf8'))
    if (!text(mail.from) || list(mail.to).length === 0 || !text(mail.subject))
      return resendSays(422, 'missing_required_field', 'missing')
    const key = headers['idempotency-key'] ?? ''
    const known = world.store.one<{ request: string; answer: string }>(
      'SELECT request, answer FROM once WHERE target = ? AND key = ?',
      channel.id,
      key,
    )
    const request = body.toString('utf8')
    if (known)
      return known.request === request
        ? at(200, { id: known.answer })
        : resendSays(409, 'invalid_idempotent_request', 'same key, other payload')
    const id = String(
      keep(world, channel, `${text(mail.subject)}\n${text(mail.text)}`, list(mail.to).map(text).join(',')),
    )
    if (key) world.store.run('INSERT INTO once VALUES (?, ?, ?, ?)', channel.id, key, request, id)
    return at(200, { id })
  },
}

export const webhook: ChannelDialect = {
  perMinute: 600,
  operation: ({ method }) => (method === 'POST' ? 'message' : undefined),
  refusal: ({ headers, body }, { credentials }, now) =>
    standardWebhookRefusal(credentials.secret ?? '', headers, body, now),
  refused: (_, reason) => at(401, { error: reason }),
  throttled: () => ({ status: 429, headers: { 'retry-after': '1' }, body: '' }),
  rejected: () => at(410, { error: 'gone' }),
  broken: () => at(500, { error: 'broken' }),
  serve: ({ body, headers }, channel, world) => {
    const id = headers['webhook-id'] ?? ''
    const known = world.store.one('SELECT answer FROM once WHERE target = ? AND key = ?', channel.id, id)
    if (!known) {
      keep(world, channel, text((jsonIn(body.toString('utf8')).data as Json | undefined)?.text))
      world.store.run('INSERT INTO once VALUES (?, ?, ?, ?)', channel.id, id, '', '')
    }
    return { status: 204, headers: {}, body: '' }
  },
}
