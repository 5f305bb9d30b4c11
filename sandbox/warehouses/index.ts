import { mcf } from './mcf.ts'
import { qimen } from './qimen.ts'
import { rest } from './rest.ts'
import { shipbob } from './shipbob.ts'
import type { System } from './system.ts'

export const systems: Readonly<Record<string, System>> = {
  mcf,
  qimen,
  rest,
  shipbob,
}
