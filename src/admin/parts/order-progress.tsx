/** Whose turn, how far, and the timeline. */
import type { TimelineView } from '../../store/read.ts'
import { clock, duration } from '../format.ts'
import { stepsOf, type Turn, turnOf } from '../next-step.ts'
import type { OrderProps } from '../pages/order.tsx'
import { href, mayAct, type View } from '../view.ts'
import { entrySentence, entryTone, entryWho } from '../words.ts'

const LOUD: Readonly<Record<Turn['who'], string>> = {
  you: 'bad',
  buyer: '',
  platform: '',
  warehouse: '',
  carrier: 'good',
  cangqiao: '',
  nobody: 'good',
}

/** Without 物流更新 the platform is told of no parcel, and nothing waits for it. */
const tells = ({ shop }: OrderProps): boolean => shop === undefined || (shop.features.tracking && shop.mode === 'live')

export const TurnNote = (props: OrderProps) => {
  const { view, order } = props
  const { t, now, zone } = view
  const turn = turnOf(order, now, tells(props))
  const time = turn.at === undefined ? {} : { time: clock(turn.at, zone).full }
  const loud = turn.who === 'you' && order.state !== 'exception' ? 'wait' : LOUD[turn.who]
  return (
    <p class={`note ${loud}`.trim()}>
      <strong>{t(`turn.who.${turn.who}`)}</strong> {t(turn.what, { ...turn.facts, ...time })}
    </p>
  )
}

export const Steps = (props: OrderProps) => {
  const { view, order } = props
  const { t, zone } = view
  return (
    <ol class="steps" aria-label={t('order.progress')}>
      {stepsOf(order, tells(props)).map(({ name, status, at }) => (
        <li class={status} {...(status === 'now' && { 'aria-current': 'step' })}>
          {t(`step.${name}`)}
          <time {...(at !== undefined && { datetime: new Date(at).toISOString() })}>
            {at === undefined ? ' ' : clock(at, zone).time}
          </time>
        </li>
      ))}
    </ol>
  )
}

/** Newest last, as it happened; a heading for each day. */
export const Timeline = (props: OrderProps) => {
  const { view, order } = props
  const entries = order.timeline.toSorted((a, b) => a.at - b.at)
  const days = Map.groupBy(entries, (entry) => clock(entry.at, view.zone).date)
  return (
    <section class="card" aria-labelledby="timeline">
      <h2 id="timeline">{view.t('order.timeline')}</h2>
      <ol class="timeline">
        {[...days].map(([date, entries]) => (
          <>
            <li class="day">{date}</li>
            {entries.map((entry) => (
              <Item {...props} entry={entry} index={order.timeline.indexOf(entry)} />
            ))}
          </>
        ))}
      </ol>
    </section>
  )
}

const HOUR = 3_600_000

const Item = (props: OrderProps & { readonly entry: TimelineView; readonly index: number }) => {
  const { view, order, raw, entry, index } = props
  const { t, language, zone } = view
  const time = clock(entry.at, zone)
  const since = entry.at - Math.min(...order.timeline.map((item) => item.at))
  const shown = raw !== undefined && raw.ref === entry.raw
  return (
    <li class={entryTone(entry)} id={`t${index}`}>
      <div>{entrySentence(entry, view)}</div>
      <div class="meta">
        <time datetime={new Date(entry.at).toISOString()} title={`${time.full} (${zone})`}>
          {time.time}
        </time>
        {since > 0 && since < HOUR && <span class="num">+{duration(since, language)}</span>}
        <span>{entryWho(entry, view)}</span>
        {entry.ms !== null && <span>{t('order.took', { time: duration(entry.ms, language) })}</span>}
        {entry.raw !== null && mayAct(view) && !shown && (
          <a href={`${href(`/admin/orders/${order.id}`, { raw: entry.raw })}#t${index}`}>{t('order.raw')}</a>
        )}
      </div>
      {shown && <Raw view={view} text={raw.text} close={`/admin/orders/${order.id}#t${index}`} />}
    </li>
  )
}

interface RawProps {
  readonly view: View
  readonly text: string | undefined
  readonly close: string
}

export const Raw = ({ view: { t }, text, close }: RawProps) => (
  <div class="stack">
    {text === undefined ? <p class="hint">{t('raw.gone')}</p> : <pre>{text}</pre>}
    <p class="hint">
      {text !== undefined && `${t('raw.masked')} `}
      <a href={close}>{t('raw.close')}</a>
    </p>
  </div>
)
