/** Small pieces that every page uses. */
import type { Child } from 'hono/jsx'
import type { OrderStateName } from '../../domain/order-state.ts'
import { clock, relative, urgency } from '../format.ts'
import type { Key } from '../i18n/index.ts'
import type { View } from '../view.ts'
import { TONES, type Tone } from '../words.ts'

interface WhenProps {
  readonly view: View
  readonly at: number
  /** `relative`: 3 分钟前, the exact time as its title; `both`: for what a person may have to quote. */
  readonly as?: 'relative' | 'both'
}

export const When = ({ view, at, as = 'relative' }: WhenProps) => {
  const { full, day, time, date } = clock(at, view.zone)
  const near = relative(at, view.now, view.language)
  const year = clock(view.now, view.zone).date.slice(0, 4) === date.slice(0, 4)
  return (
    <time datetime={new Date(at).toISOString()} title={`${full} (${view.zone})`}>
      {as === 'relative'
        ? near
        : `${year ? day : date} ${time}${view.language === 'zh' ? `（${near}）` : ` (${near})`}`}
    </time>
  )
}

/** 最晚发货时间: red once it has passed, amber when near, quiet when it no longer matters. */
export const ShipBy = ({ view, at, open, as }: WhenProps & { readonly open: boolean }) => {
  const level = open ? urgency(at, view.now) : 'ahead'
  const ink = { over: 'red-ink', near: 'amber-ink', ahead: undefined }[level]
  return (
    <span class={ink}>
      {level === 'over' && `${view.t('order.overdue')} `}
      <When view={view} at={at} {...(as && { as })} />
    </span>
  )
}

export const Pill = ({ tone, children }: { readonly tone: Tone; readonly children: Child }) => (
  <span class={tone === 'grey' ? 'pill' : `pill ${tone}`}>{children}</span>
)

export const State = ({ view, state }: { readonly view: View; readonly state: OrderStateName }) => (
  <Pill tone={TONES[state]}>{view.t(`state.${state}`)}</Pill>
)

/** Copies with JavaScript; without it the text beside it can be marked. */
export const Copy = ({ view: { t }, text }: { readonly view: View; readonly text: string }) => (
  <button type="button" class="small" data-copy={text} data-copied={t('copy.done')}>
    {t('copy')}
    <span class="hidden"> {text}</span>
  </button>
)

interface EmptyProps {
  readonly title: string
  readonly children?: Child
}

/** Nothing here: says why, and what to do. */
export const Empty = ({ title, children }: EmptyProps) => (
  <div class="empty">
    <strong>{title}</strong>
    {children}
  </div>
)

const NOTICES = {
  done: 'good',
  pending: 'wait',
  nothing: 'wait',
  incomplete: 'bad',
  refused: 'bad',
  forbidden: 'bad',
  failed: 'bad',
  delivered: 'good',
  undelivered: 'bad',
} as const
export type NoticeName = keyof typeof NOTICES

/** What came of the button just pressed. The name comes out of the URL: only known ones are shown. */
export const Notice = ({ view: { t }, name }: { readonly view: View; readonly name: string | undefined }) => {
  if (name === undefined || !Object.hasOwn(NOTICES, name)) return null
  const known = name as NoticeName
  return (
    <p class={`note ${NOTICES[known]}`} role="status">
      {t(`notice.${known}` satisfies Key)}
    </p>
  )
}

export const Pager = ({ view: { t }, next }: { readonly view: View; readonly next: string | undefined }) =>
  next === undefined ? null : (
    <p class="actions">
      <a class="button" href={next} rel="next">
        {t('page.next')}
      </a>
    </p>
  )
