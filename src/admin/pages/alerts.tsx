/** 告警: each channel, how it is, a button to test it; and a form to add one. */
import { mayAs } from '../../api/call.ts'
import type { Channel } from '../../channels/channel.ts'
import { channels } from '../../channels/index.ts'
import { type AlertCode, titleOf } from '../../domain/alert.ts'
import type { AlertState, AlertView } from '../../store/read.ts'
import { number } from '../format.ts'
import { AlertForm } from '../parts/alert-form.tsx'
import { Empty, Notice, Pill, When } from '../parts/bits.tsx'
import { Ask, Post } from '../parts/form.tsx'
import { Frame } from '../parts/frame.tsx'
import type { View } from '../view.ts'
import type { Tone } from '../words.ts'

interface Props {
  readonly view: View
  readonly notice: string | undefined
  readonly alerts: readonly AlertView[]
  /** The one that a form is open for. */
  readonly adding: Channel | undefined
}

export const Alerts = ({ view, notice, alerts, adding }: Props) => {
  const { t } = view
  const owner = mayAs(view.actor, 'owner')
  return (
    <Frame view={view} title={t('nav.alerts')} section="alerts">
      <h1>{t('nav.alerts')}</h1>
      <Notice view={view} name={notice} />
      <div class="stack" data-live>
        {alerts.length === 0 && (
          <section class="card">
            <Empty title={t('alerts.none')}>
              <p>{t('alerts.noneHint')}</p>
            </Empty>
          </section>
        )}
        {alerts.map((alert) => (
          <Alert view={view} alert={alert} owner={owner} />
        ))}
      </div>
      {owner && <Choice view={view} adding={adding} />}
      {owner && adding && <AlertForm view={view} channel={adding} />}
    </Frame>
  )
}

const Choice = ({ view: { t, language }, adding }: Pick<Props, 'view' | 'adding'>) => (
  <section class="card" aria-labelledby="channels">
    <h2 id="channels">{t('alerts.add')}</h2>
    <p class="actions">
      {Object.values(channels).map(({ id, name }) => (
        <a
          class="button"
          href={`/admin/alerts?channel=${id}#add`}
          {...(id === adding?.id && { 'aria-current': 'true' })}
        >
          {name[language]}
        </a>
      ))}
    </p>
  </section>
)

const TONE: Readonly<Record<AlertState, Tone>> = { new: 'grey', ok: 'green', failing: 'red', off: 'grey' }

const Alert = ({ view, alert, owner }: { readonly view: View; readonly alert: AlertView; readonly owner: boolean }) => {
  const { t, language } = view
  return (
    <article class="card" data-row={alert.id}>
      <div class="head">
        <h2>{alert.name}</h2>
        <Pill tone={TONE[alert.state]}>{t(`alerts.state.${alert.state}`)}</Pill>
        <span class="hint">
          {channels[alert.channel]?.name[language] ?? alert.channel} · <code>{alert.id}</code>
        </span>
      </div>
      {alert.state === 'failing' && <p class="red-ink">{t('alerts.failing', { n: number(alert.failures) })}</p>}
      <Facts view={view} alert={alert} />
      <div class="actions">
        <Post view={view} action={`/admin/alerts/${alert.id}/test`}>
          <button type="submit">{t('alerts.test')}</button>
        </Post>
        {owner && (
          <>
            <Post
              view={view}
              action={`/admin/alerts/${alert.id}/switch`}
              fields={{ enabled: alert.enabled ? '' : '1' }}
            >
              <button type="submit">{t(alert.enabled ? 'alerts.off' : 'alerts.on')}</button>
            </Post>
            <Ask
              view={view}
              action={`/admin/alerts/${alert.id}/remove`}
              label={t('alerts.remove')}
              hint={t('alerts.removeHint')}
              confirm={t('alerts.remove')}
              danger
            />
          </>
        )}
      </div>
    </article>
  )
}

const Facts = ({ view, alert }: { readonly view: View; readonly alert: AlertView }) => {
  const { t, language } = view
  const { lastSentAt, lastErrorAt, nextTryAt } = alert
  const titles = alert.codes?.map((code) => titleOf(code as AlertCode, language))
  return (
    <dl class="facts">
      <dt>{t('alerts.lastSent')}</dt>
      <dd>
        {lastSentAt === null ? (
          t('alerts.never')
        ) : (
          <>
            <When view={view} at={lastSentAt} as="both" /> · {t('alerts.sent', { n: number(alert.sent) })}
          </>
        )}
      </dd>
      {lastErrorAt !== null && (
        <>
          <dt>{t('alerts.lastError')}</dt>
          <dd>
            <When view={view} at={lastErrorAt} as="both" /> · <code>{alert.lastError}</code>
          </dd>
        </>
      )}
      {nextTryAt !== null && (
        <>
          <dt>{t('alerts.nextTry')}</dt>
          <dd>
            <When view={view} at={nextTryAt} as="both" />
          </dd>
        </>
      )}
      {alert.waiting > 0 && (
        <>
          <dt>{t('alerts.waiting')}</dt>
          <dd>{t('alerts.causes', { n: number(alert.waiting) })}</dd>
        </>
      )}
      <dt>{t('alerts.codes')}</dt>
      <dd>{titles?.join(language === 'zh' ? '、' : ', ') ?? t('alerts.all')}</dd>
      <dt>{t('alerts.quiet')}</dt>
      <dd>{t('alerts.quietHint', { n: alert.quietMinutes })}</dd>
    </dl>
  )
}
