/** A thin message said that an order changed: the platform is asked for the whole of it. */
import type { JobBody } from '../lane/event.ts'
import type { ClaimedJob } from '../lane/outbox.ts'
import { platforms } from '../platforms/index.ts'
import type { Platform } from '../platforms/platform.ts'
import type { Shop } from '../store/config.ts'
import type { Connection } from '../wire/adapter.ts'
import type { DispatchPorts, Done } from './5-dispatch.ts'
import { openEgress, shopConnection } from './config.ts'
import type { Patience } from './converse.ts'
import { type Credential, limitsOf, talk } from './pace.ts'
import { sealOrder } from './seal.ts'

export interface ShopTarget {
  readonly shop: Shop
  readonly platform: Platform
  /** A connection for one conversation: its time and its nonce are never used for another. */
  readonly connect: () => Connection
  readonly patience: Patience
  readonly credential: Credential
}

export const shopTarget = async (ports: DispatchPorts, id: string): Promise<ShopTarget | undefined> => {
  const shop = await ports.config.shop(id)
  const platform = shop && platforms[shop.platform]
  if (!shop || !platform) return undefined
  const app = shop.appId === null ? undefined : await ports.config.app(shop.appId)
  const connect = (): Connection =>
    shopConnection(shop, app, platform, ports.vault, { now: ports.now(), nonce: ports.random() })
  return {
    shop,
    platform,
    connect,
    credential: {
      key: app ? `app:${app.id}` : `shop:${shop.id}`,
      limits: limitsOf(platform.limits, app?.settings.limits ?? shop.settings.limits),
      egress: openEgress('shop', shop, ports.vault) ?? (app && openEgress('app', app, ports.vault)),
    },
    patience: { perCallMs: platform.timeoutMs, allMs: ports.patienceMs, now: ports.now },
  }
}

export const fetchOrder = async (
  ports: DispatchPorts,
  job: ClaimedJob,
  body: Extract<JobBody, { kind: 'fetch' }>,
): Promise<Done> => {
  const target = await shopTarget(ports, job.connection)
  const detail = target?.platform.outbound.detail
  if (!target || !detail)
    return { outcome: { class: 'rejected', code: 'none', detail: 'the platform has no order detail' } }
  const conversation = detail(body.platformOrderId, target.connect())
  const outcome = await talk(ports, target.credential, conversation, target.patience, job.shipBy)
  return {
    outcome:
      outcome.class === 'done'
        ? { class: 'done', value: { order: sealOrder(outcome.value, target.shop.id, ports.vault) } }
        : outcome,
  }
}
