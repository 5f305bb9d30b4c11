/** A 出库单 as `eclp.order.queryOrder` tells it → our status and parcels. */
import type { DocumentStatus, FulfillmentStatus, Package } from '../../domain/fulfillment.ts'
import { bySku } from '../quantities.ts'
import { field, listAt, pieces } from './call.ts'
import { CANCELLED, CARRIERS, PACKED } from './codes.ts'
import { type Options, skuOf } from './settings.ts'

type Found = Extract<DocumentStatus, { found: true }>

/** Undefined: it does not read. */
export const documentOf = (order: unknown, settings: Options): Found | undefined => {
  const externalId = field(order, 'eclpSoNo')
  if (externalId === '') return undefined
  const waybills = waybillsOf(order)
  const reached = statesOf(order)
  const left = reached.includes(settings.shippedAt) && waybills.length > 0
  const quantities = plannedOf(order, settings)
  return {
    found: true,
    externalId,
    status: left ? 'shipped' : stateOf(reached),
    packages: left ? packagesOf(order, waybills, settings) : [],
    ...(quantities && { quantities }),
  }
}

/** Every state it has been in; `currentStatus` among them. */
const statesOf = (order: unknown): readonly string[] => [
  field(order, 'currentStatus'),
  ...listAt(order, 'orderStatusList').map((state) => field(state, 'soStatusCode')),
]

/** States without a row here (new, picking, 10029 取消失败) are those of a document that goes on. */
const stateOf = (reached: readonly string[]): FulfillmentStatus => {
  if (reached.includes(CANCELLED)) return 'cancelled'
  return reached.includes(PACKED) ? 'packed' : 'accepted'
}

/** `JDVA1-1-1-,JDVA1-2-2-` are parcels of one waybill: the tail numbers them. */
const waybillsOf = (order: unknown): readonly string[] => {
  const written = field(order, 'wayBill').split(',')
  return [...new Set(written.map((one) => one.trim().replace(/(?:-\d+){2}-?$/, '')))].filter(Boolean)
}

/** Which goods lie in which parcel is not told: all count as in the first. */
const packagesOf = (order: unknown, waybills: readonly string[], settings: Options): readonly Package[] => {
  const shipper = field(order, 'shipperNo')
  const carriers = Object.entries({ ...CARRIERS, ...settings.carriers })
  const carrier = carriers.find(([, theirs]) => theirs === shipper)?.[0] ?? (shipper || 'JD')
  const goods = listAt(order, 'orderDetailList').map((line) => ({
    sku: skuOf(field(line, 'goodsNo'), settings),
    quantity: pieces(line, 'realOutQty') ?? pieces(line, 'quantity') ?? 0,
  }))
  const items = Object.entries(bySku(goods)).flatMap(([sku, quantity]) =>
    sku && quantity > 0 ? [{ sku, quantity }] : [],
  )
  return waybills.map((waybill, index) => ({ packageId: waybill, carrier, waybill, items: index === 0 ? items : [] }))
}

const plannedOf = (order: unknown, settings: Options): Readonly<Record<string, number>> | undefined => {
  const lines = listAt(order, 'orderDetailList').map((line) => ({
    sku: skuOf(field(line, 'goodsNo'), settings),
    quantity: pieces(line, 'quantity') ?? 0,
  }))
  return lines.length > 0 && lines.every(({ sku, quantity }) => sku && quantity > 0) ? bySku(lines) : undefined
}

/** Numbers of the parts that an order was split into. */
export const partsOf = (order: unknown): readonly string[] =>
  field(order, 'splitEclpSoNos')
    .split(/[,;，]/)
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== field(order, 'eclpSoNo'))

/** A split document: it has left when all its parts have, and is cancelled only when all of them are. */
export const joined = (whole: Found, parts: readonly Found[]): Found => {
  if (parts.length === 0) return whole
  const alive = parts.filter(({ status }) => status !== 'cancelled')
  const open = alive.find(({ status }) => status !== 'shipped')
  const status = alive.length === 0 ? 'cancelled' : (open?.status ?? 'shipped')
  return { ...whole, status, packages: parts.flatMap(({ packages }) => packages) }
}
