/** Thin news of a document: the warehouse itself is asked, and only what it answers is booked. */
import type { Fulfillment } from '../../domain/order-state.ts'
import type { Entry } from '../../domain/timeline.ts'
import type { World } from '../world.ts'
import { type Draft, note } from './draft.ts'
import { dropped, jobOf } from './jobs.ts'

/**
 * One question stands at most besides the one under way: that one's answer may be older than the news. A question that
 * waits for its next try is due at once, since the warehouse lives.
 */
export const askAbout = (draft: Draft, fulfillment: Fulfillment, world: World, from: Partial<Entry>): void => {
  const { document, externalId } = fulfillment
  if (draft.jobs.some((job) => job.kind === 'ask' && job.subject === document)) return
  const waiting = world
    .jobsOf(`o:${draft.order.id}`)
    .find((id) => id.startsWith(`ask:${document}:`) && !dropped(draft, id) && world.job(id)?.leased === false)
  if (waiting !== undefined) {
    if ((world.job(waiting)?.attempts ?? 0) > 0) draft.changes.push({ id: waiting, at: world.now })
    return
  }
  note(draft, world, 'asked', { document }, from)
  draft.jobs.push({
    ...jobOf(draft.order, fulfillment, `ask:${document}:${world.seq}`, world),
    kind: 'ask',
    // Never with the number that the news came with: it might be somebody else's document.
    body: { kind: 'ask', document, ...(externalId !== undefined && { externalId }) },
  })
}
