/** The buyer, masked; the money, the times, the fields that nobody reads. */
import type { Child } from 'hono/jsx'
import { isFinal } from '../../domain/order-state.ts'
import { money } from '../format.ts'
import type { OrderProps } from '../pages/order.tsx'
import type { View } from '../view.ts'
import { spoken } from '../words.ts'
import { Pill, ShipBy, When } from './bits.tsx'

export const Receiver = ({ view, order }: OrderProps) => {
  const { t } = view
  const { receiver } = order
  return (
    <section class="card" aria-labelledby="receiver">
      <h2 id="receiver">{t('order.receiver')}</h2>
      {order.redacted && <p class="quiet">{t('order.redacted')}</p>}
      {!order.redacted && !receiver && <p class="quiet">{t('order.noReceiver')}</p>}
      {!order.redacted && receiver && (
        <>
          <p>
            {[receiver.masked.name, receiver.masked.phone].filter(Boolean).join(' ')}
            <br />
            {receiver.masked.address}
          </p>
          {receiver.kind !== 'plain' && (
            <p class="hint">
              {t(receiver.kind === 'masked' ? 'receiver.stars' : 'receiver.cipher', { kind: receiver.kind })}
            </p>
          )}
          <p class="hint">{t('receiver.closed')}</p>
        </>
      )}
      {order.hasNote && <p class="hint">{t('order.hasNote')}</p>}
    </section>
  )
}

export const Facts = ({ view, order }: OrderProps) => {
  const { t, language } = view
  const waiting = !isFinal(order.state) && order.state !== 'shipped'
  // Until the platform's own data arrived there is only a number.
  const known = order.lines.length > 0
  const time = (at: number | null) => (at === null ? null : <When view={view} at={at} as="both" />)
  return (
    <section class="card" aria-labelledby="facts">
      <h2 id="facts">{t('order.facts')}</h2>
      <dl class="facts">
        <Fact name={t('facts.shipBy')}>
          {order.shipBy !== null && <ShipBy view={view} at={order.shipBy} open={waiting} as="both" />}
        </Fact>
        <Fact name={t('facts.collectBy')}>{time(order.collectBy)}</Fact>
        <Fact name={t('facts.payment')}>{known && t(`payment.${order.payment}`)}</Fact>
        <Fact name={t('facts.total')}>{known && money(order.total, language)}</Fact>
        <Fact name={t('facts.cod')}>{order.cod && money(order.cod, language)}</Fact>
        <Fact name={t('facts.presale')}>{order.presale && t(`presale.${order.presale.kind}`)}</Fact>
        <Fact name={t('facts.placed')}>{time(order.placedAt)}</Fact>
        <Fact name={t('facts.paid')}>{time(order.paidAt)}</Fact>
        <Fact name={t('facts.received')}>{time(order.receivedAt)}</Fact>
        <Fact name={t('facts.flag')}>{order.flag}</Fact>
        <Fact name={t('facts.hold')}>{order.hold && spoken(order.hold.why, view)}</Fact>
        <Fact name={t('facts.refunds')}>
          {order.refunds.length > 0 && <Refunds view={view} refunds={order.refunds} />}
        </Fact>
      </dl>
      {order.customKeys.length > 0 && (
        <details class="more">
          <summary>{t('order.custom', { n: order.customKeys.length })}</summary>
          <div>
            <p class="hint">{t('order.customHint')}</p>
            <p class="mono">{order.customKeys.join(', ')}</p>
          </div>
        </details>
      )}
    </section>
  )
}

/** Left out where there is nothing to say. */
const Fact = ({ name, children }: { readonly name: string; readonly children?: Child }) =>
  children === null || children === false || children === undefined || children === '' ? null : (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )

const Refunds = ({ view, refunds }: { readonly view: View; readonly refunds: OrderProps['order']['refunds'] }) => (
  <ul>
    {refunds.map(({ refundId, status, at }) => (
      <li>
        <code>{refundId}</code> <Pill tone={status === 'requested' ? 'amber' : 'grey'}>{refundWord(status, view)}</Pill>{' '}
        <small>
          <When view={view} at={at} />
        </small>
      </li>
    ))}
  </ul>
)

const refundWord = (status: string, { t }: View): string =>
  status === 'requested' || status === 'withdrawn' || status === 'refunded' ? t(`refund.${status}`) : status
