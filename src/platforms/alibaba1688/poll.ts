import type { Pushed } from '../../domain/order.ts'
import type { Poll } from '../../wire/adapter.ts'
import { done } from '../../wire/answer.ts'
import { aopText, ask } from './call.ts'
import { idOf, List } from './schema.ts'

export const LIST = 'com.alibaba.trade/alibaba.trade.getSellerOrderList'
const PAGE = 20

/** The list has neither waybills nor memos nor receivers: it only says which orders to fetch. */
export const poll: Poll<Pushed> = {
  *page({ from, to, cursor = '1' }, shop) {
    const page = Number(cursor)
    const window = { modifyStartTime: aopText(from), modifyEndTime: aopText(to) }
    const read = yield* ask(shop, { api: LIST, params: { ...window, page, pageSize: PAGE }, schema: List, safe: true })
    if (read.class !== 'done') return read
    const { totalRecord, result } = read.value
    const events = result.map(({ baseInfo }) => {
      const event = { type: 'changed', what: 'listed', at: baseInfo.modifyTime ?? 0 } as const
      return { event: { ...event, platformOrderId: idOf(baseInfo) } }
    })
    return done({ events, ...(page * PAGE < totalRecord && { next: String(page + 1) }) })
  },
  overlapMs: 10 * 60_000,
  maxWindowMs: 24 * 3_600_000,
  everyMs: { fast: 60_000, slow: 600_000 },
}
