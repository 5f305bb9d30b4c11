/** Messages of a Cainiao warehouse → our events. Times are Beijing's; every message that counts must have one. */
import type { DocumentRef, Package, WarehouseEvent } from '../../domain/fulfillment.ts'
import { defined } from '../../lib/defined.ts'
import { own } from '../../lib/own.ts'
import { bySku } from '../quantities.ts'
import { COUNT_SIGNS, good, STATES } from './codes.ts'
import type { Adjust, Confirm, Count, Message, Parcel, Status } from './schema.ts'

export const normalize = (message: Message): readonly WarehouseEvent[] => {
  if (message.kind === 'confirm') return confirmed(message)
  if (message.kind === 'status') return stated(message)
  if (message.kind === 'count') return counted(message)
  return message.kind === 'adjust' ? adjusted(message) : [{ type: 'ping' }]
}

/** Where both numbers are told, ours is `erpOrderCode` and `orderCode` is Cainiao's (LBX…). */
const refOf = ({ orderCode, erpOrderCode, cnOrderCode, storeOrderCode }: Confirm | Status): DocumentRef =>
  erpOrderCode !== undefined && erpOrderCode !== orderCode
    ? { document: erpOrderCode, externalId: orderCode }
    : defined({ document: orderCode, externalId: cnOrderCode ?? storeOrderCode })

const confirmed = (confirm: Confirm): readonly WarehouseEvent[] => {
  const { outBizCode, orderCode, confirmType, orderConfirmTime } = confirm
  const ref = refOf(confirm)
  const packages = packagesOf(confirm.tmsOrders)
  // Nothing could be booked: the parcels' contents are asked for.
  if (packages.every(({ items }) => items.length === 0)) return [{ type: 'changed', ref, at: orderConfirmTime }]
  // A code that only repeats the order's would make a second confirm of it look like a repeat: then the waybills tell.
  const code = [orderCode, ref.document, ref.externalId].includes(outBizCode) ? undefined : outBizCode
  const bizId = code ?? `${orderCode}:${packages.map((one) => one.waybill).toSorted()}`
  return [{ type: 'shipped', ref, bizId, final: confirmType !== '1', at: orderConfirmTime, packages }]
}

/** A waybill is one package: elements that share it are put together. */
export const packagesOf = (parcels: readonly Parcel[]): readonly Package[] =>
  [...Map.groupBy(parcels, (one) => one.tmsOrderCode)].map(([waybill, parts]) => ({
    packageId: waybill,
    carrier: parts[0]?.tmsCode ?? '',
    waybill,
    items: Object.entries(bySku(parts.flatMap((part) => part.tmsItems))).flatMap(([sku, quantity]) =>
      quantity > 0 ? [{ sku, quantity }] : [],
    ),
  }))

const stated = (status: Status): readonly WarehouseEvent[] => {
  const state = own(STATES, status.status)
  if (state === undefined) return []
  const said = status.remark ?? status.content
  const message = state === 'exception' ? [status.status, said].filter(Boolean).join(' ') : said
  return [{ type: 'progress', ref: refOf(status), status: state, at: status.operateDate, ...defined({ message }) }]
}

const moved = (
  at: number,
  code: string,
  reason: string,
  items: readonly { readonly sku: string; readonly quantity: number }[],
): readonly WarehouseEvent[] => {
  const moves = Object.entries(bySku(items)).flatMap(([sku, delta]) =>
    delta === 0 ? [] : [{ bizId: `${code}:${sku}`, sku, delta, reason }],
  )
  return moves.length > 0 ? [{ type: 'moved', at, items: moves }] : []
}

/** 盘盈 or 盘亏 by the type of the document: the quantities have no sign. */
const counted = ({ orderType, outBizCode, operateTime, adjustReasonType, itemList }: Count) => {
  const sign = own(COUNT_SIGNS, orderType) ?? 0
  const items = itemList.filter((item) => good(item.inventoryType))
  return moved(
    operateTime,
    outBizCode,
    adjustReasonType ?? orderType,
    items.map(({ sku, quantity }) => ({ sku, quantity: sign * quantity })),
  )
}

/** Goods that became good or ceased to be: 正转残, 残转正. */
const adjusted = ({ outBizCode, operateTime, adjustReasonType, itemList }: Adjust) => {
  const sign = ({ source, target }: Adjust['itemList'][number]): number =>
    Number(good(target.inventoryType)) - Number(good(source.inventoryType))
  const items = itemList.map((item) => ({ sku: item.sku, quantity: sign(item) * item.quantity }))
  return moved(operateTime, outBizCode, adjustReasonType ?? 'ADJUST', items)
}
