/** What only broken code can send: a request is thrown out whole, an operation is refused alone, so that the others go on. */
import type { Claimant, StockOp, StockRequest } from '../domain/stock.ts'
import { assert, never } from '../lib/assert.ts'

export const check = (request: StockRequest): void => {
  assert(whole(request.turn) && whole(request.doneUpTo), `turn ${request.turn}, done up to ${request.doneUpTo}`)
  assert(request.doneUpTo <= request.turn, `turn ${request.turn} cannot be done before it is asked`)
  assert(whole(request.now), `now ${request.now}`)
}

const whole = (value: number): boolean => Number.isSafeInteger(value)
const dated = ({ shipBy, placedAt }: Claimant): boolean => whole(shipBy) && whole(placedAt)
const pieces = (value: number): boolean => whole(value) && value > 0

/** A negative quantity would turn a reserve into a gift. */
export const sound = (op: StockOp): boolean => {
  switch (op.kind) {
    case 'reserve':
    case 'wait':
      return pieces(op.quantity) && dated(op.claimant)
    case 'move':
      return dated(op.claimant) && whole(op.at ?? 0)
    case 'placed':
      return whole(op.at)
    case 'release':
      return whole(op.at ?? 0)
    case 'commit':
    case 'receive':
    case 'shipUnreserved':
    case 'transferOut':
      return pieces(op.quantity) && whole(op.at)
    case 'adjust':
      return whole(op.delta) && whole(op.at)
    case 'snapshot':
      return whole(op.onHand) && whole(op.asOf) && whole(op.frozen ?? 0) && (op.frozen ?? 0) >= 0
    case 'transferIn':
      return (
        whole(op.quantity) &&
        whole(op.lost) &&
        op.quantity >= 0 &&
        op.lost >= 0 &&
        pieces(op.quantity + op.lost) &&
        whole(op.at)
      )
    case 'forget':
      return true
    default:
      return never(op)
  }
}
