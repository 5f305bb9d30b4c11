/**
 * 库存流水: what moved, page by page. Documents are not in it, nor is there a list of them by what changed: they are asked
 * for one by one (`asks`). Parcels to buyers stand in the flow too, and are left out here.
 */
import type { WarehouseEvent } from '../../domain/fulfillment.ts'
import type { Poll, PollPage } from '../../wire/adapter.ts'
import { done, type Failure, failure } from '../../wire/answer.ts'
import { beijingText, fromBeijing } from '../../wire/time.ts'
import { ask, field, listAt, pieces } from './call.ts'
import { NO_MORE_FLOW } from './codes.ts'
import { Options, skuOf } from './settings.ts'

/** "More than 0, less than 100". */
const ROWS = 99

export const poll: Poll<WarehouseEvent> = {
  *page({ from, to, cursor = '1' }, warehouse) {
    const settings = Options.parse(warehouse.settings)
    if (!settings.stockFlow) return NOTHING
    const { deptNo, warehouseNo, shopNo } = warehouse.credentials
    const times = { startTime: beijingText(from), endTime: beijingText(to) }
    const page = { startPage: Number(cursor), onePageNum: ROWS }
    const params = { ...times, deptNo, warehouseNo, shopNo, ...page }
    const answer = yield* ask(warehouse, 'stock.queryVmiShopStockFlow', params, true)
    if (answer.class !== 'done') return ended(answer) ? NOTHING : answer
    const rows = listAt(answer.value, 'vmiShopStockFlowList')
    const events = rows.map((row) => moveOf(row, settings))
    if (events.includes(undefined)) return failure('retry', true, 'a flow that does not read')
    return done<PollPage<WarehouseEvent>>({
      events: events.flatMap((event) => event ?? []),
      ...(rows.length >= ROWS && { next: String(Number(cursor) + 1) }),
    })
  },
  overlapMs: 600_000,
  maxWindowMs: 86_400_000,
  everyMs: { fast: 15_000, slow: 60_000 },
}

const NOTHING = done<PollPage<WarehouseEvent>>({ events: [] })

const ended = (answer: Failure): boolean => 'detail' in answer && NO_MORE_FLOW.test(answer.detail)

/** Undefined: it does not read. A shipment to a buyer, and a row that changes nothing, are an empty list. */
const moveOf = (row: unknown, settings: Options): readonly WarehouseEvent[] | undefined => {
  const [flowId, goodsNo, reason] = [field(row, 'flowId'), field(row, 'goodsNo'), field(row, 'bizTypeName')]
  const [former, now, at] = [pieces(row, 'formerNum'), pieces(row, 'nowNum'), fromBeijing(field(row, 'createTime'))]
  if (!flowId || !goodsNo || former === undefined || now === undefined || at === undefined) return undefined
  const delta = now - former
  if (delta === 0 || (delta < 0 && /销售/.test(reason))) return []
  return [{ type: 'moved', at, items: [{ bizId: `flow:${flowId}`, sku: skuOf(goodsNo, settings), delta, reason }] }]
}
