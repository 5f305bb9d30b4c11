/**
 * Orders go out through a relay, as it stands in front of a partner that knows callers by their IP: the relay behind a
 * proxy that counts, the partner reached by nobody else.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createServer, request, type Server } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually, freePort, type Ground, startGround } from './ground.ts'
import { Merchant } from './merchant.ts'

const SECRET = randomBytes(24).toString('base64')
let ground: Ground
let relay: ChildProcess
let proxy: Server
/** Statuses that the relay gave. */
const given: number[] = []
let proxyPort = 0

/** What stands before a relay: passes on as it comes, path and all. */
const startProxy = (to: number): Server =>
  createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming
    const onward = request({ host: '127.0.0.1', port: to, method, path: url, headers }, (answer) => {
      given.push(answer.statusCode ?? 0)
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.writeHead(502).end())
    incoming.pipe(onward)
  })

beforeAll(async () => {
  const relayPort = await freePort()
  proxyPort = await freePort()
  ground = await startGround([`127.0.0.1:${proxyPort}`])
  const far = new URL(ground.far.warehouseBaseUrl('any')).host
  relay = spawn(process.execPath, [join(import.meta.dirname, '../../relay/relay.mjs')], {
    env: { ...process.env, RELAY_SECRET: SECRET, RELAY_ALLOW: far, RELAY_PORT: String(relayPort) },
  })
  await new Promise((resolve) => relay.stdout?.once('data', resolve))
  proxy = startProxy(relayPort).listen(proxyPort, '127.0.0.1')
}, 120_000)

afterAll(async () => {
  relay?.kill('SIGKILL')
  proxy?.closeAllConnections()
  proxy?.close()
  await ground?.stop()
})

it('an order is placed, shipped and written back through it, its secret checked', async () => {
  const merchant = await Merchant.open(ground)
  const house = await merchant.house('rest')
  const shop = await merchant.shop('standard')
  await merchant.goods({ 'TEA-1': [10] })
  const path = `/warehouses/${house.id}`
  const to = (secret: string) => ({ egress: { relay: `http://127.0.0.1:${proxyPort}/out`, secret } })

  // With another secret nothing gets through, and nothing goes around it.
  await ground.patch(path, to('another secret of enough characters'))
  const id = await merchant.place(shop, { lines: [{ sku: 'TEA-1', quantity: 2 }] })
  await eventually(async () => expect((await merchant.exceptions('credential_refused'))[0]?.subject).toBe(house.id))
  expect(new Set(given)).toEqual(new Set([401]))
  expect(await merchant.documents(id)).toEqual([])
  expect((await merchant.order(id)).state).not.toBe('accepted')

  await ground.patch(path, to(SECRET))
  const { fulfillments } = await eventually(async () => {
    const order = await merchant.order(id)
    expect(order.state).toBe('accepted')
    return order
  }, 60)
  expect(fulfillments).toHaveLength(1)
  expect(await merchant.documents(id)).toMatchObject([{ warehouseId: house.far, status: 'accepted', repeats: 0 }])
  expect(given).toContain(200)

  // The shop has no relay: what it is told does not come by here.
  const before = given.length
  await ground.far.shipDocument((await merchant.documents(id))[0]?.n ?? 0)
  await eventually(async () => expect((await merchant.order(id)).state).toBe('shipped'))
  expect(given.length).toBe(before)
}, 180_000)
