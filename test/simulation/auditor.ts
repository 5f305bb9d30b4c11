/** Written apart from the product: recomputes from the rows and the far sides' own counts what must be true at the end. */
import { audit as auditLedger } from '../../src/ledger/audit.ts'
import type { Run } from './scenario.ts'

interface Body {
  readonly id: string
  readonly waiting: boolean
  readonly excluded: readonly string[]
  readonly lines: readonly {
    readonly lineId: string
    readonly parts: readonly { readonly sku: string; readonly quantity: number }[]
    readonly quantity: number
  }[]
  readonly fulfillments: readonly {
    readonly document: string
    readonly warehouseId: string
    readonly status: string
    readonly lines: readonly { readonly sku: string; readonly quantity: number }[]
    readonly packages: readonly {
      readonly waybill: string
      readonly items: readonly { readonly sku: string; readonly quantity: number }[]
    }[]
  }[]
  readonly problems: readonly { readonly code: string }[]
}
interface OrderRow {
  readonly id: string
  readonly shop_id: string
  readonly platform_order_id: string
  readonly state: string
  readonly body: string
}

const add = (sums: Map<string, number>, key: string, n: number): void => void sums.set(key, (sums.get(key) ?? 0) + n)

/** Every sentence that is not true, empty if all is well. */
export const audit = (run: Run): string[] => {
  const rows = run.machine.store.all<OrderRow>('SELECT id, shop_id, platform_order_id, state, body FROM orders')
  const bodies = new Map(rows.map((row) => [row.platform_order_id, { row, body: JSON.parse(row.body) as Body }]))
  return [
    ...orders(run, bodies),
    ...goods(run),
    ...ledger(
      run,
      [...bodies.values()].map((item) => item.body),
    ),
    ...waiting(run, [...bodies.values()]),
    ...arrived(run, [...bodies.values()]),
  ]
}

/** An order whose parcels have all arrived, and that was told so, has arrived; what is under way is not. */
const arrived = ({ tracker }: Run, known: readonly Known[]): string[] =>
  known.flatMap(({ row, body }) => {
    const live = body.fulfillments.filter((item) => item.status !== 'dead')
    const parcels = live.flatMap((item) => item.packages.map(({ waybill }) => tracker.parcels.get(waybill)))
    const all = parcels.length > 0 && live.every((item) => item.status === 'shipped')
    if (all && parcels.every((parcel) => parcel?.told) && row.state === 'shipped')
      return [`${row.platform_order_id}: all its parcels have arrived, and it is still shipped`]
    if (row.state === 'delivered' && parcels.some((parcel) => (parcel?.seen.length ?? 0) < 4))
      return [`${row.platform_order_id}: delivered, but a parcel is under way`]
    return []
  })

type Known = { readonly row: OrderRow; readonly body: Body }

/** Nothing acknowledged is lost; each goes out once; each waybill is written back once; no state without an owner. */
const orders = (run: Run, bodies: ReadonlyMap<string, Known>): string[] => {
  const wrong: string[] = []
  const live = Map.groupBy(
    run.warehouses.flatMap((warehouse) => warehouse.documents.filter((item) => item.status !== 'cancelled')),
    (item) => item.platformOrderId,
  )
  for (const order of run.shops.flatMap((shop) => [...shop.orders.values()])) {
    const known = bodies.get(order.id)
    if (!known) {
      wrong.push(`${order.id}: acknowledged and lost`)
      continue
    }
    const { state } = known.row
    const documents = live.get(order.id) ?? []
    const numbers = documents.map((item) => item.document)
    if (new Set(numbers).size !== numbers.length)
      wrong.push(`${order.id}: one document twice at a warehouse (${numbers.join(', ')})`)
    const sent = new Map<string, number>()
    for (const document of documents) for (const line of document.lines) add(sent, line.sku, line.quantity)
    const want = new Map<string, number>()
    for (const line of order.lines) add(want, line.sku, line.quantity)
    for (const [sku, quantity] of sent)
      if (quantity > (want.get(sku) ?? 0))
        wrong.push(`${order.id}: ${sku} sent ${quantity} times instead of ${want.get(sku)}`)
    const settled = order.status === 'open' && !order.refund && order.paid
    const complete = [...want].every(([sku, quantity]) => sent.get(sku) === quantity)
    if (settled && !complete && state !== 'exception' && !known.body.waiting)
      wrong.push(
        `${order.id}: ${state}, but only ${JSON.stringify([...sent])} of ${JSON.stringify([...want])} is at a warehouse`,
      )
    if (['received', 'reserved', 'dispatched', 'accepted', 'cancel_requested'].includes(state))
      wrong.push(`${order.id}: still ${state} hours later`)
    if (state === 'awaiting_payment' && order.paid) wrong.push(`${order.id}: paid, but ${state}`)
    const waybills = documents.flatMap((document) => document.packages.map((item) => item.waybill))
    for (const [waybill, times] of order.waybills)
      if (!waybills.includes(waybill) || times > 1)
        wrong.push(`${order.id}: waybill ${waybill} written back ${times} times`)
    if (settled)
      for (const waybill of waybills)
        if (!order.waybills.has(waybill) && state !== 'exception')
          wrong.push(`${order.id}: waybill ${waybill} never written back (${state})`)
    if (order.status === 'cancelled' && documents.some((item) => item.status === 'accepted') && state !== 'exception')
      wrong.push(`${order.id}: cancelled, but the warehouse still has it (${state})`)
  }
  return wrong
}

/** What left a warehouse was there: live documents never take more than was counted in. */
const goods = (run: Run): string[] =>
  run.warehouses.flatMap((warehouse) => {
    const taken = new Map<string, number>()
    for (const document of warehouse.documents.filter((item) => item.status !== 'cancelled'))
      for (const line of document.lines) add(taken, line.sku, line.quantity)
    return [...taken]
      .filter(([sku, n]) => n > (run.counted.get(`${warehouse.id} ${sku}`) ?? 0))
      .map(
        ([sku, n]) =>
          `${warehouse.id}: ${sku} oversold, ${n} promised of ${run.counted.get(`${warehouse.id} ${sku}`) ?? 0}`,
      )
  })

/** The books equal the open reservations of the orders, and the store's copy equals the books. */
const ledger = (run: Run, bodies: readonly Body[]): string[] => {
  const wrong: string[] = []
  const open = new Map<string, number>()
  const shipped = new Map<string, number>()
  for (const { document, warehouseId, status, lines, packages } of bodies.flatMap((body) => body.fulfillments)) {
    if (document === '') wrong.push('a fulfillment without a number')
    for (const item of packages.flatMap((part) => part.items)) add(shipped, `${warehouseId} ${item.sku}`, item.quantity)
    if (status === 'dead' || status === 'shipped') continue
    for (const line of lines) add(open, `${warehouseId} ${line.sku}`, line.quantity)
    for (const item of packages.flatMap((part) => part.items)) add(open, `${warehouseId} ${item.sku}`, -item.quantity)
  }
  for (const [home, host] of run.machine.stocks())
    for (const difference of auditLedger(host.sql))
      wrong.push(`${home}: the ledger contradicts itself: ${JSON.stringify(difference)}`)
  for (const level of run.machine.store.all<{ sku: string; warehouse_id: string; on_hand: number; reserved: number }>(
    'SELECT sku, warehouse_id, on_hand, reserved FROM stock_levels',
  )) {
    const key = `${level.warehouse_id} ${level.sku}`
    if (level.reserved !== (open.get(key) ?? 0))
      wrong.push(`${key}: reserved ${level.reserved}, but open fulfillments say ${open.get(key) ?? 0}`)
    const onHand = (run.counted.get(key) ?? 0) - (shipped.get(key) ?? 0)
    if (level.on_hand !== onHand) wrong.push(`${key}: on hand ${level.on_hand}, counted minus shipped is ${onHand}`)
  }
  return wrong
}

/** No order waits beside free stock: of what it still needs, no warehouse that may serve it has all. */
const waiting = (run: Run, known: readonly Known[]): string[] => {
  const levels = run.machine.store.all<{ sku: string; warehouse_id: string; on_hand: number; reserved: number }>(
    'SELECT sku, warehouse_id, on_hand, reserved FROM stock_levels',
  )
  const free = new Map(levels.map((row) => [`${row.warehouse_id} ${row.sku}`, row.on_hand - row.reserved]))
  return known
    .filter(({ body }) => body.waiting)
    .flatMap(({ row, body }) => {
      const need = new Map<string, number>()
      for (const line of body.lines) for (const part of line.parts) add(need, part.sku, part.quantity * line.quantity)
      for (const line of body.fulfillments.filter((item) => item.status !== 'dead').flatMap((item) => item.lines))
        add(need, line.sku, -line.quantity)
      const able = run.warehouses.filter((warehouse) => !body.excluded.includes(warehouse.id))
      const fits = able.filter((warehouse) =>
        [...need].every(([sku, n]) => (free.get(`${warehouse.id} ${sku}`) ?? 0) >= n),
      )
      return fits.map((warehouse) => `${row.platform_order_id}: waits although ${warehouse.id} has it all`)
    })
}
