import { kdniao } from './kdniao.ts'
import { kuaidi100 } from './kuaidi100.ts'
import type { TrackerSystem } from './tracker.ts'

export const trackers: Readonly<Record<string, TrackerSystem>> = { kdniao, kuaidi100 }
