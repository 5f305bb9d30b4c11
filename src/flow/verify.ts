/** Signatures: over the raw bytes, with each live secret. Before refusing, the connection is read once more: it may just have been changed. */
import type { Problem } from '../domain/problem.ts'
import type { Fields, Inbound } from '../wire/adapter.ts'
import type { WireRequest, WireResponse } from '../wire/message.ts'
import type { ReceivePorts } from './1-receive.ts'

const rereads = new Map<string, number>()
const REREAD_MS = 5_000

export const verify = async (
  ports: ReceivePorts,
  { signature }: Pick<Inbound<unknown>, 'signature'>,
  request: WireRequest,
  name: string,
  credentials: readonly Fields[],
  fresh: () => Promise<Fields[]>,
): Promise<Problem | undefined> => {
  const now = ports.now()
  const check = (sets: readonly Fields[]): Problem | undefined => {
    let problem: Problem | undefined = { code: 'signature_mismatch' }
    for (const set of sets) {
      const verified = signature.verify(request, set, now)
      if (verified.ok) return undefined
      problem = verified.error
    }
    return problem
  }
  const problem = check(credentials)
  if (!problem || problem.code === 'signature_missing' || now - (rereads.get(name) ?? 0) < REREAD_MS) return problem
  if (rereads.size > 10_000) rereads.clear()
  rereads.set(name, now)
  return check(await fresh())
}

/** Counted, and answered in the sender's dialect. */
export const refuse = (
  ports: ReceivePorts,
  connection: string,
  problem: Problem,
  request: WireRequest,
  inbound: Pick<Inbound<unknown>, 'ack'>,
): WireResponse => {
  ports.refused(connection, problem.code, request.body)
  return inbound.ack.refused
}
