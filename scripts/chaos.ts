/**
 * `npm run chaos`: the local runtime under load, killed with -9 at random moments; then every acknowledged order must be
 * at its warehouse once, every waybill at its platform once, the ledger equal to the open reservations, nothing oversold.
 * `npm run chaos -- --seeds N [--from M]`: N seeds of the simulation instead, and the first failing one's number.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type SandboxClient, sandboxClient } from '../sandbox/client.ts'
import { type Api, apiClient } from './api.ts'
import { auditBooks } from './chaos-audit.ts'
import { type Demo, setUp } from './demo.ts'
import { devVars, finished, type Running, startSandbox, startWorker, untilReady } from './processes.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string', default: '1' },
    kills: { type: 'string', default: '10' },
    orders: { type: 'string', default: '1500' },
    json: { type: 'boolean', default: false },
  },
})

const say = (text: string): void => console.error(text)
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const seeds = async (count: number, from: number): Promise<string[]> => {
  const { run } = await import('../test/simulation/scenario.ts')
  const { audit } = await import('../test/simulation/auditor.ts')
  for (let seed = from; seed < from + count; seed++) {
    const wrong = audit(await run(seed))
    if (wrong.length > 0) return [`seed ${seed}:`, ...wrong]
    if (seed % 100 === 0) say(`${seed - from + 1} seeds, nothing wrong`)
  }
  return []
}

/** At least this far apart, so that the Worker gets something done between two kills. */
const KILL_GAP = [3_000, 9_000] as const
const PORTS = { worker: 18_787, sandbox: 18_788 }

const storm = async (kills: number, orders: number): Promise<{ wrong: string[]; facts: Record<string, number> }> => {
  const data = mkdtempSync(join(tmpdir(), 'cangqiao-chaos-'))
  const persist = join(data, 'worker')
  const url = `http://127.0.0.1:${PORTS.worker}`
  const farUrl = `http://127.0.0.1:${PORTS.sandbox}`
  const vars = devVars(join(import.meta.dirname, '../.dev.vars'), {})
  const secrets = { OUTBOUND_ALLOW: `127.0.0.1:${PORTS.sandbox}`, JOB_LEASE_MS: '20000' }
  await finished(['d1', 'migrations', 'apply', 'cangqiao', '--local', '--persist-to', persist])
  const sandbox = startSandbox(PORTS.sandbox, join(data, 'sandbox'))
  let worker: Running = startWorker(PORTS.worker, persist, undefined, secrets)
  try {
    await Promise.all([untilReady(`${farUrl}/_control/summary`, 60), untilReady(`${url}/api/v1/openapi.json`, 120)])
    const far = sandboxClient(farUrl)
    const api = apiClient(url, vars.ADMIN_TOKEN ?? '')
    const size = {
      skus: 20,
      onHand: 1_000,
      listed: 100_000,
      deduplicates: false,
      shipAfterMs: 3_000,
      settleSeconds: 30,
    }
    const demo = await setUp(api, far, size)
    await far.addFault({ target: '*', fault: 'duplicate', probability: 0.2 })
    await far.addFault({ target: '*', fault: 'timeout-after', probability: 0.02 })
    const each = Math.ceil(orders / demo.shops.length)
    const seconds = (kills * (KILL_GAP[0] + KILL_GAP[1])) / 2000
    for (const shop of demo.shops) await far.placeOrders({ shopId: shop.far, count: each, perSecond: each / seconds })
    for (let kill = 1; kill <= kills; kill++) {
      await sleep(KILL_GAP[0] + Math.random() * (KILL_GAP[1] - KILL_GAP[0]))
      await worker.kill()
      say(`kill -9 ${kill} of ${kills}`)
      worker = startWorker(PORTS.worker, persist, undefined, secrets)
      await untilReady(`${url}/api/v1/openapi.json`, 120)
    }
    await far.removeFaults({})
    const wrong = await settle(api, far, demo)
    const summary = await far.audit()
    return { wrong, facts: summary.counts as unknown as Record<string, number> }
  } finally {
    await Promise.all([worker.stop(), sandbox.stop()])
    rmSync(data, { recursive: true, force: true })
  }
}

/** Until nothing is wrong any more, or five minutes have passed: retries what a person would retry. */
const settle = async (api: Api, far: SandboxClient, demo: Demo): Promise<string[]> => {
  let wrong: string[] = ['nothing was audited']
  for (let round = 0; round < 30 && wrong.length > 0; round++) {
    await far.resend('*')
    await fetch(`http://127.0.0.1:${PORTS.worker}/cdn-cgi/handler/scheduled?cron=${encodeURIComponent('* * * * *')}`)
    await sleep(10_000)
    wrong = await auditBooks(api, far, demo)
    say(`after ${(round + 1) * 10} s: ${wrong.length === 0 ? 'all is well' : `${wrong.length} open, e.g. ${wrong[0]}`}`)
  }
  return wrong
}

const result =
  values.seeds === undefined
    ? await storm(Number(values.kills), Number(values.orders))
    : { wrong: await seeds(Number(values.seeds), Number(values.from)), facts: { seeds: Number(values.seeds) } }
if (values.json) console.log(JSON.stringify(result))
else console.log(result.wrong.length === 0 ? `nothing wrong: ${JSON.stringify(result.facts)}` : result.wrong.join('\n'))
process.exit(result.wrong.length === 0 ? 0 : 1)
