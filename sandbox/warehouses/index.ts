import { cainiao } from './cainiao.ts'
import { jdeclp } from './jdeclp.ts'
import { jushuitan } from './jushuitan.ts'
import { mcf } from './mcf.ts'
import { qimen } from './qimen.ts'
import { rest } from './rest.ts'
import { shipbob } from './shipbob.ts'
import type { System } from './system.ts'
import { wdt } from './wdt.ts'

export const systems: Readonly<Record<string, System>> = {
  cainiao,
  jdeclp,
  jushuitan,
  mcf,
  qimen,
  rest,
  shipbob,
  wdt,
}
