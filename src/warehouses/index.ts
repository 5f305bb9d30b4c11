/** Every warehouse system, one line each, in alphabetical order. */
import { cainiao } from './cainiao/index.ts'
import { jdeclp } from './jdeclp/index.ts'
import { qimen } from './qimen/index.ts'
import { rest } from './rest/index.ts'
import type { Warehouse } from './warehouse.ts'

export const warehouses: Readonly<Record<string, Warehouse>> = {
  cainiao,
  jdeclp,
  qimen,
  rest,
}
