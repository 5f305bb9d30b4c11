/** What waited for a change of the configuration is told of it. */
import { all, text } from '../store/rows.ts'
import { ordersWaiting } from '../store/write/operations.ts'
import type { Call } from './call.ts'
import { command } from './commands.ts'
import { append } from './lanes.ts'

/** Of one call; what is beyond stays in its exception, to be released in bulk. */
const MOST = 5_000

/** Orders with an open exception of these codes and subjects look again. Answers with how many. */
export const release = async (call: Call, codes: readonly string[], subjects?: readonly string[]): Promise<number> => {
  const waiting = await ordersWaiting(call.db, call.merchantId, codes, subjects, MOST)
  await command(call, waiting, { action: 'retry' })
  return waiting.length
}

/** Lanes keep their configuration for five seconds: told earlier, they would look at the old one. */
const KEPT_MS = 5_500

export const releaseLater = (call: Call, codes: readonly string[]): void => {
  const work = async (): Promise<void> => {
    if ((await ordersWaiting(call.db, call.merchantId, codes, undefined, 1)).length === 0) return
    await scheduler.wait(KEPT_MS)
    await release(call, codes)
  }
  call.later(work())
}

const SKUS = 500

/** The shop's listings of these SKUs, or all of them, are shown anew. */
export const showStock = async (call: Call, shopId: string, skus?: readonly string[]): Promise<void> => {
  const listed =
    skus ??
    (
      await all(
        call.db,
        'SELECT DISTINCT sku FROM listings WHERE shop_id = ? AND merchant_id = ?',
        shopId,
        call.merchantId,
      )
    ).map((row) => text(row.sku))
  const chunks = Array.from({ length: Math.ceil(listed.length / SKUS) }, (_, i) =>
    listed.slice(i * SKUS, (i + 1) * SKUS),
  )
  await append(
    call.env,
    `shop:${shopId}`,
    chunks.map((part, i) => ({ id: `x:${call.commandId}:${i}`, at: call.now, body: { kind: 'dirty', skus: part } })),
  )
}

/** A tracker is there, or follows otherwise: parcels that left before are looked at again. Those beyond the bound at their next event. */
export const followLater = (call: Call): void => {
  const work = async (): Promise<void> => {
    await scheduler.wait(KEPT_MS)
    const rows = await all(
      call.db,
      `SELECT id, shop_id FROM orders WHERE merchant_id = ? AND state = 'shipped' LIMIT ?`,
      call.merchantId,
      MOST,
    )
    for (const [shop, list] of Map.groupBy(rows, (row) => text(row.shop_id)))
      await append(
        call.env,
        `shop:${shop}`,
        list.map(({ id }) => ({
          ...{ id: `x:${call.commandId}:${text(id)}`, at: call.now },
          ...{ ref: `o:${text(id)}` as const, body: { kind: 'timer' } as const },
        })),
      )
  }
  call.later(work())
}
