/**
 * `npm start`: the Worker by `wrangler dev`, the sandbox beside it, and a demo merchant with a trickle of orders. Data is
 * kept in .data over Ctrl-C and restart. Prints one JSON line of URLs. Rings the cron each minute, which dev does not.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sandboxClient } from '../sandbox/client.ts'
import { apiClient } from './api.ts'
import { type Demo, setUp } from './demo.ts'
import { devVars, finished, ROOT, startSandbox, startWorker, untilReady } from './processes.ts'

const PORT = Number(process.env.PORT ?? 8787)
const SANDBOX_PORT = Number(process.env.SANDBOX_PORT ?? 8788)
const DATA = join(ROOT, process.env.DATA_DIR ?? '.data')
const PERSIST = join(DATA, 'worker')
const DEMO = join(DATA, 'demo.json')
const url = `http://127.0.0.1:${PORT}`
const sandboxUrl = `http://127.0.0.1:${SANDBOX_PORT}`
const say = (text: string): void => console.error(text)

mkdirSync(DATA, { recursive: true })
const vars = devVars(join(ROOT, '.dev.vars'), { OUTBOUND_ALLOW: `127.0.0.1:${SANDBOX_PORT}` })
say('Preparing the database …')
await finished(['d1', 'migrations', 'apply', 'cangqiao', '--local', '--persist-to', PERSIST])

say('Starting the sandbox and the Worker …')
const sandbox = startSandbox(
  SANDBOX_PORT,
  join(DATA, 'sandbox'),
  (line) => line.startsWith('{') || say(`sandbox: ${line}`),
)
const worker = startWorker(PORT, PERSIST, (line) => /error|✘/i.test(line) && say(`worker: ${line}`))

let stopping = false
const stop = async (code: number): Promise<void> => {
  if (stopping) return
  stopping = true
  await Promise.all([worker.stop(), sandbox.stop()])
  process.exit(code)
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0))
// A signal to npm does not always reach this process; that npm is gone does.
const parent = process.ppid
setInterval(() => process.ppid !== parent && void stop(0), 1_000)
for (const [name, { child }] of Object.entries({ worker, sandbox })) {
  child.once('exit', () => {
    if (stopping) return
    say(`The ${name} has ended by itself. Is its port in use? (PORT=${PORT} SANDBOX_PORT=${SANDBOX_PORT})`)
    void stop(1)
  })
}

await Promise.all([untilReady(`${sandboxUrl}/_control/summary`, 60), untilReady(`${url}/api/v1/openapi.json`, 120)])
const far = sandboxClient(sandboxUrl)

const demo = async (): Promise<Demo> => {
  if (existsSync(DEMO)) return JSON.parse(readFileSync(DEMO, 'utf8')) as Demo
  say('Creating the demo merchant …')
  const size = { skus: 30, onHand: 400, listed: 600, deduplicates: true, shipAfterMs: 4_000, settleSeconds: 60 }
  const made = await setUp(apiClient(url, vars.ADMIN_TOKEN ?? ''), far, size)
  writeFileSync(DEMO, JSON.stringify(made, null, 2))
  return made
}

const made = await demo()
await far.startTrickle({ shopIds: made.shops.map((shop) => shop.far), perMinute: 30 })

const cron = async (pattern: string): Promise<void> => {
  await fetch(`${url}/cdn-cgi/handler/scheduled?cron=${encodeURIComponent(pattern)}`).catch(() => undefined)
}
setInterval(() => void cron('* * * * *'), 60_000)
setInterval(() => void cron('*/15 * * * *'), 900_000)

console.log(
  JSON.stringify({
    admin: `${url}/admin`,
    token: vars.ADMIN_TOKEN,
    api: `${url}/api/v1`,
    openapi: `${url}/api/v1/openapi.json`,
    sandbox: sandboxUrl,
    merchantId: made.merchantId,
  }),
)
say(
  `\nOpen ${url}/admin and sign in with the token above. The far sides (shops and warehouses) are at ${sandboxUrl}.\nCtrl-C stops everything; the data stays in ${DATA.slice(ROOT.length + 1)}.\n`,
)
