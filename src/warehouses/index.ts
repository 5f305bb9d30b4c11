/** Every warehouse system, one line each, in alphabetical order. */
import { cainiao } from './cainiao/index.ts'
import { flux } from './flux/index.ts'
import { jdeclp } from './jdeclp/index.ts'
import { jushuitan } from './jushuitan/index.ts'
import { mcf } from './mcf/index.ts'
import { qimen } from './qimen/index.ts'
import { rest } from './rest/index.ts'
import { sfoms } from './sfoms/index.ts'
import { shipbob } from './shipbob/index.ts'
import type { Warehouse } from './warehouse.ts'
import { wdt } from './wdt/index.ts'

export const warehouses: Readonly<Record<string, Warehouse>> = {
  cainiao,
  flux,
  jdeclp,
  jushuitan,
  mcf,
  qimen,
  rest,
  sfoms,
  shipbob,
  wdt,
}
