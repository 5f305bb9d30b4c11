/** A relay with a fixed address: makes signed calls to listed hosts, for partners that know callers by their IP. See README.md. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { lookup } from 'node:dns'
import { createServer, request as http } from 'node:http'
import { request as https } from 'node:https'
import { BlockList, isIP } from 'node:net'

const { RELAY_SECRET: SECRET = '', RELAY_ALLOW = '', RELAY_PORT = '8790', RELAY_HOST = '127.0.0.1' } = process.env
const ALLOWED = RELAY_ALLOW.toLowerCase().match(/[^\s,]+/g) ?? []
const [WINDOW_S, MAX_REQUEST, MAX_ANSWER, MAX_MS] = [300, 2_000_000, 4_000_000, 60_000]
const STARTED = Math.floor(Date.now() / 1000)
if (SECRET.length < 32 || !ALLOWED[0]) throw new Error('set RELAY_SECRET (32 characters or more) and RELAY_ALLOW')

const refusal = (status, message, sent = false) => Object.assign(new Error(message), { status, sent })
const closed = new BlockList()
const NETS = '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.168.0.0/16'
for (const [ip, bits] of `${NETS} 198.18.0.0/15 224.0.0.0/3`.matchAll(/(\S+)/g).map(([net]) => net.split('/')))
  closed.addSubnet(ip, Number(bits))

/** The address that was looked at is the one that is called; IPv4 alone, as partners' lists have it. */
const guarded = (host, options, done) =>
  lookup(host, { ...options, family: 4, all: true }, (error, found = []) => {
    if (error) return done(error)
    if (found.some(({ address }) => closed.check(address))) return done(refusal(403, 'a private address'))
    return options.all ? done(null, found) : done(null, found[0].address, 4)
  })

/** `host:port` in the list names one target on purpose, private or plain; `host` and `*.host` mean https on port 443. */
const targetOf = (text) => {
  const url = URL.canParse(text) ? new URL(text) : { protocol: '' }
  const named = ALLOWED.includes(`${url.hostname}:${url.port || { 'http:': 80, 'https:': 443 }[url.protocol]}`)
  const fits = (one) => one === url.hostname || (one.startsWith('*.') && url.hostname.endsWith(one.slice(1)))
  const listed = url.protocol === 'https:' && !url.port && !isIP(url.hostname) && ALLOWED.some(fits)
  if (!(named || listed) || url.username || url.password) throw refusal(403, 'this host is not listed')
  return { url, named }
}

/** Nonces, each with the second from which its time alone is too old. */
const seen = new Map()
/** Our own scheme: HMAC-SHA256 over method, path, time, nonce and the body's SHA-256, one per line. */
const check = ({ method, url, headers }, body) => {
  const [time, nonce, given] = ['time', 'nonce', 'signature'].map((name) => headers[`x-cangqiao-${name}`] ?? '')
  const lines = [method, url, time, nonce, createHash('sha256').update(body).digest('hex')]
  const expected = createHmac('sha256', SECRET).update(lines.join('\n')).digest('hex')
  if (given.length !== expected.length || !timingSafeEqual(Buffer.from(given), Buffer.from(expected)))
    throw refusal(401, 'the signature does not match')
  const now = Math.floor(Date.now() / 1000)
  // What was signed before the start may have been used before it.
  if (!(Math.abs(now - time) <= WINDOW_S && time >= STARTED)) throw refusal(401, 'the time is too far off')
  for (const [old, until] of seen) if (until < now) seen.delete(old)
  if (!nonce || seen.has(nonce)) throw refusal(401, 'this nonce was used before')
  seen.set(nonce, Number(time) + WINDOW_S)
}

const read = async (stream, most) => {
  const chunks = []
  let left = most
  for await (const chunk of stream) {
    left -= chunk.length
    if (left < 0) throw refusal(413, 'too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const OURS = /^(?:host|connection|transfer-encoding|content-length|accept-encoding|expect|upgrade|proxy-.*)$/i
const said = ({ statusCode, headers }, text) => ({ status: statusCode, headers, body: text.toString() })
/** No redirect is followed: a 3xx is an answer like any other. */
const call = ({ method, headers = {}, body = '', timeoutMs = MAX_MS }, { url, named }) =>
  new Promise((resolve, reject) => {
    const payload = method === 'GET' || method === 'HEAD' ? '' : String(body)
    const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !OURS.test(name)))
    const signal = AbortSignal.timeout(Math.min(timeoutMs, MAX_MS))
    const options = { method, headers: { ...kept, 'content-length': Buffer.byteLength(payload) }, signal, agent: false }
    const never = ({ status, code }) => status === 403 || ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED'].includes(code)
    const fail = (error) => reject(refusal(error.status ?? 502, error.message, !never(error)))
    const send = url.protocol === 'https:' ? https : http
    send(url, named ? options : { ...options, lookup: guarded })
      .on('error', fail)
      .on('response', (answer) => read(answer, MAX_ANSWER).then((text) => resolve(said(answer, text)), fail))
      .end(payload)
  })

const serve = async (request) => {
  if (request.method !== 'POST') throw refusal(404, 'nothing here')
  if (!(request.headers['content-length'] <= MAX_REQUEST)) throw refusal(413, 'too large, or without a length')
  const body = await read(request, MAX_REQUEST)
  check(request, body)
  const wish = JSON.parse(body.toString())
  if (!/^(?:GET|HEAD|POST|PUT|PATCH|DELETE)$/.test(wish.method)) throw refusal(403, 'no such method')
  return { status: 200, value: await call(wish, targetOf(wish.url)) }
}

createServer(async (request, response) => {
  const failed = ({ status = 400, message, sent = false }) => ({ status, value: { error: message, sent } })
  const { status, value } = await serve(request).catch(failed)
  if (status !== 200) console.error(JSON.stringify({ refused: value.error, status }))
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(value))
}).listen(Number(RELAY_PORT), RELAY_HOST, () => console.log(`relay on ${RELAY_HOST}:${RELAY_PORT}`))
