/** Every warehouse system, one line each, in alphabetical order. */
import { qimen } from './qimen/index.ts'
import { rest } from './rest/index.ts'
import { shipbob } from './shipbob/index.ts'
import type { Warehouse } from './warehouse.ts'

export const warehouses: Readonly<Record<string, Warehouse>> = {
  qimen,
  rest,
  shipbob,
}
