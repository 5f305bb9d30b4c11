/** Callbacks of the plain JSON contract → our events. The time is the warehouse's own. */
import type { z } from 'zod'
import type { DocumentRef, Package, WarehouseEvent } from '../../domain/fulfillment.ts'
import { defined } from '../../lib/defined.ts'
import type { Callback, OrderState } from './schema.ts'

export const normalize = (body: Callback): readonly WarehouseEvent[] => {
  if (body.type === 'other') return []
  const at = Date.parse(body.timestamp)
  if (body.type === 'shipment.created') {
    const { shipmentId, final, packages } = body.data
    return [{ type: 'shipped', ref: refOf(body.data), bizId: shipmentId, final, at, packages: packages.map(packageOf) }]
  }
  if (body.type === 'order.status') {
    const { status, message } = body.data
    // A refused cancel is a person's turn: the goods will leave.
    const refused = { status: 'exception', message: `cancel_refused ${message ?? ''}`.trim() } as const
    const said = status === 'cancel_refused' ? refused : defined({ status, message: message || undefined })
    return [{ type: 'progress', ref: refOf(body.data), at, ...said }]
  }
  if (body.type === 'stock.snapshot') {
    return [{ type: 'snapshot', asOf: at, full: body.data.full, items: body.data.items.map(defined) }]
  }
  return [
    { type: 'moved', at, items: body.data.items.map(({ moveId, ...rest }) => defined({ bizId: moveId, ...rest })) },
  ]
}

const refOf = (data: { readonly document: string; readonly externalId?: string | undefined }): DocumentRef =>
  defined({ document: data.document, externalId: data.externalId })

type WirePackage = NonNullable<z.output<typeof OrderState>['packages']>[number]

export const packageOf = ({ packageId, ...rest }: WirePackage): Package => ({
  packageId: packageId ?? rest.waybill,
  ...rest,
})
