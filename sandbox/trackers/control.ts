/** What a person or a test does with a tracker's parcels. */
import { type Json, number, text } from '../json.ts'
import { BadRequest } from '../setup.ts'
import type { World } from '../world.ts'
import { abort, scan, subscription } from './parcels.ts'
import { PARCEL_STATES, type ParcelState } from './tracker.ts'

export const atTracker = (world: World, id: string, action: string, body: Json): unknown => {
  const tracker = world.trackers.get(id)
  const waybill = text(body.waybill)
  if (!tracker) throw new BadRequest(`no tracker ${id}`)
  if (!waybill) throw new BadRequest('waybill is missing')
  if (action === 'scan') {
    const state = PARCEL_STATES.find((one) => one === text(body.state))
    if (!state) throw new BadRequest(`state must be one of ${PARCEL_STATES.join(', ')}`)
    const seen = { at: number(body.at, Date.now()), text: text(body.text) || WORDS[state], place: '杭州市', state }
    return scan(world, tracker, waybill, seen, body.force === true)
  }
  if (action !== 'abort') throw new BadRequest(`${action} is none of scan, abort`)
  const known = subscription(world, id, waybill)
  if (!known) throw new BadRequest(`nobody asked for ${waybill}`)
  return abort(world, tracker, known, { why: '3天查询无记录', corrected: text(body.corrected) })
}

const WORDS: Readonly<Record<ParcelState, string>> = {
  collected: '【杭州市】文一路网点 李四(13800001234) 已揽收',
  moving: '【杭州市】快件已发往 上海转运中心',
  out_for_delivery: '【上海市】正在派件，电话 138-0000-1234',
  delivered: '【上海市】已签收，签收人：张三',
  trouble: '【上海市】地址不详，无法派送',
  returned: '【上海市】拒收，退回寄件人',
}
