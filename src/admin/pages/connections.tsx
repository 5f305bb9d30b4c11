/** 连接: how each shop, warehouse and tracker is, in words. */
import { trackers } from '../../carriers/index.ts'
import { platforms } from '../../platforms/index.ts'
import type { ConnectionHealth, Health } from '../../store/read.ts'
import { warehouses as systems } from '../../warehouses/index.ts'
import { type Condition, conditionOf } from '../condition.ts'
import { number } from '../format.ts'
import { Copy, Empty, Pill, When } from '../parts/bits.tsx'
import { Frame } from '../parts/frame.tsx'
import { pushUrl } from '../urls.ts'
import { href, type View } from '../view.ts'
import type { Tone } from '../words.ts'

interface ConnectionsProps {
  readonly view: View
  readonly health: Health
}

export const Connections = (props: ConnectionsProps) => {
  const { view, health } = props
  const { t } = view
  const groups = Map.groupBy(health.connections, ({ kind }) => (kind === 'app' ? 'shop' : kind))
  return (
    <Frame view={view} title={t('nav.connections')} section="connections">
      <h1>{t('nav.connections')}</h1>
      <div class="stack" data-live>
        {health.deadLetters > 0 && <p class="note wait">{t('health.dead', { n: number(health.deadLetters) })}</p>}
        {health.connections.length === 0 && (
          <section class="card">
            <Empty title={t('health.none')}>
              <p>{t('overview.begin')}</p>
            </Empty>
          </section>
        )}
        {KINDS.map((kind) => (
          <Group {...props} kind={kind} items={groups.get(kind) ?? []} />
        ))}
      </div>
    </Frame>
  )
}

const KINDS = ['shop', 'warehouse', 'tracker'] as const
const HEADINGS = { shop: 'nav.shops', warehouse: 'nav.warehouses', tracker: 'nav.trackers' } as const

type GroupProps = ConnectionsProps & {
  readonly kind: (typeof KINDS)[number]
  readonly items: readonly ConnectionHealth[]
}

const Group = ({ items, kind, ...props }: GroupProps) =>
  items.length === 0 ? null : (
    <section class="stack" aria-labelledby={kind}>
      <h2 id={kind}>{props.view.t(HEADINGS[kind])}</h2>
      {items.map((item) => (
        <Connection {...props} item={item} />
      ))}
    </section>
  )

const TONE: Readonly<Record<Condition['level'], Tone>> = { ok: 'green', watch: 'amber', failing: 'red', off: 'grey' }

const Connection = ({ view, health, item }: ConnectionsProps & { readonly item: ConnectionHealth }) => {
  const { t } = view
  const condition = conditionOf(item, view.now, lastGood(item, health))
  const url = pushUrl(view.origin, item)
  return (
    <article class="card" data-row={item.id}>
      <div class="head">
        <h3>{item.name}</h3>
        <Pill tone={TONE[condition.level]}>{t(`health.${condition.level}`)}</Pill>
        <span class="hint">
          {item.kind === 'app' && `${t('health.app')} · `}
          {systemName(item, view)} · <code>{item.id}</code>
        </span>
      </div>
      {condition.reasons.map(({ key, facts, at }) => (
        <p class={condition.level === 'failing' ? 'red-ink' : undefined}>
          {t(key, facts)}
          {at !== undefined && (
            <>
              {' '}
              <small>
                <When view={view} at={at} as="both" />
              </small>
            </>
          )}
        </p>
      ))}
      <dl class="facts">
        {item.kind === 'shop' && (
          <>
            <dt>{t('health.last')}</dt>
            <dd>
              {item.lastOrderAt === null ? t('health.never') : <When view={view} at={item.lastOrderAt} as="both" />}
            </dd>
          </>
        )}
        <dt>{t('health.work')}</dt>
        <dd>{workOf(item, view)}</dd>
        {url !== undefined && (
          <>
            <dt>{t(item.kind === 'warehouse' || item.kind === 'tracker' ? 'health.callbackUrl' : 'health.hookUrl')}</dt>
            <dd>
              <code>{url}</code> <Copy view={view} text={url} />
            </dd>
          </>
        )}
      </dl>
      {item.refusedSince !== null && (
        <p>
          <a href={href('/admin/exceptions', { code: 'credential_refused', subject: item.id })}>
            {t('health.toException')}
          </a>
        </p>
      )}
    </article>
  )
}

/** An app's messages are its shops' orders. */
const lastGood = ({ kind, system, lastOrderAt }: ConnectionHealth, { connections }: Health): number | null => {
  if (kind !== 'app') return lastOrderAt
  const times = connections.flatMap((item) =>
    item.kind === 'shop' && item.system === system ? (item.lastOrderAt ?? []) : [],
  )
  return times.length > 0 ? Math.max(...times) : null
}

const systemName = ({ kind, system }: ConnectionHealth, { language }: View): string =>
  (kind === 'tracker' ? trackers : kind === 'warehouse' ? systems : platforms)[system]?.name[language] ?? system

const workOf = ({ work }: ConnectionHealth, { t }: View): string => {
  if (work === null) return t('health.noAnswer')
  const { backlog, jobs } = work
  return backlog + jobs === 0 ? t('health.idle') : t('health.busy', { backlog: number(backlog), jobs: number(jobs) })
}
