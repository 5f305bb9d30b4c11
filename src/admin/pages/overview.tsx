/** 概览: what needs a hand first, then where the orders are, then how fast they go. */
import type { OrderStateName } from '../../domain/order-state.ts'
import type { Stats } from '../../store/read.ts'
import type { Cause } from '../causes.ts'
import { duration, number } from '../format.ts'
import type { Pace } from '../pace.ts'
import { Empty, Notice } from '../parts/bits.tsx'
import { CauseButtons, CauseHead } from '../parts/cause.tsx'
import { Frame } from '../parts/frame.tsx'
import { href, type View } from '../view.ts'
import { TONES } from '../words.ts'

interface OverviewProps {
  readonly view: View
  readonly notice: string | undefined
  readonly stats: Stats
  readonly causes: readonly Cause[]
  /** Orders placed today, in the merchant's zone. */
  readonly today: number
  readonly pace: Pace | undefined
  readonly shops: number
  readonly warehouses: number
}

const CAUSES_SHOWN = 5

export const Overview = (props: OverviewProps) => {
  const { view, notice, shops, warehouses } = props
  return (
    <Frame view={view} title={view.t('nav.overview')} section="overview">
      <Notice view={view} name={notice} />
      <h1 class="hidden">{view.t('nav.overview')}</h1>
      <div class="stack" data-live>
        {shops === 0 || warehouses === 0 ? <Begin {...props} /> : <Attention {...props} />}
        <States {...props} />
        <Figures {...props} />
      </div>
    </Frame>
  )
}

const Begin = ({ view: { t }, shops }: OverviewProps) => (
  <section class="card">
    <Empty title={shops === 0 ? t('overview.noShop') : t('overview.noWarehouse')}>
      <p>{t('overview.begin')}</p>
      <p>
        <a class="button main" href={shops === 0 ? '/admin/shops' : '/admin/warehouses'}>
          {shops === 0 ? t('nav.shops') : t('nav.warehouses')}
        </a>
      </p>
    </Empty>
  </section>
)

const Attention = ({ view, causes }: OverviewProps) => {
  const { t } = view
  if (causes.length === 0) return <p class="note good">{t('overview.calm')}</p>
  const more = causes.length - CAUSES_SHOWN
  return (
    <section class="card flush" aria-labelledby="attention">
      <div class="group">
        <h2 id="attention">{t('overview.attention')}</h2>
      </div>
      {causes.slice(0, CAUSES_SHOWN).map((cause) => (
        <div class="group" data-row={`${cause.code} ${cause.subject ?? ''}`}>
          <CauseHead view={view} cause={cause} />
          <CauseButtons view={view} cause={cause} />
        </div>
      ))}
      {more > 0 && (
        <div class="group">
          <a href="/admin/exceptions">{t('overview.moreCauses', { n: more })}</a>
        </div>
      )}
    </section>
  )
}

/** What needs somebody in the first row, what moves by itself in the second. */
const TILES: readonly OrderStateName[] = [
  'exception',
  'awaiting_stock',
  'held',
  'cancel_requested',
  'awaiting_payment',
  'received',
  'reserved',
  'dispatched',
  'accepted',
  'shipped',
]

const States = ({ view: { t }, stats }: OverviewProps) => (
  <section class="stack" aria-labelledby="states">
    <h2 id="states">{t('overview.states')}</h2>
    <div class="tiles five">
      {TILES.map((state) => {
        const n = stats.orders[state] ?? 0
        const tone = n === 0 ? 'none' : TONES[state] === 'red' ? 'red' : ''
        return (
          <a class={`tile ${tone}`.trim()} href={href('/admin/orders', { state })}>
            <span>{t(`state.${state}`)}</span>
            <span>
              <b class="num">{number(n)}</b> <small>{t('unit.order', { n })}</small>
            </span>
          </a>
        )
      })}
    </div>
  </section>
)

const Figures = ({ view, stats, today, pace }: OverviewProps) => {
  const { t, language } = view
  return (
    <section class="stack" aria-labelledby="figures">
      <h2 id="figures">{t('overview.figures')}</h2>
      <div class="tiles figures">
        <div class={today === 0 ? 'tile none' : 'tile'}>
          <span>{t('overview.today')}</span>
          <span>
            <b class="num">{number(today)}</b> <small>{t('unit.order', { n: today })}</small>
          </span>
        </div>
        <div class={stats.late === 0 ? 'tile none' : 'tile red'}>
          <span>{t('overview.late')}</span>
          <span>
            <b class="num">{number(stats.late)}</b> <small>{t('unit.order', { n: stats.late })}</small>
          </span>
        </div>
        <div class="tile">
          <span>{t('overview.half')}</span>
          <b class="num">{pace ? duration(pace.p50, language) : '–'}</b>
        </div>
        <div class="tile">
          <span>{t('overview.slowest')}</span>
          <b class="num">{pace ? duration(pace.p95, language) : '–'}</b>
        </div>
      </div>
      <p class="hint">{pace ? t('overview.paceHint', { n: number(pace.count) }) : t('overview.noPace')}</p>
    </section>
  )
}
