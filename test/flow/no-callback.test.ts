/** A system that does not call back has no door: whatever knocks there finds nothing. */
import { afterEach, describe, expect, it } from 'vitest'
import { type ReceivePorts, receiveCallback } from '../../src/flow/1-receive.ts'
import { reread } from '../../src/flow/reread.ts'
import { places, Vault } from '../../src/store/vault.ts'
import { warehouses } from '../../src/warehouses/index.ts'
import { bytes } from '../../src/wire/message.ts'
import { START } from './facts.ts'

const vault = new Vault(btoa('k'.repeat(32)))
const ports = (system: string) =>
  ({
    config: { warehouse: async () => ({ id: 'n', merchantId: 'm1', system, credentials: '', previous: null }) },
    vault,
    now: () => START,
    random: () => 'nonce',
    append: async () => undefined,
    refused: () => undefined,
  }) as unknown as ReceivePorts
const knock = (system: string) =>
  receiveCallback(ports(system), system, 'n', {
    method: 'POST',
    url: `https://router.test/callbacks/${system}/n`,
    headers: {},
    body: bytes('{}'),
  })

describe('a callback', () => {
  const registry = warehouses as Record<string, unknown>
  afterEach(() => delete registry.pulled)

  it('to a system that is only polled is not found; to one that calls back it is refused', async () => {
    const { inbound: _, ...pulled } = warehouses.rest ?? {}
    registry.pulled = pulled
    expect((await knock('pulled')).status).toBe(404)
    expect((await knock('rest')).status).toBe(401)
    expect((await knock('nobody')).status).toBe(404)
  })

  it('kept from before cannot be read again once the system calls back no more', async () => {
    const raw = vault.sealRaw(places.raw('wh:n'), 'POST /callbacks/pulled/n\n\n{}')
    registry.pulled = { ...warehouses.rest, inbound: undefined }
    expect(await reread(ports('pulled'), 'wh:n', raw, 'e1', START)).toEqual({
      ok: false,
      error: 'the connection it came through is gone',
    })
  })
})
