/** Calls out of the sandbox: kept-alive connections, a time-out, and to this machine only. */
import { Agent, request } from 'node:http'

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** Why this address will not be called; undefined if it may be. */
export const refusedAddress = (address: string): string | undefined => {
  if (!URL.canParse(address)) return `no URL: ${address}`
  const { protocol, hostname } = new URL(address)
  if (protocol !== 'http:') return `only http: ${address}`
  return LOOPBACK.has(hostname) ? undefined : `only this machine may be called: ${hostname}`
}

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const agent = new Agent({ keepAlive: true, maxSockets: 64, maxFreeSockets: 64, timeout: 60_000 })
const MAX_REPLY = 100_000_000

/** Rejects where no answer came. */
export const send = (
  method: string,
  address: string,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer,
  timeoutMs: number,
): Promise<Reply> => {
  const refused = refusedAddress(address)
  if (refused) return Promise.reject(new Error(refused))
  return new Promise((resolve, reject) => {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body)
    const outgoing = request(address, {
      method,
      agent,
      headers: { ...headers, 'content-length': String(bytes.length) },
    })
    const timer = setTimeout(() => outgoing.destroy(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs)
    outgoing.on('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    outgoing.on('response', (incoming) => {
      const parts: Buffer[] = []
      let size = 0
      incoming.on('data', (part: Buffer) => {
        size += part.length
        if (size > MAX_REPLY) outgoing.destroy(new Error('the answer is too long'))
        else parts.push(part)
      })
      incoming.on('error', reject)
      incoming.on('end', () => {
        clearTimeout(timer)
        resolve({
          status: incoming.statusCode ?? 0,
          headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
          body: Buffer.concat(parts).toString('utf8'),
        })
      })
    })
    outgoing.end(bytes)
  })
}

/** Connections that stay open would keep a test's process alive. */
export const closeConnections = (): void => agent.destroy()
