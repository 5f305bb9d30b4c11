/**
 * When a warehouse is asked for a document: on thin news of it, and by the clock where it tells nothing by itself. Only
 * what it answers is booked.
 */
import { type Fulfillment, live } from '../../domain/order-state.ts'
import type { Entry } from '../../domain/timeline.ts'
import type { JobDraft } from '../../lane/event.ts'
import { factsWarehouse, type World } from '../world.ts'
import { type Draft, note } from './draft.ts'
import { dropped, jobOf } from './jobs.ts'

/**
 * One question stands at most besides the one under way: that one's answer may be older than the news. A question that
 * waits for its next try is due at once, since the warehouse lives.
 */
export const askAbout = (draft: Draft, fulfillment: Fulfillment, world: World, from: Partial<Entry>): void => {
  const { document } = fulfillment
  if (isDrafted(draft, document)) return
  const waiting = standing(draft, document, world).find((id) => world.job(id)?.leased === false)
  if (waiting !== undefined) {
    const byClock = factsWarehouse(world, fulfillment.warehouseId)?.asksEveryMs !== undefined
    if (byClock || (world.job(waiting)?.attempts ?? 0) > 0) draft.changes.push({ id: waiting, at: world.now })
    return
  }
  note(draft, world, 'asked', { document }, from)
  draft.jobs.push(askJob(draft, fulfillment, world))
}

/**
 * A question stands for each document at such a warehouse until its goods have left. Run after every event, so that the
 * answer to one puts the next.
 */
export const askByClock = (draft: Draft, world: World): void => {
  for (const fulfillment of live(draft.order)) {
    const { document, status, warehouseId } = fulfillment
    const every = factsWarehouse(world, warehouseId)?.asksEveryMs
    if (every === undefined || status !== 'accepted') continue
    if (isDrafted(draft, document) || standing(draft, document, world).length > 0) continue
    draft.jobs.push({ ...askJob(draft, fulfillment, world), at: world.now + every })
  }
}

const isDrafted = (draft: Draft, document: string): boolean =>
  draft.jobs.some((job) => job.kind === 'ask' && job.subject === document)

const standing = (draft: Draft, document: string, world: World): readonly string[] =>
  world.jobsOf(`o:${draft.order.id}`).filter((id) => id.startsWith(`ask:${document}:`) && !dropped(draft, id))

const askJob = (draft: Draft, fulfillment: Fulfillment, world: World): JobDraft => {
  const { document, externalId } = fulfillment
  return {
    ...jobOf(draft.order, fulfillment, `ask:${document}:${world.seq}`, world),
    kind: 'ask',
    // Never with the number that the news came with: it might be somebody else's document.
    body: { kind: 'ask', document, ...(externalId !== undefined && { externalId }) },
  }
}
