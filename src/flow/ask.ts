/** Thin news of a document: its warehouse is asked, and what it answers is booked as if it had called. */
import type { JobBody } from '../lane/event.ts'
import type { ClaimedJob } from '../lane/outbox.ts'
import type { DispatchPorts, Done } from './5-dispatch.ts'
import { talk } from './pace.ts'
import { shippedEvents } from './shipped.ts'
import { warehouseTarget } from './targets.ts'

export const ask = async (
  ports: DispatchPorts,
  job: ClaimedJob,
  { kind: _, ...subject }: Extract<JobBody, { kind: 'ask' }>,
): Promise<Done> => {
  const target = await warehouseTarget(ports, job.connection)
  if (!target.ok) return { outcome: target.error }
  const { adapter, connect, credential, patience } = target.value
  const answer = await talk(ports, credential, adapter.outbound.query(subject, connect()), patience, job.shipBy)
  if (answer.class === 'rejected' || answer.class === 'exists')
    return { outcome: { class: 'retry', detail: `query: ${answer.detail}` } }
  if (answer.class !== 'done') return { outcome: answer }
  if (!answer.value.found) return { outcome: { class: 'done', value: {} } }
  const { status, externalId } = answer.value
  const value = { found: status, ...(externalId !== undefined && { externalId }) }
  return { outcome: { class: 'done', value }, events: shippedEvents(ports, job, subject.document, answer.value) }
}
