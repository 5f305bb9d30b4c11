/** 快递100 as the simulation has it: follows what it was asked to, sees parcels move, pushes all it has seen. Written here on its own. */
import { createHash } from 'node:crypto'
import type { WireCall, WireRequest, WireResponse } from '../../src/wire/message.ts'

export const TRACKER_KEYS = { customer: 'c', key: 'key-of-the-simulation', salt: 'salt-of-the-simulation' }

const STATES = ['1', '0', '5', '3'] as const
const NAMES = ['揽收', '在途', '派件', '签收'] as const
const BEIJING = 8 * 3_600_000

export interface FarParcel {
  readonly waybill: string
  readonly company: string
  /** Times at which it was seen, oldest first; the fourth is at its buyer's. */
  readonly seen: number[]
  /** Its delivery was told, and acknowledged. */
  told: boolean
}

const answer = (returnCode: string): WireResponse => ({
  ...{ status: 200, headers: {} },
  body: JSON.stringify({ result: returnCode === '200', returnCode, message: '' }),
})

export class FarTracker {
  readonly id: string
  readonly parcels = new Map<string, FarParcel>()
  constructor(id: string) {
    this.id = id
  }

  answer(call: WireCall): WireResponse {
    const param = JSON.parse(new URLSearchParams(call.body).get('param') ?? '{}')
    if (param.key !== TRACKER_KEYS.key || param.parameters.salt !== TRACKER_KEYS.salt) return answer('600')
    if (param.company === 'shunfeng' && !/\d{4}$/.test(param.parameters.phone ?? '')) return answer('700')
    if (this.parcels.has(param.number)) return answer('501')
    this.parcels.set(param.number, { waybill: param.number, company: param.company, seen: [], told: false })
    return answer('200')
  }

  /** A push of what had been seen by then: `count` scans. */
  push({ waybill, company, seen }: FarParcel, count: number): WireRequest {
    const time = (at: number): string => new Date(at + BEIJING).toISOString().slice(0, 19).replace('T', ' ')
    const data = seen.slice(0, count).map((at, i) => ({ ftime: time(at), context: `站 ${i}`, status: NAMES[i] }))
    const lastResult = { nu: waybill, com: company, state: STATES[count - 1], data: data.toReversed() }
    const param = JSON.stringify({ status: count === 4 ? 'shutdown' : 'polling', lastResult })
    const sign = createHash('md5').update(`${param}${TRACKER_KEYS.salt}`).digest('hex').toUpperCase()
    return {
      ...{ method: 'POST', url: `https://cangqiao.test/callbacks/kuaidi100/${this.id}`, headers: {} },
      body: new TextEncoder().encode(new URLSearchParams({ param, sign }).toString()),
    }
  }
}
