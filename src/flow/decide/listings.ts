/** 库存同步 from the lane's side: which listings to show anew, and what became of showing them. */
import type { EventBody } from '../../lane/event.ts'
import { AUTH_PAUSE, nextTry } from '../backoff.ts'
import type { Loaded } from '../world.ts'
import type { Stray } from './stray.ts'

/** The exception of a refused credential: one per lane and connection. */
export const credentialId = (world: Loaded, connection: string): string => `${world.lane}:credential:${connection}`

export const onDirty = (stray: Stray, skus: readonly string[], world: Loaded): void => {
  const shop = world.shop?.shop
  if (!shop?.features.stock || shop.mode !== 'live') return
  for (const { listingId } of skus.flatMap((sku) => world.listings.get(sku) ?? [])) {
    const subject = `stock:${listingId}` as const
    const standing = world.jobsOf(subject)
    if (standing.some((id) => world.job(id)?.attempts === 0) || stray.jobs.some((job) => job.subject === subject))
      continue
    stray.jobs.push({
      id: `${subject}:${world.seq}`,
      kind: 'stock',
      connection: shop.id,
      subject,
      ref: subject,
      shipBy: world.now,
      at: world.now,
      body: { kind: 'stock', listingId },
    })
  }
}

/** A stock push came back. The quantity is read when a job is claimed, so a later job of the listing makes an earlier failure moot. */
export const onListingOutcome = (stray: Stray, body: Extract<EventBody, { kind: 'outcome' }>, world: Loaded): void => {
  const job = world.job(body.job)
  if (!job || body.jobKind !== 'stock') return
  const { outcome } = body
  const later = world.jobsOf(body.subject).some((id) => id !== body.job)
  const refusedId = `${world.lane}:listing:${body.subject}`
  if (outcome.class === 'done') stray.closes.push(refusedId, credentialId(world, job.connection))
  if (outcome.class === 'auth' || outcome.class === 'quota') {
    const until = world.now + (outcome.class === 'auth' ? AUTH_PAUSE : Math.max(1000, outcome.after))
    stray.parks.push({ connection: job.connection, until })
    if (outcome.class === 'auth')
      stray.exceptions.push({
        id: credentialId(world, job.connection),
        problem: {
          code: 'credential_refused',
          at: job.connection,
          facts: { connection: world.shop?.shop.name ?? job.connection, message: outcome.detail },
        },
      })
    stray.changes.push({ id: body.job, at: until, attempts: Math.max(0, body.attempt - 1), unsent: true })
    return
  }
  if ((outcome.class === 'retry' || outcome.class === 'unknown') && !later) {
    const at =
      nextTry(body.job, body.attempt, world.now, undefined, outcome.class === 'retry' ? outcome.after : undefined) ??
      world.now + 7_200_000
    stray.changes.push({ id: body.job, at })
    return
  }
  if (outcome.class === 'rejected' || outcome.class === 'exists') {
    const listing = body.subject.slice('stock:'.length)
    stray.exceptions.push({
      id: refusedId,
      problem: { code: 'listing_refused', at: listing, facts: { listing, message: outcome.detail } },
    })
  }
  stray.changes.push({ id: body.job, drop: true })
}
