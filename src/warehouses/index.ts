/** Every warehouse system, one line each, in alphabetical order. */
import { flux } from './flux/index.ts'
import { qimen } from './qimen/index.ts'
import { rest } from './rest/index.ts'
import { sfoms } from './sfoms/index.ts'
import type { Warehouse } from './warehouse.ts'

export const warehouses: Readonly<Record<string, Warehouse>> = {
  flux,
  qimen,
  rest,
  sfoms,
}
