/** The relay as it runs: a process of its own, called over a socket, with a target that counts. Only one signature opens it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const FILE = join(import.meta.dirname, '../relay/relay.mjs')
const SECRET = 'a secret of thirty-two characters'

interface Heard {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

let target: Server
let port = 0
let relay: ChildProcess
let url = ''
const heard: Heard[] = []

const serveTarget = (): Promise<number> => {
  target = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    heard.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
    if (request.url === '/slow') return
    if (request.url === '/moved') return void response.writeHead(302, { location: '/elsewhere' }).end()
    if (request.url === '/large') return void response.end(Buffer.alloc(4_000_001, 'x'))
    response.writeHead(409, { 'X-Own': 'yes' }).end('{"code":"exists","文":"🎉"}')
  })
  return new Promise((resolve) =>
    target.listen(0, '127.0.0.1', () => {
      const address = target.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    }),
  )
}

const start = (env: Record<string, string>): Promise<string> => {
  const at = 20_000 + Math.floor(Math.random() * 30_000)
  relay = spawn(process.execPath, [FILE], { env: { ...process.env, RELAY_PORT: String(at), ...env } })
  return new Promise((resolve, reject) => {
    relay.stdout?.once('data', () => resolve(`http://127.0.0.1:${at}/`))
    relay.once('exit', (code) => reject(new Error(`the relay ended: ${code}`)))
  })
}

beforeAll(async () => {
  port = await serveTarget()
  url = await start({
    RELAY_SECRET: SECRET,
    RELAY_ALLOW: `127.0.0.1:${port}, localhost, partner.invalid, *.partner.invalid, 10.0.0.1`,
  })
  // What was signed in the second of its start is taken; the tests do not depend on it.
  await new Promise((resolve) => setTimeout(resolve, 1_000))
})
afterAll(() => {
  relay.kill('SIGKILL')
  target.closeAllConnections()
  target.close()
})

interface Change {
  readonly secret?: string
  readonly time?: number
  readonly nonce?: string
  readonly signed?: string
  readonly headers?: Record<string, string>
}

/** Signed here anew, apart from `src/wire/request-signature.ts`. */
const post = async (wish: unknown, change: Change = {}): Promise<{ status: number; said: Record<string, unknown> }> => {
  const { secret = SECRET, time = Math.floor(Date.now() / 1000), nonce = randomBytes(8).toString('hex') } = change
  const body = typeof wish === 'string' ? wish : JSON.stringify(wish)
  const hash = createHash('sha256')
    .update(change.signed ?? body)
    .digest('hex')
  const signature = createHmac('sha256', secret).update(['POST', '/', time, nonce, hash].join('\n')).digest('hex')
  const headers = {
    'x-cangqiao-time': String(time),
    'x-cangqiao-nonce': nonce,
    'x-cangqiao-signature': signature,
    ...change.headers,
  }
  const response = await fetch(url, { method: 'POST', headers, body })
  return { status: response.status, said: (await response.json()) as Record<string, unknown> }
}
const wish = (change: object = {}) => ({
  method: 'POST',
  url: `http://127.0.0.1:${port}/v1/orders?x=1`,
  headers: {
    'content-type': 'application/json',
    'x-signature': 'theirs',
    host: 'evil.example',
    'transfer-encoding': 'chunked',
  },
  body: '{"sku":"007","名":"茶🍵"}',
  timeoutMs: 5_000,
  ...change,
})
const refusedAs = (status: number, error: string) => ({
  status,
  said: { error: expect.stringContaining(error), sent: false },
})

describe('the relay', () => {
  it('is small, and knows nothing but Node', () => {
    const source = readFileSync(FILE, 'utf8')
    expect(source.trimEnd().split('\n').length).toBeLessThan(100)
    expect([...source.matchAll(/from '([^']+)'/g)].filter(([, name]) => !name?.startsWith('node:'))).toEqual([])
  })

  it.each([
    ['without a secret', { RELAY_ALLOW: 'example.com' }],
    ['with a short secret', { RELAY_ALLOW: 'example.com', RELAY_SECRET: 'short' }],
    ['that may call nobody', { RELAY_ALLOW: ' ', RELAY_SECRET: SECRET }],
  ])('%s does not start', async (_, env) => {
    const running = relay
    await expect(start({ RELAY_SECRET: '', ...env })).rejects.toThrow('the relay ended: 1')
    relay = running
  })

  it('makes the call as it is told and gives the answer back as it is', async () => {
    const before = heard.length
    const { status, said } = await post(wish())
    expect([status, said]).toEqual([
      200,
      { status: 409, headers: expect.objectContaining({ 'x-own': 'yes' }), body: '{"code":"exists","文":"🎉"}' },
    ])
    expect(heard.slice(before)).toEqual([
      {
        method: 'POST',
        url: '/v1/orders?x=1',
        body: '{"sku":"007","名":"茶🍵"}',
        headers: expect.objectContaining({
          'x-signature': 'theirs',
          'content-type': 'application/json',
          host: `127.0.0.1:${port}`,
          'content-length': String(Buffer.byteLength('{"sku":"007","名":"茶🍵"}')),
        }),
      },
    ])
    expect(heard.at(-1)?.headers['x-cangqiao-signature']).toBeUndefined()
  })

  it('sends no body with a GET', async () => {
    expect((await post(wish({ method: 'GET' }))).status).toBe(200)
    expect(heard.at(-1)).toMatchObject({ method: 'GET', body: '' })
  })

  it('follows no redirect', async () => {
    const before = heard.length
    const { status, said } = await post(wish({ url: `http://127.0.0.1:${port}/moved` }))
    expect([status, said.status, heard.length - before]).toEqual([200, 302, 1])
  })

  const now = () => Math.floor(Date.now() / 1000)
  it.each<[string, () => Change, string]>([
    ['with another secret', () => ({ secret: 'another secret of enough characters' }), 'signature'],
    ['with a body that was changed on the way', () => ({ signed: '{}' }), 'signature'],
    [
      'with a time that was changed on the way',
      () => ({ headers: { 'x-cangqiao-time': String(now() + 1) } }),
      'signature',
    ],
    ['with a nonce that was changed on the way', () => ({ headers: { 'x-cangqiao-nonce': 'x' } }), 'signature'],
    ['without a signature', () => ({ headers: { 'x-cangqiao-signature': '' } }), 'signature'],
    ['from more than five minutes ago', () => ({ time: now() - 301 }), 'time'],
    ['from the future', () => ({ time: now() + 302 }), 'time'],
    ['from before it was started', () => ({ time: now() - 200 }), 'time'],
    ['without a time', () => ({ time: Number.NaN }), 'time'],
    ['without a nonce', () => ({ nonce: '' }), 'nonce'],
  ])('refuses a call %s', async (_, change, why) => {
    const before = heard.length
    expect(await post(wish(), change())).toEqual(refusedAs(401, why))
    expect(heard.length).toBe(before)
  })

  it('refuses a nonce that it has seen, whatever it comes with', async () => {
    const nonce = randomBytes(8).toString('hex')
    expect((await post(wish(), { nonce })).status).toBe(200)
    const before = heard.length
    for (const again of [wish(), wish({ body: 'another' })])
      expect(await post(again, { nonce })).toEqual(refusedAs(401, 'nonce'))
    expect(heard.length).toBe(before)
  })

  it.each([
    ['a host that is not listed', 'https://example.com/', 403],
    ['a listed host without https', 'http://partner.invalid/', 403],
    ['a listed host at another port', 'https://partner.invalid:8443/', 403],
    ['a listed host with a password', 'https://user:word@partner.invalid/', 403],
    ['a listed host as the end of another', 'https://evilpartner.invalid/', 403],
    ['an address, though it is listed', 'https://10.0.0.1/', 403],
    ['a name of a private address', 'https://localhost/', 403],
    ['another port of this machine', 'http://127.0.0.1:1/', 403],
    ['the metadata of a cloud', 'http://169.254.169.254/latest', 403],
    ['a file', 'file:///etc/passwd', 403],
    ['no URL', 'partner', 403],
  ])('refuses to call %s', async (_, to, status) => {
    const before = heard.length
    expect(await post(wish({ url: to }))).toEqual(refusedAs(status, ''))
    expect(heard.length).toBe(before)
  })

  it.each([
    ['a method of its own', wish({ method: 'CONNECT' }), 403],
    ['what is no JSON', 'no', 400],
    ['what is no wish', 'null', 400],
    ['what is too large', wish({ body: 'x'.repeat(2_000_001) }), 413],
  ])('refuses %s', async (_, body, status) => expect(await post(body)).toEqual(refusedAs(status, '')))

  it('has nothing for anybody else', async () => {
    for (const method of ['GET', 'OPTIONS', 'PUT']) expect((await fetch(url, { method })).status).toBe(404)
  })

  it('says of a call that came to no answer whether it may have arrived', async () => {
    for (const host of ['partner.invalid', 'api.partner.invalid'])
      expect(await post(wish({ url: `https://${host}/` }))).toEqual(refusedAs(502, 'ENOTFOUND'))
    for (const path of ['slow', 'large'])
      expect(await post(wish({ url: `http://127.0.0.1:${port}/${path}`, timeoutMs: 300 }))).toMatchObject({
        said: { sent: true },
      })
  })
})
