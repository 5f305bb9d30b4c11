import { cainiao } from './cainiao.ts'
import { flux } from './flux.ts'
import { jdeclp } from './jdeclp.ts'
import { jushuitan } from './jushuitan.ts'
import { mcf } from './mcf.ts'
import { qimen } from './qimen.ts'
import { rest } from './rest.ts'
import { sfoms } from './sfoms.ts'
import { shipbob } from './shipbob.ts'
import type { System } from './system.ts'
import { wdt } from './wdt.ts'

export const systems: Readonly<Record<string, System>> = {
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
