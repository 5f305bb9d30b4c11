/**
 * The partners' signatures, written here a second time and on their own: what the Worker signs is checked by other code,
 * and what it accepts was signed by other code. Nothing in here comes from `src/`.
 */
import { createHash, createHmac, generateKeyPairSync, sign, timingSafeEqual } from 'node:crypto'

const md5 = (...parts: (string | Buffer)[]): string => {
  const hash = createHash('md5')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

export const same = (left: string, right: string): boolean => {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Standard Webhooks: base64 HMAC-SHA256 over `id.timestamp.body`, key = the base64 after `whsec_`. */
export const standardWebhook = (
  secret: string,
  id: string,
  seconds: number | string,
  body: string | Buffer,
): string => {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.`).update(body).digest('base64')}`
}

const WINDOW_SECONDS = 300

/** Why a Standard Webhooks request is not to be trusted; undefined if it is. */
export const standardWebhookRefusal = (
  secret: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  now: number,
): string | undefined => {
  const { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': given } = headers
  if (!id || !seconds || !given) return 'missing webhook-id, webhook-timestamp or webhook-signature'
  if (!/^\d+$/.test(seconds) || Math.abs(now / 1000 - Number(seconds)) > WINDOW_SECONDS)
    return 'timestamp out of window'
  const wanted = standardWebhook(secret, id, seconds, body)
  return given.split(' ').some((each) => same(each, wanted)) ? undefined : 'signature mismatch'
}

/** Shopify: base64 HMAC-SHA256 of the body, keyed with the app's client secret. */
export const shopify = (clientSecret: string, body: string | Buffer): string =>
  createHmac('sha256', clientSecret).update(body).digest('base64')

/** 抖店 push: md5(app_key ‖ body ‖ app_secret). */
export const douyinPush = (appKey: string, appSecret: string, body: string | Buffer): string =>
  md5(appKey, body, appSecret)

/** 有赞 push: md5(client_id ‖ body ‖ client_secret). */
export const keyedMd5 = (clientId: string, clientSecret: string, body: string | Buffer): string =>
  md5(clientId, body, clientSecret)

export interface DouyinCall {
  readonly appKey: string
  readonly method: string
  readonly paramJson: string
  readonly timestamp: string
}

/** 抖店 API: the five signed parameters in their order, between the secret; `sign_method` says which digest. */
export const douyinApi = (secret: string, call: DouyinCall, signMethod: string): string => {
  const middle = `app_key${call.appKey}method${call.method}param_json${call.paramJson}timestamp${call.timestamp}v2`
  const whole = `${secret}${middle}${secret}`
  return signMethod === 'md5' ? md5(whole) : createHmac('sha256', secret).update(whole).digest('hex')
}

const pairs = (params: ReadonlyMap<string, string>): string =>
  [...params]
    .filter(([key]) => key !== 'sign')
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, value]) => key + value)
    .join('')

/** 奇门 towards the gateway: sorted parameters and the body; md5 stands between the secret, the HMACs are keyed with it. */
export const qimenCall = (
  secret: string,
  params: ReadonlyMap<string, string>,
  body: Buffer,
  signMethod: string,
): string => {
  const filled = new Map([...params].filter(([, value]) => value !== ''))
  if (signMethod === 'hmac' || signMethod === 'hmac-sha256')
    return createHmac(signMethod === 'hmac' ? 'md5' : 'sha256', secret)
      .update(pairs(filled))
      .update(body)
      .digest('hex')
      .toUpperCase()
  return md5(secret, pairs(filled), body, secret).toUpperCase()
}

/** 奇门 towards us: empty parameters keep their key, and the headers named in `top-sign-list` join the parameters. */
export const qimenCallback = (
  secret: string,
  query: ReadonlyMap<string, string>,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer,
): string => {
  const joined = new Map(query)
  for (const name of (headers['top-sign-list'] ?? '').split(',').filter(Boolean))
    joined.set(name, decodeURIComponent(headers[name.toLowerCase()] ?? ''))
  return md5(secret, pairs(joined), body, secret).toUpperCase()
}

/** Our own warehouse contract: method, path, time, nonce and the body's sha256, one a line, HMAC-SHA256 in hex. */
export const plain = (
  secret: string,
  method: string,
  path: string,
  time: string,
  nonce: string,
  body: string | Buffer,
): string => plainLines(secret, [method, path, time, nonce, createHash('sha256').update(body).digest('hex')])

export const plainLines = (secret: string, lines: readonly string[]): string =>
  createHmac('sha256', secret).update(lines.join('\n')).digest('hex')

/** 快递100 signs with upper-case hex of an md5: a push over its text and the salt, a query over text, key and customer. */
export const kuaidi100Push = (param: string, salt: string): string => md5(param, salt).toUpperCase()
export const kuaidi100Query = (param: string, key: string, customer: string): string =>
  md5(param, key, customer).toUpperCase()

/** 快递鸟: the hex text of an md5, in base64. */
export const kdniao = (data: string, appKey: string): string => Buffer.from(md5(data, appKey)).toString('base64')
/** 京东 routerjson: sorted parameters, the business JSON among them, between the secret. */
export const jd = (secret: string, params: ReadonlyMap<string, string>): string =>
  md5(secret, pairs(params), secret).toUpperCase()

/** 菜鸟 LINK: base64 of the 16 bytes of md5(message ‖ key). */
export const link = (content: string, key: string): string =>
  createHash('md5').update(content, 'utf8').update(key, 'utf8').digest('base64')

/** 钉钉's robot: base64 HMAC-SHA256 of time (ms), newline, secret, keyed with the secret. */
export const dingtalkRobot = (secret: string, millis: string): string =>
  createHmac('sha256', secret).update(`${millis}\n${secret}`).digest('base64')

/** 飞书's robot: time (s), newline, secret are the key; nothing is signed. */
export const feishuRobot = (secret: string, seconds: string): string =>
  createHmac('sha256', `${seconds}\n${secret}`).digest('base64')

/** Alibaba Cloud ACS3-HMAC-SHA256: the whole `authorization` that a call with these headers must carry. */
export const acs3 = (
  id: string,
  secret: string,
  call: {
    readonly method: string
    readonly url: URL
    readonly headers: Readonly<Record<string, string>>
    readonly body: Buffer
  },
): string => {
  const { method, url, headers, body } = call
  const given = /SignedHeaders=([^,]*)/.exec(headers.authorization ?? '')?.[1] ?? ''
  const query = url.search
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
    .sort()
    .join('&')
  const lines = given.split(';').map((name) => `${name}:${headers[name] ?? ''}`)
  const hash = createHash('sha256').update(body).digest('hex')
  const canonical = `${method}\n${url.pathname}\n${query}\n${lines.join('\n')}\n\n${given}\n${hash}`
  const toSign = `ACS3-HMAC-SHA256\n${createHash('sha256').update(canonical).digest('hex')}`
  const isWhole = ['host', 'x-acs-action', 'x-acs-content-sha256', 'x-acs-date', 'x-acs-version'].every((name) =>
    given.split(';').includes(name),
  )
  const signature = createHmac('sha256', secret).update(toSign).digest('hex')
  return isWhole && headers['x-acs-content-sha256'] === hash
    ? `ACS3-HMAC-SHA256 Credential=${id},SignedHeaders=${given},Signature=${signature}`
    : ''
}
/** TikTok Shop and Lazada push: HMAC-SHA256 of app key and body, keyed with the app secret. */
export const keyedPush = (appKey: string, appSecret: string, body: string | Buffer): string =>
  createHmac('sha256', appSecret).update(appKey).update(body).digest('hex')

/** TikTok Shop API: secret, path, pairs in order, body, secret. */
export const tiktokApi = (
  secret: string,
  path: string,
  params: ReadonlyMap<string, string>,
  body: string | Buffer,
): string => {
  const signed = new Map([...params].filter(([name]) => name !== 'access_token'))
  return createHmac('sha256', secret)
    .update(`${secret}${path}${pairs(signed)}`)
    .update(body)
    .update(secret)
    .digest('hex')
}

/** Shopee push: HMAC-SHA256 of the registered address, a bar and the body, keyed with the push key. */
export const shopeePush = (pushKey: string, url: string, body: string | Buffer): string =>
  createHmac('sha256', pushKey).update(`${url}|`).update(body).digest('hex')

/** Shopee API: app, path, time, and for calls of a shop its token and id. */
export const shopeeApi = (partnerKey: string, parts: readonly string[]): string =>
  createHmac('sha256', partnerKey).update(parts.join('')).digest('hex')

/** Lazada API: path and pairs in order, in upper case. */
export const lazadaApi = (secret: string, path: string, params: ReadonlyMap<string, string>): string =>
  createHmac('sha256', secret)
    .update(`${path}${pairs(params)}`)
    .digest('hex')
    .toUpperCase()

/** SHOPLINE: hex HMAC-SHA256 of the body, keyed with the app's secret. */
export const shopline = (appSecret: string, body: string | Buffer): string =>
  createHmac('sha256', appSecret).update(body).digest('hex')
/** 聚水潭: md5 of the secret before the sorted parameters. */
export const jushuitanCall = (secret: string, params: ReadonlyMap<string, string>): string => md5(secret, pairs(params))

/** 旺店通旗舰版: the query and the body as one more parameter, between the secret. */
export const wdtCall = (secret: string, query: ReadonlyMap<string, string>, body: Buffer): string =>
  md5(secret, pairs(new Map([...query, ['body', body.toString('utf8')]])), secret)
/** 富勒: md5 over the data between the secret, in one of three writings. */
export const flux = (secret: string, data: string): readonly string[] => {
  const hex = md5(secret, data, secret)
  const base64 = Buffer.from(hex).toString('base64')
  return [base64.toUpperCase(), encodeURIComponent(base64), hex.toUpperCase()]
}

/** 顺丰云仓: base64 of the raw md5 over the message and the key, blanks around both left out. */
export const sfWarehouse = (message: string, key: string): string =>
  createHash('md5').update(`${message.trim()}${key.trim()}`).digest('base64')

/** eBay's own key pair, a fresh one for each run; the public half is told as one line, as eBay does. */
const EBAY_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' })
export const ebayKeyId = '9936261a-0000-4000-8000-000000000001'
export const ebayPublicKey: string = EBAY_KEY.publicKey
  .export({ type: 'spki', format: 'pem' })
  .toString()
  .replaceAll('\n', '')

/** eBay push: ECDSA with SHA-1 over the compact JSON, in a header of base64 JSON. */
export const ebayPush = (body: string): string => {
  const signature = sign('sha1', Buffer.from(body), EBAY_KEY.privateKey).toString('base64')
  return Buffer.from(JSON.stringify({ alg: 'ecdsa', kid: ebayKeyId, signature, digest: 'SHA1' })).toString('base64')
}
