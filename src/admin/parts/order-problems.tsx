/** What is wrong with an order and the buttons that settle it; and the buttons every order has. */
import { isFinal } from '../../domain/order-state.ts'
import { PROBLEMS } from '../../domain/problem.ts'
import type { ProblemView } from '../../store/read.ts'
import type { OrderProps } from '../pages/order.tsx'
import { type Remedy, remediesOf } from '../remedies.ts'
import { href, mayAct } from '../view.ts'
import { said } from '../words.ts'
import { When } from './bits.tsx'
import { Cure, isCured } from './cure.tsx'
import { Ask, Post, Why } from './form.tsx'
import { ReceiverForm } from './receiver-form.tsx'

export const Problems = (props: OrderProps) => {
  const { view, order } = props
  const { t } = view
  return order.problems.map((problem) => (
    <section class="card problem" aria-label={said(problem, view)}>
      <h2>{said(problem, view)}</h2>
      <p>
        <span class="quiet">{t('problem.fix')}</span> {said({ zh: problem.fixZh, en: problem.fixEn }, view)}
      </p>
      <div class="actions">
        <Cure view={view} code={problem.code} subject={problem.subject} shopId={order.shopId} />
        {remediesOf(problem.code).map((remedy, i) => (
          <Button
            {...props}
            problem={problem}
            remedy={remedy}
            first={i === 0 && !isCured(view, problem.code, problem.subject)}
          />
        ))}
      </div>
      <p class="hint">
        <When view={view} at={problem.openedAt} as="both" />
        {'group' in PROBLEMS[problem.code] && (
          <>
            {' · '}
            <a href={href('/admin/exceptions', { code: problem.code, subject: problem.subject })}>
              {t('problem.alike')}
            </a>
          </>
        )}
      </p>
    </section>
  ))
}

type ButtonProps = OrderProps & { readonly problem: ProblemView; readonly remedy: Remedy; readonly first: boolean }

const Button = (props: ButtonProps) => {
  const { view, order, problem, remedy, first } = props
  const { t } = view
  const action = `/admin/orders/${order.id}/act`
  const fields = { action: remedy, problemId: problem.id }
  if (remedy === 'receiver') return <ReceiverForm view={view} order={order} main={first} />
  if (remedy === 'retry') {
    return (
      <Post view={view} action={action} fields={fields}>
        <button type="submit" class={first ? 'main' : ''}>
          {t('remedy.retry')}
        </button>
      </Post>
    )
  }
  return (
    <Ask
      view={view}
      action={action}
      fields={fields}
      label={t(`remedy.${remedy}`)}
      hint={t(`remedy.${remedy}.hint`)}
      confirm={t(`remedy.${remedy}.confirm`)}
      danger={remedy === 'reroute'}
      main={first}
    >
      <Why view={view} required={remedy !== 'dismiss'} />
    </Ask>
  )
}

/** Hold, release, cancel. Not for an order with which nothing can be done any more. */
export const Controls = ({ view, order }: OrderProps) => {
  const { t } = view
  if (!mayAct(view) || isFinal(order.state)) return null
  const action = `/admin/orders/${order.id}/act`
  const alive = order.fulfillments.filter((item) => item.status !== 'dead')
  const shipped = alive.length > 0 && alive.every((item) => item.status === 'shipped')
  if (shipped && !order.hold) return null
  return (
    <section class="card" aria-labelledby="controls">
      <h2 id="controls">{t('order.controls')}</h2>
      <div class="actions">
        {order.hold ? (
          <Post view={view} action={action} fields={{ action: 'release' }}>
            <button type="submit" class="main">
              {t('action.release')}
            </button>
          </Post>
        ) : (
          !shipped && (
            <Ask
              view={view}
              action={action}
              fields={{ action: 'hold' }}
              label={t('action.hold')}
              hint={t('action.hold.hint')}
              confirm={t('action.hold.confirm')}
            >
              <Why view={view} required />
            </Ask>
          )
        )}
        {order.platformStatus === 'open' && !shipped && (
          <Ask
            view={view}
            action={action}
            fields={{ action: 'cancel' }}
            label={t('action.cancel')}
            hint={t('action.cancel.hint')}
            confirm={t('action.cancel.confirm')}
            danger
          >
            <Why view={view} required />
          </Ask>
        )}
      </div>
    </section>
  )
}
