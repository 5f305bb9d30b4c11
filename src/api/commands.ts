/** What a person wants of orders, as events of their lanes: one command id, one event per order, appended in chunks. */
import type { Command } from '../lane/event.ts'
import { orderView } from '../store/read.ts'
import { type Asked, insertOperation, movedBy, movedCount, type OrderPlace } from '../store/write/operations.ts'
import type { Call } from './call.ts'
import { append, within } from './lanes.ts'
import { ok, type Reply } from './problem.ts'

export type Wish = Omit<Command, 'actor' | 'problemId'>

/** A repeat of the same call appends the same ids, which the lanes know already. */
export const command = async (call: Call, targets: readonly OrderPlace[], wish: Wish): Promise<void> => {
  await Promise.all(
    [...Map.groupBy(targets, (target) => target.shopId)].map(([shopId, list]) =>
      append(
        call.env,
        `shop:${shopId}`,
        list.map(({ id, problemId }) => ({
          id: `c:${call.commandId}:${id}`,
          at: call.now,
          ref: `o:${id}` as const,
          body: {
            kind: 'command',
            command: { ...wish, actor: call.caller.name, ...(problemId !== undefined && { problemId }) },
          },
        })),
      ),
    ),
  )
}

/** One order: waits for its turn, answers with the order as it is then, or says where to ask. */
export const commandOne = async (call: Call, target: OrderPlace, wish: Wish): Promise<Reply> => {
  const asked = {
    kind: 'order',
    orderId: target.id,
    action: wish.action,
    since: target.seq,
    actor: call.caller.name,
  } as const
  await command(call, [target], wish)
  const done = await within(() => movedBy(call.db, call.merchantId, asked))
  return done
    ? ok({ status: 'done', order: await orderView(call.db, call.merchantId, target.id) })
    : pending(call, asked)
}

/** Many orders: waits as long, then says how many are done and where to ask for the rest. */
export const commandMany = async (call: Call, targets: readonly OrderPlace[], wish: Wish): Promise<Reply> => {
  await command(call, targets, wish)
  const orders = Object.fromEntries(targets.map((target) => [target.id, target.seq]))
  const count = targets.length
  const done = await within(
    async () => count === 0 || (await movedCount(call.db, call.merchantId, orders)) >= count || undefined,
  )
  return done
    ? ok({ status: 'done', total: count, done: count })
    : pending(call, { kind: 'bulk', action: wish.action, orders })
}

/** It stands in the lane and will be done. */
export const pending = async (call: Call, asked: Asked): Promise<Reply> => {
  const id = operationId(call)
  await insertOperation(call.db, call.merchantId, id, asked, call.now)
  const location = `/api/v1/operations/${id}`
  return {
    status: 202,
    body: { status: 'pending', operationId: id, location },
    headers: { location, 'retry-after': '1' },
  }
}

export const operationId = (call: Pick<Call, 'commandId'>): string => `op_${call.commandId.split('_')[1]}`
