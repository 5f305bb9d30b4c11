/** Orders at a warehouse, and what became of their goods. */
import { line, order, parcel, shipped } from './events.ts'
import { Desk } from './support.ts'

export const three = order({ lines: [line('1', 'A', 2), line('2', 'B', 1)] })
export const accepted = (what = three, setting = {}) => new Desk(setting).platform(what).run('place')
export const document = (desk: Desk, at = 0) => desk.order.fulfillments[at]?.document ?? ''
export const ship = (desk: Desk, waybill: string, items: string, final = true, from = 'n') =>
  desk.say(shipped(from, document(desk), [parcel(waybill, items)], final))
export const finalWord = (desk: Desk) => desk.say(shipped('n', document(desk), [], true, 'the end'))
export const stock = (desk: Desk) =>
  ['A', 'B'].map((sku) => [desk.ledger.level(sku, 'n').onHand, desk.ledger.level(sku, 'n').reserved])
export const commits = (desk: Desk) =>
  desk.ledger.seen.filter((op) => op.kind === 'commit' || op.kind === 'shipUnreserved').length
export const written = (desk: Desk) =>
  desk.jobs.history.filter((job) => job.kind === 'ship').map((job) => job.id.split(':').at(-1))
