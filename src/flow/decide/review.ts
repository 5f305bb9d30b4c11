/** 审单: what stands in the way of an order, found anew after every event, so that a fix releases it by itself. */

import { type OrderState, unmet, wantedLines } from '../../domain/order-state.ts'
import type { Problem, ProblemCode } from '../../domain/problem.ts'
import { PARCEL_CODES } from '../../domain/problem-parcel.ts'
import { serves } from '../../domain/region.ts'
import type { WarehouseFacts } from '../../store/config.ts'
import type { World } from '../world.ts'

/** Problems with which nothing more of the order is reserved or sent. The rest only wants attention. */
const ATTENTION: readonly ProblemCode[] = [
  'order_late',
  'writeback_refused',
  'carrier_unmapped',
  'confirm_foreign',
  'document_unknown',
  'stock_short',
  'platform_silent',
  ...PARCEL_CODES,
]
export const blocks = (problem: Problem): boolean => !ATTENTION.includes(problem.code)

/** How long before the ship-by time an order that has not shipped raises an alarm. */
export const LATE_MARGIN = 2 * 3_600_000

export const review = (order: OrderState, world: World): Problem[] => {
  if (order.version === 0 || order.platformStatus !== 'open') return []
  const wanted = wantedLines(order)
  const problems: Problem[] = []
  for (const line of wanted.filter((item) => item.parts.length === 0)) {
    problems.push(
      line.code
        ? { code: 'sku_unknown', at: line.code, facts: { sku: line.code } }
        : { code: 'sku_missing', at: line.listingId ?? line.lineId, facts: { line: line.lineId } },
    )
  }
  if (
    wanted.length === 0 &&
    Object.keys(order.refunds).length === 0 &&
    order.fulfillments.length === 0 &&
    order.lines.every((line) => line.status === 'open')
  )
    problems.push({ code: 'order_empty' })
  const missing = order.receiver?.missing ?? []
  if (wanted.length > 0 && missing.length > 0 && needsReceiver(order, world))
    problems.push({ code: 'receiver_incomplete', at: 'receiver', facts: { missing: missing.join(', ') } })
  if (unmet(order).length > 0 && missing.length === 0) problems.push(...filterWarehouses(order, world).problems)
  return [...problems, ...late(order, world)]
}

/** TikTok Shop and Shopee show stars, or nobody, until an order is paid and may ship: before that nothing is wrong. */
const needsReceiver = ({ payment, shippable }: OrderState, world: World): boolean =>
  (shippable && payment !== 'unpaid' && payment !== 'deposit') || world.shop?.reserveOn === 'placed'

const late = (order: OrderState, world: World): Problem[] => {
  const open =
    order.fulfillments.some((item) => item.status !== 'dead' && item.status !== 'shipped') || unmet(order).length > 0
  return open && order.shipBy !== undefined && order.payment !== 'unpaid' && world.now >= order.shipBy - LATE_MARGIN
    ? [{ code: 'order_late', at: 'shipBy' }]
    : []
}

/** Hard filters, one after the other; the first that leaves nobody is the reason. */
export const filterWarehouses = (
  order: OrderState,
  world: World,
): { readonly able: readonly WarehouseFacts[]; readonly problems: readonly Problem[] } => {
  const kind = order.receiver?.kind ?? 'plain'
  const region = order.receiver?.region
  const filters: readonly [keep: (warehouse: WarehouseFacts) => boolean, problem: Problem][] = [
    [(item) => item.enabled, { code: 'no_warehouse' }],
    [(item) => item.receiverKinds.includes(kind), { code: 'receiver_unshippable', at: kind, facts: { kind } }],
    [
      (item) => serves(item.regions, region),
      { code: 'region_unserved', at: region ?? '?', facts: { region: region ?? '?' } },
    ],
    [(item) => order.payment !== 'cod' || item.cod, { code: 'cod_unsupported' }],
    [
      (item) => !order.excluded.includes(item.id),
      { code: 'warehouse_rejected', at: 'all', facts: { message: lastWords(order) } },
    ],
  ]
  let able = world.warehouses
  for (const [keep, problem] of filters) {
    able = able.filter(keep)
    if (able.length === 0) return { able, problems: [problem] }
  }
  return { able, problems: [] }
}

const lastWords = (order: OrderState): string =>
  order.fulfillments.filter((item) => item.status === 'dead' && item.said).at(-1)?.said ?? ''
