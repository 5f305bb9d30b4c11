/**
 * `npm run bench [-- --json] [-- --short]`: the built Worker against a bare echo of the same body, in one run on one
 * machine. What each figure means stands in the table it prints. Load comes from this process, so it shares the cores.
 */
import { billable } from './billable.ts'
import { closedLoop, openLoop, type Prepared, post, prepare, quantile, signedCallback, startWarehouse } from './load.ts'
import { build, startMachine } from './machine.ts'
import { type Ground, ground, PLENTY, until } from './setup.ts'

const JSON_ONLY = process.argv.includes('--json')
const SHORT = process.argv.includes('--short')
const SECONDS = SHORT ? 8 : 60
const WARM_UP = SHORT ? 3 : 10
const BURST = SHORT ? 1_500 : 6_000
const RATES = [50, 100, 200] as const
const PORTS = { worker: 18_931, echo: 18_932, far: 18_933 }

const say = (text: string): void => {
  if (!JSON_ONLY) console.log(text)
}

const far = await startWarehouse(PORTS.far)
const machine = await startMachine(build(), PORTS, `127.0.0.1:${PORTS.far}`)
const { DB: db } = machine.bindings
const farUrl = `http://127.0.0.1:${PORTS.far}`

let serial = 0
const orders = (place: Ground, count: number): Prepared[] =>
  Array.from({ length: count }, () => {
    const pick = (): string => place.skus[Math.floor(Math.random() * place.skus.length)] ?? ''
    return prepare(`o${++serial}`, [pick(), pick()])
  })

const accepted = async (place: Ground): Promise<number> => {
  const row = await db
    .prepare(`SELECT count(*) AS n FROM orders WHERE shop_id = ? AND state IN ('accepted', 'shipped')`)
    .bind(place.shopId)
    .first<{ n: number }>()
  return row?.n ?? 0
}

/** Until every order sent to this shop has its warehouse's answer in the store. */
const settled = (place: Ground, total: number, seconds: number): Promise<boolean> =>
  until(async () => (await accepted(place)) >= total, seconds)

const floor = async (place: Ground): Promise<number> => {
  const url = new URL(machine.echoUrl)
  await closedLoop(url, orders(place, 2_000), 64)
  return (await closedLoop(url, orders(place, SHORT ? 4_000 : 20_000), 64)).rps
}

const throughput = async (place: Ground): Promise<{ acceptedRps: number; wholeRps: number; lost: number }> => {
  const before = await accepted(place)
  const items = orders(place, BURST)
  const started = performance.now()
  const { rps, accepted: ids } = await closedLoop(place.hook, items, 64)
  await settled(place, before + ids.length, 180)
  const wholeRps = ids.length / ((performance.now() - started) / 1000)
  return { acceptedRps: rps, wholeRps, lost: before + ids.length - (await accepted(place)) }
}

const latencies = async (
  place: Ground,
  rate: number,
): Promise<{ p50: number; p95: number; p99: number; lost: number }> => {
  const before = await accepted(place)
  await openLoop(place.hook, orders(place, rate * WARM_UP), rate, new Map())
  const sent = new Map<string, number>()
  const items = orders(place, rate * SECONDS)
  const ids = await openLoop(place.hook, items, rate, sent)
  await settled(place, before + rate * WARM_UP + ids.length, 120)
  const all = items.flatMap(({ id }) => {
    const placed = far.placed.get(id)
    return placed ? [placed.at - (sent.get(id) ?? 0)] : []
  })
  return { p50: quantile(all, 0.5), p95: quantile(all, 0.95), p99: quantile(all, 0.99), lost: ids.length - all.length }
}

/** Shipped callbacks for orders at the warehouse, until the shop has heard of each. */
const writeBacks = async (place: Ground, rate: number): Promise<{ p95: number; missing: number }> => {
  const documents = [...far.placed].slice(-rate * (SHORT ? 5 : 20))
  const sent = new Map<string, number>()
  const started = performance.now()
  for (const [i, [id, { document, skus }]] of documents.entries()) {
    const wait = started + (i * 1000) / rate - performance.now()
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait))
    sent.set(id, performance.now())
    void post(place.callback, signedCallback(document, skus))
  }
  await until(async () => documents.every(([id]) => far.written.has(id)), 60)
  const all = documents.flatMap(([id]) => {
    const at = far.written.get(id)
    return at === undefined ? [] : [at - (sent.get(id) ?? 0)]
  })
  return { p95: quantile(all, 0.95), missing: documents.length - all.length }
}

/** Nothing may have been granted that was not there: on hand never moved by itself, reserved is what the orders hold. */
const oversold = async (): Promise<number> => {
  const row = await db
    .prepare('SELECT count(*) AS n FROM stock_levels WHERE reserved > on_hand OR on_hand > ?')
    .bind(PLENTY)
    .first<{ n: number }>()
  return row?.n ?? 0
}

const places = {
  hot: await ground(machine, 'hot', 1, 1, 0, farUrl),
  spread: await ground(machine, 'spread', 11, 1_000, 0, farUrl),
  grouped: await ground(machine, 'grouped', 21, 1_000, 16, farUrl),
}
await closedLoop(places.hot.hook, orders(places.hot, 500), 32)
await settled(places.hot, 500, 60)
const floorRps = await floor(places.hot)
say(`floor: POST echo of the same body ${Math.round(floorRps)}/s`)
let lost = 0
const rates: Record<string, Awaited<ReturnType<typeof throughput>>> = {}
for (const [name, place] of Object.entries(places)) {
  const result = await throughput(place)
  rates[name] = result
  lost += result.lost
  const ratio = (n: number): string => `${Math.round(n)}/s (${(n / floorRps).toFixed(3)} of the floor)`
  say(`${name}: accepted ${ratio(result.acceptedRps)}, whole life ${ratio(result.wholeRps)}`)
}
const table: Record<string, Record<number, Awaited<ReturnType<typeof latencies>>>> = {}
for (const [name, place] of Object.entries(places)) {
  table[name] = {}
  for (const rate of RATES) {
    const result = await latencies(place, rate)
    table[name][rate] = result
    lost += result.lost
    say(`${name} at ${rate}/s: webhook to warehouse p50 ${result.p50} ms, p95 ${result.p95} ms, p99 ${result.p99} ms`)
  }
}
const written = await writeBacks(places.grouped, 50)
say(`shipped callback to write-back at 50/s: p95 ${written.p95} ms`)
const bill = await billable()
say(`billable operations per order: ${JSON.stringify(bill)}`)
const duplicated = [...far.placed.values()].filter((item) => item.times > 1).length
const result = {
  floor_rps: Math.round(floorRps),
  accepted_rps: Math.round(rates.hot?.acceptedRps ?? 0),
  end_to_end_rps: Math.round(rates.hot?.wholeRps ?? 0),
  ...Object.fromEntries(Object.entries(table).map(([name, rows]) => [name, rows])),
  latency_ms: table.hot?.[100],
  ship_to_writeback_p95_ms: written.p95,
  billable_per_order: bill,
  lost: lost + written.missing,
  duplicated,
  oversold: await oversold(),
}
if (JSON_ONLY) console.log(JSON.stringify(result))
else say(`lost ${result.lost}, duplicated ${result.duplicated}, oversold ${result.oversold}`)
await machine.stop()
far.close()
process.exit(0)
