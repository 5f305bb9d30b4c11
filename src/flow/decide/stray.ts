/** Events that name no order of ours: counts of a warehouse, messages that can't be booked, listings to show anew, callbacks to pass on. */
import { laneOf, parseDocument } from '../../domain/document.ts'
import type { WarehouseEvent } from '../../domain/fulfillment.ts'
import type { Problem } from '../../domain/problem.ts'
import type { StockOp } from '../../domain/stock.ts'
import type { EventBody, JobChange, JobDraft, LaneEvent, Logged, StockCommand } from '../../lane/event.ts'
import type { Forward } from '../../lane/turn.ts'
import { nextTry } from '../backoff.ts'
import type { Loaded } from '../world.ts'
import { forget } from './draft.ts'
import { credentialId, onDirty, onListingOutcome } from './listings.ts'
import { passOnTracking } from './stray-tracking.ts'

export interface StrayException {
  readonly id: string
  readonly problem: Problem
  readonly raw?: string
}

/** What the connection itself leaves behind in a turn. Plain data. */
export interface Stray {
  readonly ops: StockOp[]
  readonly exceptions: StrayException[]
  readonly closes: string[]
  readonly jobs: JobDraft[]
  readonly changes: JobChange[]
  readonly parks: { readonly connection: string; readonly until: number }[]
  readonly unparks: string[]
  readonly forwards: Forward[]
  /** Who moved goods and why, by the id of the operation. */
  readonly movements: { readonly op: string; readonly reason: string; readonly actor: string }[]
  /** Callers that wait for an answer: operation id → the id of the stock operation. */
  readonly operations: {
    readonly id: string
    readonly op: string
    readonly sku: string
    readonly warehouseId: string
  }[]
  readonly redactShop: boolean[]
}

export const strayOf = (): Stray => ({
  ops: [],
  movements: [],
  exceptions: [],
  closes: [],
  jobs: [],
  changes: [],
  parks: [],
  unparks: [],
  forwards: [],
  operations: [],
  redactShop: [],
})

export const onStray = (stray: Stray, item: Logged, index: number, world: Loaded): void => {
  const { event } = item
  const { body } = event
  switch (body.kind) {
    case 'problem':
      stray.exceptions.push({
        id: problemId(body.problem, item, index, world),
        problem: body.problem,
        ...(event.raw !== undefined && { raw: event.raw }),
      })
      return
    case 'stock':
      return onStockCommand(stray, body.command, event, world, body.operation)
    case 'warehouse':
      return onWarehouse(stray, body, item, index, world)
    case 'tracking':
      return passOnTracking(stray, body, item, index, world)
    case 'dirty':
      return onDirty(stray, body.skus, world)
    case 'outcome':
      return onListingOutcome(stray, body, world)
    case 'refused':
      return refused(stray, body.message, world, body.until)
    case 'credentials':
      stray.unparks.push(body.connection)
      stray.closes.push(credentialId(world, body.connection), endingId(world))
      return
    case 'platform':
      return onPlatform(stray, body, world)
    case 'wake':
      // An order that is not here, or set aside, can't take what it is offered: somebody else may.
      stray.ops.push(forget(event.ref?.slice(2) ?? '', body.sku, world.seq))
      return
    case 'command':
    case 'timer':
      return
  }
}

/** Of a message that can't be booked: its place. Of an authorization that ends: one a shop, closed by the next. */
const problemId = (problem: Problem, { seq }: Logged, index: number, world: Loaded): string =>
  problem.code === 'authorization_ending' ? endingId(world) : `${world.lane}:${seq}:${index}`
const endingId = (world: Loaded): string => `${world.lane}:authorization`

const onPlatform = (stray: Stray, { event }: Extract<EventBody, { kind: 'platform' }>, world: Loaded): void => {
  if (event.type === 'redact' && event.platformOrderIds.length === 0) stray.redactShop.push(true)
  if (event.type === 'revoked') refused(stray, 'revoked', world)
}

/** Everything of the shop waits, without a time until its credentials are renewed. */
const refused = (stray: Stray, message: string, world: Loaded, until = Number.MAX_SAFE_INTEGER): void => {
  const shop = world.shop?.shop
  if (!shop) return
  stray.parks.push({ connection: shop.id, until })
  stray.exceptions.push({
    id: credentialId(world, shop.id),
    problem: { code: 'credential_refused', at: shop.id, facts: { connection: shop.name, message } },
  })
}

const onStockCommand = (
  stray: Stray,
  command: StockCommand,
  event: LaneEvent,
  world: Loaded,
  operation: string | undefined,
): void => {
  const id = `stock:${event.id}`
  const { sku, warehouseId, quantity } = command
  const base = { id, sku, warehouseId }
  if (!Number.isSafeInteger(quantity)) return
  if (command.kind === 'set')
    stray.ops.push({ ...base, kind: 'snapshot', onHand: quantity, asOf: event.at, feed: 'gross' })
  else if (command.kind === 'adjust' || quantity <= 0)
    stray.ops.push({ ...base, kind: 'adjust', delta: quantity, at: event.at })
  else stray.ops.push({ ...base, kind: 'receive', quantity, at: event.at })
  stray.movements.push({ op: id, reason: command.reason, actor: `operator:${command.actor}` })
  if (operation !== undefined) stray.operations.push({ id: operation, op: id, sku, warehouseId })
  if (world.levels.size > 100_000) world.levels.clear()
}

type WarehouseBody = Extract<EventBody, { kind: 'warehouse' }>

const onWarehouse = (stray: Stray, body: WarehouseBody, item: Logged, index: number, world: Loaded): void => {
  const { event, warehouseId } = body
  if (event.type === 'moved') return moved(stray, event, warehouseId, world)
  if (event.type === 'snapshot') return snapshot(stray, event, warehouseId, world)
  if ('ref' in event) passOn(stray, body, event, item, index, world)
}

/** The id of a warehouse's movement: its own, so that a repeat in a later message is known. */
export const movementId = (warehouseId: string, bizId: string, sku: string): string =>
  `moved:${warehouseId}:${bizId}:${sku}`

/** Movements that belong to one of our documents are booked by its confirmation, those told before were booked then. */
const moved = (
  stray: Stray,
  event: Extract<WarehouseEvent, { type: 'moved' }>,
  warehouseId: string,
  world: Loaded,
): void => {
  for (const { bizId, sku, delta, document, reason } of event.items) {
    const id = movementId(warehouseId, bizId, sku)
    if ((document !== undefined && parseDocument(document)) || world.booked.has(id)) continue
    stray.ops.push({ kind: 'adjust', id, sku, warehouseId, delta, at: event.at })
    stray.movements.push({ op: id, reason, actor: warehouseId })
  }
}

const snapshot = (
  stray: Stray,
  event: Extract<WarehouseEvent, { type: 'snapshot' }>,
  warehouseId: string,
  world: Loaded,
): void => {
  const feed = world.warehouses.find((item) => item.id === warehouseId)?.net ? 'net' : 'gross'
  const op = (sku: string, onHand: number, frozen?: number): StockOp => ({
    kind: 'snapshot',
    id: `count:${warehouseId}:${event.asOf}:${sku}`,
    sku,
    warehouseId,
    onHand,
    asOf: event.asOf,
    feed,
    ...(frozen !== undefined && { frozen }),
  })
  for (const { sku, quantity, frozen } of event.items) stray.ops.push(op(sku, quantity, frozen))
  const listed = new Set(event.items.map((item) => item.sku))
  if (event.full) for (const sku of world.counted) if (!listed.has(sku)) stray.ops.push(op(sku, 0))
}

/** A callback that knows only the warehouse's own number, or whose order is not there (yet): looked up, passed on, or tried again for minutes. */
const passOn = (
  stray: Stray,
  body: WarehouseBody,
  event: Extract<WarehouseEvent, { type: 'shipped' | 'progress' | 'changed' }>,
  item: Logged,
  index: number,
  world: Loaded,
): void => {
  const { document, externalId } = event.ref
  const orderId = world.terms.get(`x:${body.warehouseId}:${externalId}`)
  const id = `${world.lane}:${item.seq}:${index}`
  const base = { at: item.event.at, ...(item.event.raw !== undefined && { raw: item.event.raw }) }
  if (orderId !== undefined) {
    stray.forwards.push({
      lane: `#${laneOf(orderId)}`,
      at: world.now,
      event: { ...base, id, ref: `o:${orderId}`, body: { kind: 'warehouse', warehouseId: body.warehouseId, event } },
    })
    return
  }
  const tries = (body.tries ?? 0) + 1
  const at = nextTry(id, tries, world.now, undefined)
  const name = document ?? externalId ?? '?'
  if (at === undefined || tries > 4 || item.event.ref) {
    // Thin news of a document that is not ours is nothing to a person: nothing has left that we would have to book.
    if (event.type === 'changed') return
    stray.exceptions.push({
      id,
      problem: { code: 'document_unknown', at: name, facts: { document: name } },
      ...(item.event.raw !== undefined && { raw: item.event.raw }),
    })
    return
  }
  stray.forwards.push({ lane: world.lane, at, event: { ...base, id: `${id}:${tries}`, body: { ...body, tries } } })
}
