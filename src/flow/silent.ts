/**
 * A stock object that stays silent: what was asked of it may have been done or not. Goods that moved are told again until
 * it answers; what it may have granted is given back; the orders concerned try again in a moment, everyone else goes on.
 */
import { home, type StockOp } from '../domain/stock.ts'
import { owedOf } from '../lane/turn.ts'
import type { Round } from './3-reserve.ts'
import type { TurnState } from './stages.ts'
import type { Loaded } from './world.ts'

const isSilent = (world: Loaded, state: TurnState, op: StockOp): boolean =>
  state.silent.includes(home(world.merchant.id, op.sku, world.merchant.skuGroups))

export const oweToSilent = (world: Loaded, state: TurnState, failed: ReadonlySet<string>): void => {
  state.silent = [...new Set([...state.silent, ...failed])]
  state.owed.push(...state.round.ops.filter((op) => isSilent(world, state, op)).flatMap(owedOf))
}

/** Orders whose try in this round touched a silent object. */
export const touchingSilent = (world: Loaded, state: TurnState): ReadonlySet<string> => {
  const ids = new Set(state.round.ops.filter((op) => isSilent(world, state, op)).map((op) => op.id))
  return new Set(state.round.attempts.flatMap((one) => (one.ops.some((id) => ids.has(id)) ? [one.orderId] : [])))
}

/** The next round asks nothing more of a silent object in this turn. */
export const withoutSilent = (world: Loaded, state: TurnState, round: Round): Round => {
  const late = round.ops.filter((op) => isSilent(world, state, op))
  state.owed.push(...late.flatMap(owedOf))
  return { ops: round.ops.filter((op) => !late.includes(op)), attempts: round.attempts }
}
