import { flux } from './flux.ts'
import { qimen } from './qimen.ts'
import { rest } from './rest.ts'
import { sfoms } from './sfoms.ts'
import type { System } from './system.ts'

export const systems: Readonly<Record<string, System>> = {
  flux,
  qimen,
  rest,
  sfoms,
}
