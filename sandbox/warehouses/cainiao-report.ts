/** What a 菜鸟 warehouse reports over LINK: states, confirms with parcels in grams and millimetres, counts without a sign. */
import { object, read, text } from '../json.ts'
import type { Message, Warehouse } from '../types.ts'
import type { World } from '../world.ts'
import { document as root, type Tree } from '../xml.ts'
import type { Document, Move, Shipment } from './system.ts'

/** `yyyy-MM-dd HH:mm:ss` at Beijing. */
export const beijing = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')

const message = (world: World, type: string, tree: { readonly [name: string]: Tree }): Message => ({
  topic: type,
  deliveryId: `L${world.store.next('cainiao_report')}`,
  body: root({ request: tree }),
})

const status = (world: World, found: Document, said: string, remark = ''): Message =>
  message(world, 'WMS_ORDER_STATUS_UPLOAD', {
    orderType: '201',
    orderCode: found.number,
    storeOrderCode: found.externalId,
    status: said,
    operator: '沙箱',
    operateDate: beijing(Date.now()),
    remark,
  })

export const accepted = (found: Document, _warehouse: Warehouse, world: World): Message =>
  status(world, found, 'WMS_ACCEPT')
export const rejectedLater = (found: Document, _warehouse: Warehouse, world: World): Message =>
  status(world, found, 'WMS_REJECT', found.reason)

/** Ids of the goods, as the order brought them: confirms name nothing else. */
export const itemIds = ({ extra }: Document): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(object(object(read(extra)).itemIds)).map(([sku, id]) => [sku, text(id)]))

export const shipped = ({ document, parcels, final }: Shipment, _warehouse: Warehouse, world: World): Message => {
  const ids = itemIds(document)
  return message(world, 'WMS_CONSIGN_ORDER_CONFIRM', {
    // Cainiao's own number, and ours beside it.
    orderCode: document.externalId,
    erpOrderCode: document.number,
    orderType: '201',
    outBizCode: parcels[0]?.bizId ?? document.externalId,
    confirmType: final ? '0' : '1',
    orderConfirmTime: beijing(parcels[0]?.at ?? Date.now()),
    tmsOrders: {
      tmsOrder: parcels.map((parcel) => ({
        tmsCode: parcel.carrier,
        tmsOrderCode: parcel.waybill,
        packageCode: parcel.waybill,
        packageWeight: '500',
        ...{ packageLength: '300', packageWidth: '200', packageHeight: '100' },
        tmsItems: {
          tmsItem: parcel.items.map(({ sku, quantity }) => ({ itemId: ids[sku] ?? sku, itemQuantity: quantity })),
        },
      })),
    },
  })
}

/** A document of a count holds losses or gains, never both: here those of the first move's sign. */
export const moved = (moves: readonly Move[], warehouse: Warehouse, world: World): Message => {
  const gains = (moves[0]?.delta ?? 0) >= 0
  return message(world, 'WMS_INVENTORY_COUNT', {
    storeCode: warehouse.credentials.storeCode ?? '',
    orderType: gains ? '702' : '701',
    ownerUserId: warehouse.credentials.ownerUserId ?? '',
    outBizCode: moves[0]?.id ?? '',
    adjustReasonType: gains ? 'WMS_GOODS_OVER_FLOW' : 'WMS_GOODS_LOCK',
    // Its wire has whole seconds: rounded down, a change would seem older than a count made in the same second.
    operateTime: beijing(Date.now() + 999),
    itemList: {
      item: moves
        .filter(({ delta }) => delta >= 0 === gains)
        .map(({ sku, delta }) => ({ itemId: sku, itemCode: sku, inventoryType: '1', quantity: Math.abs(delta) })),
    },
  })
}
