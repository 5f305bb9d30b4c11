/**
 * The ground of the acceptance tests: the real Worker by `wrangler dev` and the sandbox, each in a process of its own on
 * free ports, with their data in a folder that is gone afterwards. One per test file.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { type SandboxClient, sandboxClient } from '../../sandbox/client.ts'
import { type Api, apiClient } from '../../scripts/api.ts'
import { finished, type Running, startSandbox, startWorker, untilReady } from '../../scripts/processes.ts'

export interface Ground {
  readonly url: string
  readonly far: SandboxClient
  readonly api: Api
  patch<T>(path: string, body: unknown): Promise<T>
  /** kill -9 of the Worker's whole process group; the sandbox lives on. */
  kill(): Promise<void>
  start(): Promise<void>
  /** What the Worker printed, for a test that failed. */
  readonly printed: readonly string[]
  stop(): Promise<void>
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

/** `allow`: `host:port` that the Worker may call besides the sandbox. */
export const startGround = async (allow: readonly string[] = []): Promise<Ground> => {
  const data = mkdtempSync(join(tmpdir(), 'cangqiao-acceptance-'))
  const [port, farPort] = [await freePort(), await freePort()]
  const persist = join(data, 'worker')
  const [url, farUrl] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${farPort}`]
  const token = `cq_${randomBytes(12).toString('hex')}`
  const vars = {
    MASTER_KEY: randomBytes(32).toString('base64'),
    ADMIN_TOKEN: token,
    OUTBOUND_ALLOW: [`127.0.0.1:${farPort}`, ...allow].join(','),
    JOB_LEASE_MS: '20000',
  }
  const printed: string[] = []
  const running: Running[] = []
  // Whatever becomes of the test, nothing of it stays behind.
  const end = (): void => {
    for (const one of running) void one.kill()
    rmSync(data, { recursive: true, force: true })
  }
  process.once('exit', end)
  let worker: Running | undefined
  const start = async (): Promise<void> => {
    worker = startWorker(port, persist, (line) => printed.push(line), vars)
    running.push(worker)
    await untilReady(`${url}/api/v1/openapi.json`, 60)
  }
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((one) => one.stop()))
    process.off('exit', end)
    rmSync(data, { recursive: true, force: true })
    if (process.env.PRINT) console.error(printed.join('\n'))
  }
  try {
    const sandbox = startSandbox(farPort, join(data, 'sandbox'), (line) => printed.push(line))
    running.push(sandbox)
    await finished(['d1', 'migrations', 'apply', 'cangqiao', '--local', '--persist-to', persist])
    await Promise.all([start(), untilReady(`${farUrl}/_control/summary`, 30)])
  } catch (error) {
    await stop()
    throw new Error(`it did not start: ${String(error)}\n${printed.slice(-20).join('\n')}`)
  }
  return {
    url,
    far: sandboxClient(farUrl),
    api: apiClient(url, token),
    patch: async (path, body) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const response = await fetch(`${url}/api/v1${path}`, { method: 'PATCH', headers, body: JSON.stringify(body) })
      const text = await response.text()
      if (!response.ok) throw new Error(`PATCH ${path}: ${response.status} ${text}`)
      return JSON.parse(text)
    },
    kill: async () => worker?.kill(),
    start,
    printed,
    stop,
  }
}

/** Asks again and again until the expectations hold; then only causes and counts were asserted, never times. */
export const eventually = <T>(hold: () => Promise<T> | T, seconds = 30): Promise<T> =>
  vi.waitFor(hold, { timeout: seconds * 1000, interval: 150 })
