/** Senders that sign with a key of their own: the key is asked for once, and kept for an hour as one more credential. */
import { Recent } from '../lib/recent.ts'
import type { Send } from '../send.ts'
import type { Connection, Fields, Inbound } from '../wire/adapter.ts'
import type { WireRequest } from '../wire/message.ts'
import { converse } from './converse.ts'

const HOUR = 3_600_000
const kept = new Recent<{ readonly key: string; readonly at: number }>(200)

/** The credentials with the sender's key. Throws where it can't be asked for now: the sender gets a 503 and comes again. */
export const withPublicKey = async (
  send: Send,
  { publicKey }: Pick<Inbound<unknown>, 'publicKey'>,
  request: WireRequest,
  credentials: readonly Fields[],
  owner: Connection,
): Promise<readonly Fields[]> => {
  const id = publicKey?.id(request)
  if (!publicKey || id === undefined) return credentials
  const known = kept.get(`${owner.baseUrl} ${id}`)
  const key = known && owner.now - known.at < HOUR ? known.key : await asked(send, publicKey.ask(id, owner), owner)
  if (key === undefined) return credentials
  if (key !== known?.key) kept.set(`${owner.baseUrl} ${id}`, { key, at: owner.now })
  return credentials.map((fields) => ({ ...fields, publicKey: key }))
}

/** Undefined: the sender knows no such key, so nobody it vouches for has signed. */
const asked = async (
  send: Send,
  conversation: ReturnType<NonNullable<Inbound<unknown>['publicKey']>['ask']>,
  { now }: Connection,
): Promise<string | undefined> => {
  const answer = await converse(conversation, send, { perCallMs: 3_000, allMs: 6_000, now: () => now })
  if (answer.class === 'done') return answer.value
  if (answer.class === 'rejected') return undefined
  throw new Error(`the sender's public key cannot be asked for: ${answer.class} ${answer.detail}`)
}
