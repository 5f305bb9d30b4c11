/** Group robots: 企业微信, 钉钉, 飞书, Slack. They answer 200 to nearly everything and put the truth into the body. */
import { isObject, type Json, object, read, text } from '../json.ts'
import { dingtalkRobot, feishuRobot, same } from '../signatures.ts'
import type { Answer, Call } from '../types.ts'
import { at, type ChannelDialect, keep } from './channel.ts'

const bodyOf = (call: Call): Json => {
  const body = read(call.body.toString('utf8'))
  return isObject(body) ? body : {}
}
const HOUR_MS = 3_600_000
const coded = (errcode: number, errmsg: string): Answer => at(200, { errcode, errmsg })

export const wecom: ChannelDialect = {
  perMinute: 20,
  operation: ({ method, path }) => (method === 'POST' && path === '/cgi-bin/webhook/send' ? 'message' : undefined),
  refusal: ({ url }, { credentials }) =>
    same(url.searchParams.get('key') ?? '', credentials.key ?? '') ? undefined : 'key',
  refused: () => coded(93000, 'invalid webhook url'),
  throttled: () => coded(45009, 'api freq out of limit'),
  rejected: () => coded(40058, 'invalid request'),
  broken: () => coded(-1, 'system busy'),
  serve: (call, channel, world) => {
    const body = bodyOf(call)
    const content = text(object(body.text).content)
    if (body.msgtype !== 'text' || content === '') return coded(40008, 'invalid message type')
    if (Buffer.byteLength(content) > 2048) return coded(40058, 'text.content exceed max length 2048')
    keep(world, channel, content, [object(body.text).mentioned_mobile_list ?? []].flat().join(','))
    return coded(0, 'ok')
  },
}

export const dingtalk: ChannelDialect = {
  perMinute: 20,
  operation: ({ method, path }) => (method === 'POST' && path === '/robot/send' ? 'message' : undefined),
  refusal: ({ url }, { credentials }, now) => {
    const [time, sign] = [url.searchParams.get('timestamp') ?? '', url.searchParams.get('sign') ?? '']
    if (!same(url.searchParams.get('access_token') ?? '', credentials.accessToken ?? '')) return 'token'
    if (Math.abs(now - Number(time)) > HOUR_MS) return 'time'
    return same(dingtalkRobot(credentials.secret ?? '', time), sign) ? undefined : 'sign'
  },
  refused: (_, reason) => (reason === 'token' ? coded(300005, 'token is not exist') : coded(310000, 'sign not match')),
  throttled: () => coded(130101, 'send too fast, exceed 20 times per minute'),
  rejected: () => coded(400013, 'chat disbanded'),
  broken: () => coded(-1, 'system busy'),
  serve: (call, channel, world) => {
    const body = bodyOf(call)
    const content = text(object(body.text).content)
    if (body.msgtype !== 'text' || content === '') return coded(40035, 'missing text')
    keep(world, channel, content, [object(body.at).atMobiles ?? []].flat().join(','))
    return coded(0, 'ok')
  },
}

const lark = (code: number, msg: string, status = 200): Answer => at(status, { code, msg, data: {} })

export const feishu: ChannelDialect = {
  perMinute: 100,
  operation: ({ method, path }) =>
    method === 'POST' && path.startsWith('/open-apis/bot/v2/hook/') ? 'message' : undefined,
  refusal: (call, { credentials }, now) => {
    const { timestamp, sign } = bodyOf(call)
    if (call.path !== `/open-apis/bot/v2/hook/${credentials.token}`) return 'token'
    if (Math.abs(now - Number(text(timestamp)) * 1000) > HOUR_MS) return 'time'
    return same(feishuRobot(credentials.secret ?? '', text(timestamp)), text(sign)) ? undefined : 'sign'
  },
  refused: (_, reason) =>
    reason === 'token'
      ? lark(19001, 'param invalid: incoming webhook access token invalid', 400)
      : lark(19021, 'sign match fail or timestamp is not within one hour from current time'),
  throttled: () => lark(11232, 'frequency limited'),
  rejected: () => lark(9499, 'Bad Request', 400),
  broken: () => lark(1500, 'internal error', 500),
  serve: (call, channel, world) => {
    const body = bodyOf(call)
    const words = text(object(body.content).text)
    if (body.msg_type !== 'text' || words === '' || call.body.length > 20_480) return lark(9499, 'Bad Request', 400)
    keep(world, channel, words)
    return lark(0, 'success')
  },
}

const word = (status: number, body: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'text/html', ...headers },
  body,
})

export const slack: ChannelDialect = {
  perMinute: 60,
  operation: ({ method, path }) => (method === 'POST' && path.startsWith('/services/') ? 'message' : undefined),
  refusal: ({ path }, { credentials }) => (same(path, `/services/${credentials.path}`) ? undefined : 'path'),
  refused: () => word(404, 'no_service'),
  throttled: () => word(429, 'rate_limited', { 'retry-after': '1' }),
  rejected: () => word(410, 'channel_is_archived'),
  broken: () => word(500, 'server_error'),
  serve: (call, channel, world) => {
    const words = text(bodyOf(call).text)
    if (words === '') return word(400, 'no_text')
    keep(world, channel, words)
    return word(200, 'ok')
  },
}
