/** Pushes of a tracker name a waybill: every order of the merchant that has it is told. */
import { laneOf } from '../../domain/document.ts'
import type { EventBody, Logged } from '../../lane/event.ts'
import { nextTry } from '../backoff.ts'
import type { Loaded } from '../world.ts'
import type { Stray } from './stray.ts'

const TRIES = 4

/**
 * A waybill that no order has may be one whose shipment is still on its way here: it is tried again for minutes, then kept
 * as one exception, however often it is said. Another merchant's is not there.
 */
export const passOnTracking = (
  stray: Stray,
  body: Extract<EventBody, { kind: 'tracking' }>,
  item: Logged,
  index: number,
  world: Loaded,
): void => {
  const { waybill } = body.event
  const id = `${world.lane}:${item.seq}:${index}`
  const base = { at: item.event.at, ...(item.event.raw !== undefined && { raw: item.event.raw }) }
  const holders = item.event.ref === undefined ? (world.holders.get(waybill) ?? []) : []
  for (const orderId of holders)
    stray.forwards.push({
      lane: `#${laneOf(orderId)}`,
      at: world.now,
      event: { ...base, id: `${id}:${orderId}`, ref: `o:${orderId}`, body },
    })
  if (holders.length > 0) return
  const tries = (body.tries ?? 0) + 1
  const at = tries > TRIES || item.event.ref ? undefined : nextTry(id, tries, world.now, undefined)
  if (at !== undefined) {
    stray.forwards.push({ lane: world.lane, at, event: { ...base, id: `${id}:${tries}`, body: { ...body, tries } } })
    return
  }
  stray.exceptions.push({
    id: `${world.lane}:waybill:${waybill}`,
    problem: { code: 'waybill_unknown', at: waybill, facts: { waybill } },
    ...(item.event.raw !== undefined && { raw: item.event.raw }),
  })
}
