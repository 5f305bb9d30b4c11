/** Stage 7, 发货回传: the platform learns the waybills of what has shipped. */
import type { JobBody } from '../lane/event.ts'
import type { ClaimedJob } from '../lane/outbox.ts'
import type { DispatchPorts, Done } from './5-dispatch.ts'
import { talk } from './pace.ts'
import { type ShopTarget, shopTarget } from './targets.ts'

export const writeBack = async (
  ports: DispatchPorts,
  job: ClaimedJob,
  body: Extract<JobBody, { kind: 'ship' }>,
): Promise<Done> => {
  const found = await shopTarget(ports, job.connection)
  if (!found.ok) return { outcome: found.error }
  const target = found.value
  const packages = body.packages.map((item) => ({ ...item, carrier: carrierCode(target, item.carrier) }))
  const unmapped = body.packages.find((_, i) => packages[i]?.carrier === undefined)
  if (unmapped) return { outcome: { class: 'rejected', code: 'carrier_unmapped', detail: unmapped.carrier } }
  const subject = {
    platformOrderId: body.platformOrderId,
    requestId: job.id,
    complete: body.complete,
    ...(body.replaces !== undefined && { replaces: body.replaces }),
    ...(body.before && { before: body.before }),
    packages: packages.map(({ waybill, lines, carrier }) => ({ waybill, lines, carrier: carrier ?? '' })),
  }
  const asked = job.sentAt > 0 ? await ask(ports, target, job, body) : undefined
  if (asked) return asked
  const conversation = target.platform.outbound.ship(subject, target.connect())
  const outcome = await talk(ports, target.credential, conversation, target.patience, job.shipBy)
  return { outcome: outcome.class === 'done' ? { class: 'done', value: {} } : outcome }
}

/** A call that was given up on may still arrive for this long. */
const SETTLE_MS = 120_000

/** A former attempt may have arrived: platforms that show an order's waybills are asked before it is said again. */
const ask = async (
  ports: DispatchPorts,
  { platform, connect, patience, credential }: ShopTarget,
  job: ClaimedJob,
  body: Extract<JobBody, { kind: 'ship' }>,
): Promise<Done | undefined> => {
  if (!platform.outbound.status) return undefined
  const conversation = platform.outbound.status(body.platformOrderId, connect())
  const answer = await talk(ports, credential, conversation, patience, job.shipBy)
  if (answer.class === 'retry' || answer.class === 'auth' || answer.class === 'quota') return { outcome: answer }
  const shown = answer.class === 'done' ? answer.value.waybills : undefined
  if (!shown) return undefined
  if (body.packages.every((item) => shown.includes(item.waybill))) return { outcome: { class: 'done', value: {} } }
  const wait = job.sentAt + SETTLE_MS - ports.now()
  return wait > 0 ? { outcome: { class: 'retry', detail: 'not shown yet', after: wait } } : undefined
}

/** The shop's own table first, then the platform's. Some platforms take any carrier's name. */
const carrierCode = ({ shop, platform }: ShopTarget, carrier: string): string | undefined => {
  const own = shop.settings.carriers
  const mapped = own && typeof own === 'object' ? (own as Readonly<Record<string, unknown>>)[carrier] : undefined
  if (typeof mapped === 'string') return mapped
  return platform.carriers[carrier] ?? (platform.anyCarrier ? carrier : undefined)
}
