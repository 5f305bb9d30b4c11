/** Stage 7, 发货回传: the platform learns the waybills of what has shipped. */
import type { JobBody } from '../lane/event.ts'
import type { ClaimedJob } from '../lane/outbox.ts'
import type { Done, DispatchPorts } from './5-dispatch.ts'
import { shopTarget, type ShopTarget } from './6-fetch.ts'
import { converse } from './converse.ts'

export const writeBack = async (ports: DispatchPorts, job: ClaimedJob, body: Extract<JobBody, { kind: 'ship' }>): Promise<Done> => {
  const target = await shopTarget(ports, job.connection)
  if (!target) return { outcome: { class: 'retry', detail: 'the shop is not configured any more' } }
  const packages = body.packages.map((item) => ({ ...item, carrier: carrierCode(target, item.carrier) }))
  const unmapped = body.packages.find((_, i) => packages[i]?.carrier === undefined)
  if (unmapped) return { outcome: { class: 'rejected', code: 'carrier_unmapped', detail: unmapped.carrier } }
  const subject = {
    platformOrderId: body.platformOrderId, requestId: job.id, complete: body.complete,
    packages: packages.map(({ waybill, lines, carrier }) => ({ waybill, lines, carrier: carrier ?? '' })),
  }
  const outcome = await converse(target.platform.outbound.ship(subject, target.connection), ports.send, target.patience)
  return { outcome: outcome.class === 'done' ? { class: 'done', value: {} } : outcome }
}

/** The shop's own table first, then the platform's. A platform without a table takes our codes as they are. */
const carrierCode = ({ shop, platform }: ShopTarget, carrier: string): string | undefined => {
  const own = shop.settings['carriers']
  const mapped = own && typeof own === 'object' ? (own as Readonly<Record<string, unknown>>)[carrier] : undefined
  if (typeof mapped === 'string') return mapped
  return Object.keys(platform.carriers).length === 0 ? carrier : platform.carriers[carrier]
}
