/** What must be true after the storm, from the far sides' own counts and from our API; written apart from the product. */
import type { SandboxClient } from '../sandbox/client.ts'
import type { Api } from './api.ts'
import type { Demo } from './demo.ts'

interface Level {
  readonly warehouseId: string
  readonly onHand: number
  readonly reserved: number
}
interface FulfillmentView {
  readonly warehouseId: string
  readonly status: string
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[]
  readonly packages?: readonly { readonly items: readonly { readonly sku: string; readonly quantity: number }[] }[]
}

export const auditBooks = async (api: Api, far: SandboxClient, demo: Demo): Promise<string[]> => {
  const audit = await far.audit(100_000)
  const orders = await everyOrder(api, demo.merchantId)
  const excused = new Set(
    orders
      .filter((order) => ['awaiting_stock', 'exception'].includes(order.state))
      .map((order) => order.platformOrderId),
  )
  const wrong = [
    ...audit.lost.filter((item) => !excused.has(orderId(item))).map((item) => `lost: ${JSON.stringify(item)}`),
    ...audit.notWrittenBack
      .filter((item) => !excused.has(orderId(item)))
      .map((item) => `not written back: ${JSON.stringify(item)}`),
  ]
  for (const kind of ['duplicated', 'oversold', 'waybillsTwice', 'wrongReceivers'] as const) {
    for (const item of audit[kind]) wrong.push(`${kind}: ${JSON.stringify(item)}`)
  }
  if (audit.counts.stars) wrong.push(`${audit.counts.stars} stars reached a warehouse`)
  return [...wrong, ...(await ledger(api, demo))]
}

const orderId = (item: unknown): string => {
  const found = item as { readonly orderId?: string; readonly order?: string }
  return found.orderId ?? found.order ?? String(item)
}

interface OrderView {
  readonly id: string
  readonly state: string
  readonly platformOrderId: string
}

const everyOrder = (api: Api, merchantId: string): Promise<OrderView[]> =>
  pages<OrderView>(api, `/orders?merchantId=${merchantId}`)

/** Reserved is what the open fulfillments promise and have not shipped. */
const ledger = async (api: Api, { merchantId }: Demo): Promise<string[]> => {
  const open = new Map<string, number>()
  const add = (key: string, n: number): void => void open.set(key, (open.get(key) ?? 0) + n)
  for (const item of await pages<FulfillmentView>(api, `/fulfillments?merchantId=${merchantId}`)) {
    if (item.status === 'dead' || item.status === 'shipped') continue
    for (const line of item.lines) add(`${item.warehouseId} ${line.sku}`, line.quantity)
    for (const part of item.packages ?? [])
      for (const line of part.items) add(`${item.warehouseId} ${line.sku}`, -line.quantity)
  }
  const stock = await pages<{ sku: string; levels: Level[] }>(api, `/stock?merchantId=${merchantId}`)
  return stock.flatMap(({ sku, levels }) =>
    levels.flatMap(({ warehouseId, reserved, onHand }) => {
      const promised = open.get(`${warehouseId} ${sku}`) ?? 0
      const wrong =
        reserved === promised
          ? []
          : [`${sku} at ${warehouseId}: reserved ${reserved}, open fulfillments say ${promised}`]
      return reserved > onHand ? [...wrong, `${sku} at ${warehouseId}: ${reserved} promised of ${onHand}`] : wrong
    }),
  )
}

const pages = async <T>(api: Api, path: string): Promise<T[]> => {
  const items: T[] = []
  let cursor: string | null = null
  do {
    const page: { items: T[]; nextCursor: string | null } = await api.get(
      `${path}&limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
    )
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor)
  return items
}
