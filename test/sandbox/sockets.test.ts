/** The far end of sockets, by a platform of few words: text frames, `?` to begin, `+id` to confirm. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { FaultName } from '../../sandbox/faults.ts'
import { platforms } from '../../sandbox/platforms/index.ts'
import type { Platform } from '../../sandbox/platforms/platform.ts'
import { type Bench, startBench, until } from './support.ts'

const standard = platforms.standard as Platform
const { envelope: _, acknowledged: __, ...calls } = standard
const talker: Platform = {
  ...calls,
  socket: {
    appField: 'appKey',
    refusal: ([password]) => (password === 'open' ? undefined : 'wrong password'),
    hear: (frame, session) => {
      const text = frame.toString()
      if (text === '?') return { ready: true, session: 'begun', send: ['welcome'] }
      if (session !== 'begun') return { refused: 'begin first' }
      return { confirmed: text.startsWith('+') ? [text.slice(1)] : [] }
    },
    frame: ({ deliveryId, body }) => JSON.stringify({ deliveryId, body }),
  },
}

let bench: Bench
beforeAll(async () => {
  Object.assign(platforms, { talker })
  bench = await startBench()
  for (const id of ['t1', 't2'])
    await bench.client.putShop({
      id,
      platform: 'talker',
      credentials: { appKey: 'app-1', secret: 'whsec_AAAA' },
      settings: { retryMs: Array(20).fill(30), timeoutMs: 200 },
      listings: [{ code: 'A', quantity: 100 }],
    })
})
afterAll(() => bench.close())

interface Client {
  readonly socket: WebSocket
  readonly heard: string[]
}
/** Opens, begins, and confirms what comes, unless told not to. */
const open = async ({ confirms = true, begins = true, path = 'talker/app-1/open' } = {}): Promise<Client> => {
  const socket = new WebSocket(`${bench.sandbox.url.replace('http', 'ws')}/sockets/${path}`)
  const heard: string[] = []
  socket.on('error', () => undefined)
  socket.on('message', (data) => {
    heard.push(String(data))
    if (String(data).startsWith('{') && confirms) socket.send(`+${JSON.parse(String(data)).deliveryId}`)
  })
  await new Promise((resolve) => socket.once('open', resolve).once('close', resolve))
  if (begins && socket.readyState === WebSocket.OPEN) socket.send('?')
  return { socket, heard }
}
const place = async (shopId = 't1'): Promise<string> =>
  (await bench.client.placeOrders({ shopId, count: 1, lines: [{ sku: 'A' }] })).ids[0] ?? ''
const told = async (id: string): Promise<boolean> => (await bench.client.order(id)).acknowledgedAt !== null
const strike = (fault: FaultName) => bench.client.addFault({ target: 't1', fault, count: 1 })
const heardOf = ({ heard }: Client, id: string): number => heard.filter((each) => each.includes(id)).length

describe('the far end of a socket', () => {
  it('keeps what nobody is there to hear, and tells it to whoever begins, for every shop of the app', async () => {
    const ids = [await place('t1'), await place('t2')]
    const silent = await open({ begins: false })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(silent.heard).toEqual([])
    const client = await open()
    for (const id of ids) await until(() => told(id))
    expect(ids.map((id) => heardOf(client, id))).toEqual([1, 1])
    silent.socket.close()
    client.socket.close()
  })

  it('refuses a wrong password, an app it does not know, and a frame before the beginning', async () => {
    for (const path of ['talker/app-1/wrong', 'talker/app-2/open', 'standard/app-1/open', 'nobody/app-1/open'])
      expect((await open({ path })).socket.readyState, path).toBe(WebSocket.CLOSED)
    const { socket } = await open({ begins: false })
    socket.send('+1')
    expect(await new Promise((resolve) => socket.once('close', resolve))).toBe(1008)
  })

  it('says again what is not confirmed, until it is', async () => {
    const deaf = await open({ confirms: false })
    const id = await place()
    await until(() => heardOf(deaf, id) >= 2)
    expect(await told(id)).toBe(false)
    deaf.socket.close()
    const client = await open()
    await until(() => told(id))
    client.socket.close()
  })

  it('takes a confirmation that comes after its time', async () => {
    const late = await open({ confirms: false })
    const id = await place()
    await until(() => heardOf(late, id) > 0)
    await bench.client.putShop({ id: 't1', settings: { retryMs: [] } })
    const { deliveryId } = JSON.parse(late.heard.find((each) => each.includes(id)) ?? '{}')
    await new Promise((resolve) => setTimeout(resolve, 250))
    late.socket.send(`+${deliveryId}`)
    await until(() => told(id))
    late.socket.close()
    await bench.client.putShop({ id: 't1', settings: { retryMs: Array(20).fill(30) } })
  })

  it('breaks off in the middle of a frame, falls silent, doubles, refuses the handshake, as it is told to', async () => {
    const first = await open()
    await strike('socket-cut')
    const id = await place()
    const code = await new Promise((resolve) => first.socket.once('close', resolve))
    expect([code, heardOf(first, id)]).toEqual([1006, 0])
    await strike('socket-refused')
    expect((await open()).socket.readyState).toBe(WebSocket.CLOSED)
    const second = await open()
    await until(() => told(id))
    await strike('duplicate')
    const doubled = await place()
    await until(() => heardOf(second, doubled) === 2)
    await strike('socket-silent')
    const unheard = await place()
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect([second.socket.readyState, heardOf(second, unheard)]).toEqual([WebSocket.OPEN, 0])
    const third = await open()
    await until(() => told(unheard))
    second.socket.close()
    third.socket.close()
  })
})
