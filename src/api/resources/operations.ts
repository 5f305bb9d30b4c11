import { z } from 'zod'
import { orderView } from '../../store/read.ts'
import { type Asked, movedBy, movedCount, operationRow } from '../../store/write/operations.ts'
import { type Call, param, route } from '../call.ts'
import { rowOwner } from '../owner.ts'
import { notFound, ok, type Reply } from '../problem.ts'
import { Only } from '../schema.ts'

/** What a call answers whose turn takes longer than two seconds. */
export const Pending = z.object({ status: z.literal('pending'), operationId: z.string(), location: z.string() })

const Operation = z.object({
  id: z.string(),
  status: z.enum(['pending', 'done']),
  at: z.int(),
  orderId: z.string().optional(),
  state: z.string().optional().describe("The order's state now"),
  total: z.int().optional().describe('Orders that a bulk action is for'),
  done: z.int().optional(),
  levels: z.array(z.record(z.string(), z.unknown())).optional(),
})

const progress = async (
  { db, merchantId }: Call,
  asked: Asked,
): Promise<{ status: 'pending' | 'done' } & Record<string, unknown>> => {
  if (asked.kind === 'stock') return { status: 'pending' }
  if (asked.kind === 'order') {
    const done = await movedBy(db, merchantId, asked)
    return {
      status: done ? 'done' : 'pending',
      orderId: asked.orderId,
      state: (await orderView(db, merchantId, asked.orderId))?.state,
    }
  }
  const [total, done] = [Object.keys(asked.orders).length, await movedCount(db, merchantId, asked.orders)]
  return { status: done >= total ? 'done' : 'pending', total, done }
}

const view = async (call: Call): Promise<Reply> => {
  const row = await operationRow(call.db, call.merchantId, param(call, 'id'))
  if (!row) return notFound('operation', param(call, 'id'))
  const { id, at, status, body } = row
  return ok({ id, at, ...(status === 'done' ? { status, levels: body } : await progress(call, body as Asked)) })
}

export const operations = [
  route({
    method: 'GET',
    path: '/operations/{id}',
    summary: 'What became of an action or adjustment; kept seven days',
    role: 'viewer',
    scope: rowOwner('operations'),
    query: Only,
    answers: { 200: Operation },
    run: view,
  }),
]
