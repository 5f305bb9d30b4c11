/** Signatures: over the raw bytes, with each live secret. Before refusing, the connection is read once more: it may just have been changed. */
import type { Problem } from '../domain/problem.ts'
import { err, ok, type Result } from '../lib/result.ts'
import type { Fields, Inbound } from '../wire/adapter.ts'
import type { WireRequest, WireResponse } from '../wire/message.ts'
import type { ReceivePorts } from './1-receive.ts'

const rereads = new Map<string, number>()
const REREAD_MS = 5_000

/** The credentials by which the signature is right, or what is wrong with it. */
export const verify = async (
  ports: Pick<ReceivePorts, 'now'>,
  { signature }: Pick<Inbound<unknown>, 'signature'>,
  request: WireRequest,
  name: string,
  credentials: readonly Fields[],
  fresh: () => Promise<readonly Fields[]>,
): Promise<Result<Fields, Problem>> => {
  const now = ports.now()
  const check = (sets: readonly Fields[]): Result<Fields, Problem> => {
    let problem: Problem = { code: 'signature_mismatch' }
    for (const set of sets) {
      const verified = signature.verify(request, set, now)
      if (verified.ok) return ok(set)
      problem = verified.error
    }
    return err(problem)
  }
  const checked = check(credentials)
  if (checked.ok || checked.error.code === 'signature_missing' || now - (rereads.get(name) ?? 0) < REREAD_MS)
    return checked
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
