/** Every tracker, one line each, in alphabetical order. */
import { kdniao } from './kdniao/index.ts'
import { kuaidi100 } from './kuaidi100/index.ts'
import type { Tracker } from './tracker.ts'

export const trackers: Readonly<Record<string, Tracker>> = { kdniao, kuaidi100 }
