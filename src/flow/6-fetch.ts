/** A thin message said that an order changed: the platform is asked for the whole of it. */
import type { JobBody } from '../lane/event.ts'
import type { ClaimedJob } from '../lane/outbox.ts'
import type { DispatchPorts, Done } from './5-dispatch.ts'
import { talk } from './pace.ts'
import { sealOrder } from './seal.ts'
import { shopTarget } from './targets.ts'

export const fetchOrder = async (
  ports: DispatchPorts,
  job: ClaimedJob,
  body: Extract<JobBody, { kind: 'fetch' }>,
): Promise<Done> => {
  const target = await shopTarget(ports, job.connection)
  if (!target.ok) return { outcome: target.error }
  const { platform, shop, connect, credential, patience } = target.value
  const { detail } = platform.outbound
  if (!detail) return { outcome: { class: 'rejected', code: 'none', detail: 'the platform has no order detail' } }
  const conversation = detail(body.platformOrderId, connect())
  const outcome = await talk(ports, credential, conversation, patience, job.shipBy)
  return {
    outcome:
      outcome.class === 'done'
        ? { class: 'done', value: { order: sealOrder(outcome.value, shop.id, ports.vault) } }
        : outcome,
  }
}
