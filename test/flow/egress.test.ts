/** Which way a connection's calls go out, and that a relay which cannot be used is never gone around. */
import { describe, expect, it } from 'vitest'
import type { DispatchPorts } from '../../src/flow/5-dispatch.ts'
import { converse } from '../../src/flow/converse.ts'
import type { Credential } from '../../src/flow/credential.ts'
import { talk } from '../../src/flow/pace.ts'
import { shopTarget, warehouseTarget } from '../../src/flow/targets.ts'
import type { Result } from '../../src/lib/result.ts'
import { NotAnswered, sender } from '../../src/send.ts'
import { places, Vault } from '../../src/store/vault.ts'
import type { Conversation } from '../../src/wire/adapter.ts'
import { done } from '../../src/wire/answer.ts'
import type { Egress } from '../../src/wire/relay.ts'
import { START } from './facts.ts'

const vault = new Vault(btoa('k'.repeat(32)))
const way = (name: string): Egress => ({ relay: `https://${name}.example.com`, secret: 's'.repeat(32) })
const sealed = (kind: 'app' | 'shop' | 'warehouse', id: string, by = vault) =>
  by.seal(places.egress(kind, id), JSON.stringify(way(kind)))

const row = { merchantId: 'm1', name: 'n', credentials: '', previous: null, settings: {}, enabled: true }
const ports = (
  egress: { app?: string | null; shop?: string | null; warehouse?: string | null },
  appId: string | null = 'a1',
) =>
  ({
    config: {
      app: async () => ({ ...row, id: 'a1', platform: 'standard', egress: egress.app ?? null }),
      shop: async () => ({ ...row, id: 's1', platform: 'standard', appId, features: {}, egress: egress.shop ?? null }),
      warehouse: async () => ({ ...row, id: 'w1', system: 'rest', egress: egress.warehouse ?? null }),
    },
    vault,
    now: () => START,
    random: () => 'nonce',
  }) as unknown as DispatchPorts

const credentialOf = async (found: Promise<Result<{ readonly credential: Credential }, unknown>>) => {
  const target = await found
  if (!target.ok) throw new Error('no target')
  return target.value.credential
}

describe('calls go out', () => {
  it.each([
    ['directly', {}, undefined],
    ['through the shop’s relay', { shop: sealed('shop', 's1') }, way('shop')],
    ['through its app’s', { app: sealed('app', 'a1') }, way('app')],
    ['through its own rather than its app’s', { app: sealed('app', 'a1'), shop: sealed('shop', 's1') }, way('shop')],
  ])('of a shop %s', async (_, egress, expected) =>
    expect(await credentialOf(shopTarget(ports(egress), 's1'))).toMatchObject({ key: 'app:a1', egress: expected }),
  )

  it('of a shop without an app, and of a warehouse, under their own name', async () => {
    expect(await credentialOf(shopTarget(ports({ app: sealed('app', 'a1') }, null), 's1'))).toEqual({
      ...{ key: 'shop:s1', limits: undefined, egress: undefined },
    })
    expect(await credentialOf(warehouseTarget(ports({ warehouse: sealed('warehouse', 'w1') }), 'w1'))).toEqual({
      ...{ key: 'wh:w1', limits: undefined, egress: way('warehouse') },
    })
  })

  it.each([
    ['sealed with a lost key', sealed('warehouse', 'w1', new Vault(btoa('x'.repeat(32))))],
    ['of another connection', sealed('warehouse', 'w2')],
  ])('nowhere where the relay is %s', async (_, egress) => {
    const credential = await credentialOf(warehouseTarget(ports({ warehouse: egress }), 'w1'))
    const call = { method: 'GET', url: 'https://wms.example.com', headers: {}, body: '' }
    await expect(sender(undefined)(call, 1_000, credential.egress)).rejects.toMatchObject({ sent: false })
  })
})

describe('a conversation', () => {
  function* two(): Conversation {
    for (const safe of [true, false])
      yield { method: 'POST', url: 'https://wms.example.com', headers: {}, body: '', safe }
    return done(undefined)
  }
  const patience = { perCallMs: 1_000, allMs: 9_000, now: () => START }

  it('takes the credential’s way with every call', async () => {
    const ways: (Egress | undefined)[] = []
    const send = async (_: unknown, __: number, egress?: Egress) => {
      ways.push(egress)
      return { status: 200, headers: {}, body: '' }
    }
    const credential = { key: 'wh:w1', limits: undefined, egress: way('warehouse') }
    expect(await talk({ send, now: () => START }, credential, two(), patience)).toMatchObject({ class: 'done' })
    expect(ways).toEqual([way('warehouse'), way('warehouse')])
  })

  it('that the relay does not let through is a matter of secrets; once something was said, of not knowing', async () => {
    const refusedAt = (n: number) => {
      let calls = 0
      return converse(
        two(),
        async () => {
          calls += 1
          if (calls > n) throw new NotAnswered('relay: 401', false, true)
          return { status: 200, headers: {}, body: '' }
        },
        patience,
      )
    }
    function* three(): Conversation {
      yield* two()
      return yield* two()
    }
    expect([await refusedAt(0), await refusedAt(1)]).toMatchObject([{ class: 'auth' }, { class: 'auth' }])
    let calls = 0
    const late = converse(
      three(),
      async () => {
        calls += 1
        if (calls > 2) throw new NotAnswered('relay: 401', false, true)
        return { status: 200, headers: {}, body: '' }
      },
      patience,
    )
    expect(await late).toMatchObject({ class: 'unknown' })
  })
})
