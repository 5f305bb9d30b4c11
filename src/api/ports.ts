/** What the API's calls to partners need: the same as a consumer's, made of the Worker's bindings. */
import type { Env } from '../env.ts'
import { Config } from '../flow/config.ts'
import type { TokenPorts } from '../flow/tokens.ts'
import { sender } from '../send.ts'
import type { Vault } from '../store/vault.ts'
import { grantsOf } from '../store/write/grants.ts'
import { append } from './lanes.ts'

/** A configuration of its own, read anew: a person has just changed something and looks what became of it. */
export const partnerPorts = (env: Env, vault: Vault): TokenPorts => ({
  config: new Config(env.DB, Date.now),
  vault,
  now: Date.now,
  random: () => crypto.randomUUID(),
  send: sender(env.OUTBOUND_ALLOW),
  grants: grantsOf(env.DB),
  append: (lane, events) => append(env, lane, events),
})
