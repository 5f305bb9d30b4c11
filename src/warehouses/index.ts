/** Every warehouse system, one line each, in alphabetical order. */
import { jushuitan } from './jushuitan/index.ts'
import { qimen } from './qimen/index.ts'
import { rest } from './rest/index.ts'
import type { Warehouse } from './warehouse.ts'
import { wdt } from './wdt/index.ts'

export const warehouses: Readonly<Record<string, Warehouse>> = { jushuitan, qimen, rest, wdt }
