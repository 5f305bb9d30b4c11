/** Every warehouse system, one line each, in alphabetical order. */
import { mcf } from './mcf/index.ts'
import { qimen } from './qimen/index.ts'
import { rest } from './rest/index.ts'
import { shipbob } from './shipbob/index.ts'
import type { Warehouse } from './warehouse.ts'

export const warehouses: Readonly<Record<string, Warehouse>> = {
  mcf,
  qimen,
  rest,
  shipbob,
}
