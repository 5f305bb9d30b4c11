import { cainiao } from './cainiao.ts'
import { jdeclp } from './jdeclp.ts'
import { qimen } from './qimen.ts'
import { rest } from './rest.ts'
import type { System } from './system.ts'

export const systems: Readonly<Record<string, System>> = {
  cainiao,
  jdeclp,
  qimen,
  rest,
}
