/** What was ordered, and the documents and parcels in which it goes. */
import type { FulfillmentView, OrderView, ShipmentView } from '../../store/read.ts'
import { money, number } from '../format.ts'
import type { OrderProps } from '../pages/order.tsx'
import { href, type View } from '../view.ts'
import { carrierName, spoken, type Tone } from '../words.ts'
import { Copy, Pill, When } from './bits.tsx'
import { Way } from './parcel-way.tsx'

export const Lines = ({ view, order }: OrderProps) => {
  const { t, language } = view
  return (
    <section class="card" aria-labelledby="lines">
      <h2 id="lines">
        {t('order.lines')} {order.lines.length > 0 && <small>{money(order.total, language)}</small>}
      </h2>
      {order.lines.length === 0 ? <p class="quiet">{t('order.noLines')}</p> : null}
      <ul class="stack">
        {order.lines.map((line) => (
          <li>
            <div>
              {line.title || line.code} <strong class="nowrap">× {number(line.quantity)}</strong>{' '}
              {line.gift && <Pill tone="grey">{t('line.gift')}</Pill>}{' '}
              {line.status !== 'open' && <Pill tone="amber">{t(`line.${line.status}`)}</Pill>}
            </div>
            <div class="meta">
              <Means line={line} view={view} />
              <span>{t('line.each', { price: money(line.price, language) })}</span>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** The SKU a line means; of a bundle its parts. Each leads to its levels. */
const Means = ({ line, view: { t } }: { readonly line: OrderView['lines'][number]; readonly view: View }) => {
  if (line.parts.length === 0) {
    return <span class="red-ink">{line.code ? t('line.unmapped', { code: line.code }) : t('line.noCode')}</span>
  }
  const named = line.parts.length > 1 || line.parts[0]?.sku !== line.code
  return (
    <span>
      SKU {named && line.code && `${line.code} → `}
      {line.parts.map((part, i) => (
        <>
          {i > 0 && ' + '}
          <a class="mono" href={href('/admin/stock/sku', { sku: part.sku })}>
            {part.sku}
          </a>
          {part.quantity > 1 && ` × ${number(part.quantity)}`}
        </>
      ))}
    </span>
  )
}

const TONE: Readonly<Record<FulfillmentView['status'], Tone>> = {
  reserved: 'blue',
  sent: 'amber',
  accepted: 'blue',
  shipped: 'green',
  dead: 'grey',
}

export const Fulfillments = ({ view, order }: OrderProps) => {
  const { t } = view
  return (
    <section class="card" aria-labelledby="fulfillments">
      <h2 id="fulfillments">{t('order.fulfillments')}</h2>
      {order.fulfillments.length === 0 && <p class="quiet">{t('order.noFulfillments')}</p>}
      {order.fulfillments.map((item) => (
        <Fulfillment
          view={view}
          item={item}
          shipments={order.shipments.filter((shipment) => shipment.document === item.document)}
        />
      ))}
    </section>
  )
}

interface FulfillmentProps {
  readonly view: View
  readonly item: FulfillmentView
  readonly shipments: readonly ShipmentView[]
}

const Fulfillment = ({ view, item, shipments }: FulfillmentProps) => {
  const { t } = view
  return (
    <article class="stack">
      <div class="head">
        <h3>{item.warehouseName}</h3>
        <Pill tone={TONE[item.status]}>{t(`fulfillment.${item.status}`)}</Pill>
        {item.stop && <Pill tone="amber">{t(`stop.${item.stop.status}`)}</Pill>}
      </div>
      <dl class="facts">
        <dt>{t('fulfillment.document')}</dt>
        <dd>
          <code>{item.document}</code> <Copy view={view} text={item.document} />
        </dd>
        {item.externalId !== null && (
          <>
            <dt>{t('fulfillment.external')}</dt>
            <dd>
              <code>{item.externalId}</code>
            </dd>
          </>
        )}
        <dt>{t('fulfillment.goods')}</dt>
        <dd class="mono">{item.lines.map((line) => `${line.sku} × ${number(line.quantity)}`).join(', ')}</dd>
        {item.said !== null && (
          <>
            <dt>{t('fulfillment.said')}</dt>
            <dd>{spoken(item.said, view)}</dd>
          </>
        )}
        {shipments.map((shipment) => (
          <Shipment view={view} shipment={shipment} />
        ))}
      </dl>
    </article>
  )
}

const Shipment = ({ view, shipment }: { readonly view: View; readonly shipment: ShipmentView }) => {
  const { t } = view
  const { carrier, waybill, at, written, items, tracking } = shipment
  return (
    <>
      <dt>{t('shipment')}</dt>
      <dd>
        {carrierName(carrier, view)} <code>{waybill}</code> <Copy view={view} text={waybill} />{' '}
        <Pill tone={written ? 'green' : 'amber'}>{written ? t('shipment.written') : t('shipment.unwritten')}</Pill>
        <div class="meta">
          <When view={view} at={at} as="both" />
          <span class="mono">{items.map((item) => `${item.sku} × ${number(item.quantity)}`).join(', ')}</span>
        </div>
        {tracking && <Way view={view} tracking={tracking} />}
      </dd>
    </>
  )
}
