/** Stage 8, 库存同步: a listing shows what is available now. The quantity is read here, at the last moment. */
import type { JobBody } from '../lane/event.ts'
import type { ClaimedJob } from '../lane/outbox.ts'
import type { DispatchPorts, Done } from './5-dispatch.ts'
import { talk } from './pace.ts'
import { shopTarget } from './targets.ts'

export const pushStock = async (
  ports: DispatchPorts,
  job: ClaimedJob,
  body: Extract<JobBody, { kind: 'stock' }>,
): Promise<Done> => {
  const target = await shopTarget(ports, job.connection)
  if (!target.ok) return { outcome: target.error }
  const { platform, shop, connect, credential, patience } = target.value
  const { stock } = platform.outbound
  if (!stock || !shop.features.stock) return { outcome: { class: 'done', value: {} } }
  const showable = await ports.showable(job.connection, body.listingId)
  // Never counted is unknown, not 0, and unknown is never shown to a shop.
  if (showable?.quantity === undefined) return { outcome: { class: 'done', value: {} } }
  const { quantity, version, ...listing } = showable
  const conversation = stock({ ...listing, quantity, requestId: `${job.id}:${version}` }, connect())
  const outcome = await talk(ports, credential, conversation, patience)
  return { outcome: outcome.class === 'done' ? { class: 'done', value: { version, quantity } } : outcome }
}
