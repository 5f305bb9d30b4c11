/** Which calls of 有赞 tell a set of parcels: it ships whole lines by one, a line in several parcels by another. */
import type { ShipPackage, ShipSubject } from '../platform.ts'
import type { Trade } from './schema.ts'

export interface Call {
  readonly api: string
  /** As we name them; the call wants their numbers. */
  readonly carriers: readonly string[]
  readonly params: (numbers: ReadonlyMap<string, string>) => Record<string, unknown>
}
interface Part {
  readonly parcel: ShipPackage
  readonly quantity: number
}

/**
 * A line in several parcels is told at once or not at all (their sum must be the line's), so it waits until its last piece
 * has left; where that will never be, its first parcel stands for it.
 */
export const planOf = (subject: ShipSubject, { full_order_info, delivery_order = [] }: Trade): readonly Call[] => {
  const { platformOrderId: tid, requestId, packages, complete } = subject
  const shipped = new Set(
    delivery_order.flatMap(({ express_state, oids = [] }) => (express_state === 1 ? oids.map(({ oid }) => oid) : [])),
  )
  const whole = new Map<ShipPackage, string[]>()
  const split: Call[] = []
  const left = full_order_info.orders.filter(({ oid }) => !shipped.has(oid))
  for (const { oid, num } of left) {
    const parts = partsOf(packages, oid, num)
    const [first, more] = parts
    const pieces = parts.reduce((sum, { quantity }) => sum + quantity, 0)
    if (!first || (pieces < num && !complete)) continue
    if (more && pieces === num) split.push(splitCall({ tid, oid, num, parts, requestId }))
    else whole.set(first.parcel, [...(whole.get(first.parcel) ?? []), oid])
  }
  const all = full_order_info.orders.length
  return [...[...whole].map(([parcel, oids]) => wholeCall(tid, parcel, oids.length === all ? [] : oids)), ...split]
}

/** A parcel that names no lines holds all that is left. */
const partsOf = (packages: readonly ShipPackage[], oid: string, num: number): readonly Part[] =>
  packages.flatMap((parcel) => {
    if (parcel.lines.length === 0) return [{ parcel, quantity: num }]
    return parcel.lines.filter(({ lineId }) => lineId === oid).map(({ quantity }) => ({ parcel, quantity }))
  })

/** `oids` only where not the whole order is shipped. */
const wholeCall = (tid: string, { carrier, waybill }: ShipPackage, oids: readonly string[]): Call => ({
  api: 'youzan.logistics.online.confirm/3.0.0',
  carriers: [carrier],
  params: (numbers) => ({
    tid,
    ...(oids.length > 0 && { oids: oids.join(',') }),
    is_no_express: 0,
    out_stype: numbers.get(carrier),
    out_sid: waybill,
  }),
})

const splitCall = (line: {
  readonly tid: string
  readonly oid: string
  readonly num: number
  readonly parts: readonly Part[]
  readonly requestId: string
}): Call => ({
  api: 'youzan.trade.dc.delivery.ordersingleitemsend/3.0.1',
  carriers: line.parts.map(({ parcel }) => parcel.carrier),
  params: (numbers) => ({
    tid: line.tid,
    // Longer than a double; their own type for it is a number.
    oid: /^\d+$/.test(line.oid) ? BigInt(line.oid) : line.oid,
    total_num: line.num,
    request_id: `${line.requestId}:${line.oid}`,
    ex_packages: line.parts.map(({ parcel, quantity }) => ({
      express: { express_id: Number(numbers.get(parcel.carrier)), express_no: parcel.waybill },
      num: quantity,
    })),
  }),
})
