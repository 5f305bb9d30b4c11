/** 订单: the list, filtered or found. */
import { isFinal, ORDER_STATES } from '../../domain/order-state.ts'
import type { Found, OrderSummary, ShopView } from '../../store/read.ts'
import { money, number } from '../format.ts'
import { Empty, Pager, ShipBy, State, When } from '../parts/bits.tsx'
import { Frame } from '../parts/frame.tsx'
import { href, type View } from '../view.ts'
import { said } from '../words.ts'

interface OrdersProps {
  readonly view: View
  readonly filter: { readonly q?: string; readonly state?: string; readonly shop?: string }
  readonly shops: readonly ShopView[]
  readonly orders: readonly (OrderSummary | Found)[]
  readonly nextCursor: string | null
}

export const Orders = (props: OrdersProps) => {
  const { view, filter, orders, nextCursor } = props
  const { t } = view
  const next = nextCursor === null ? undefined : href('/admin/orders', { ...filter, cursor: nextCursor })
  const title = filter.q ? t('orders.found', { q: filter.q }) : t('nav.orders')
  return (
    <Frame view={view} title={title} section="orders" words={filter.q ?? ''}>
      <div class="head">
        <h1>{title}</h1>
        {filter.q && (
          <span class="hint">
            {t('orders.results', { n: number(orders.length) })} · <a href="/admin/orders">{t('orders.all')}</a>
          </span>
        )}
      </div>
      {!filter.q && <Filters {...props} />}
      <div class="stack" data-live>
        <section class="card flush">{orders.length === 0 ? <Nothing {...props} /> : <Table {...props} />}</section>
        <Pager view={view} next={next} />
      </div>
    </Frame>
  )
}

const Filters = ({ view: { t }, filter, shops }: OrdersProps) => (
  <form class="filters" action="/admin/orders" data-auto>
    <label>
      {t('orders.state')}
      <select name="state">
        <option value="">{t('orders.anyState')}</option>
        {ORDER_STATES.map((state) => (
          <option value={state} selected={state === filter.state}>
            {t(`state.${state}`)}
          </option>
        ))}
      </select>
    </label>
    <label>
      {t('orders.shop')}
      <select name="shop">
        <option value="">{t('orders.anyShop')}</option>
        {shops.map(({ id, name }) => (
          <option value={id} selected={id === filter.shop}>
            {name}
          </option>
        ))}
      </select>
    </label>
    <button type="submit">{t('orders.filter')}</button>
  </form>
)

const Nothing = ({ view: { t }, filter }: OrdersProps) => {
  if (filter.q) {
    return (
      <Empty title={t('orders.notFound', { q: filter.q })}>
        <p>{t('orders.notFoundHint')}</p>
      </Empty>
    )
  }
  return filter.state || filter.shop ? (
    <Empty title={t('orders.noneSuch')}>
      <p>
        <a href="/admin/orders">{t('orders.all')}</a>
      </p>
    </Empty>
  ) : (
    <Empty title={t('orders.none')}>
      <p>{t('orders.noneHint')}</p>
      <p>
        <a href="/admin/connections">{t('orders.lookConnections')}</a>
      </p>
    </Empty>
  )
}

const Table = ({ view, shops, orders }: OrdersProps) => {
  const { t } = view
  const names = new Map(shops.map((shop) => [shop.id, shop.name]))
  return (
    <table class="rows">
      <thead>
        <tr>
          <th>{t('orders.order')}</th>
          <th>{t('orders.state')}</th>
          <th>{t('orders.goods')}</th>
          <th>{t('orders.shipBy')}</th>
          <th class="n">{t('orders.total')}</th>
          <th>{t('orders.placed')}</th>
        </tr>
      </thead>
      <tbody>
        {orders.map((order) => (
          <Row view={view} order={order} shop={names.get(order.shopId) ?? order.shopId} />
        ))}
      </tbody>
    </table>
  )
}

interface RowProps {
  readonly view: View
  readonly order: OrderSummary | Found
  readonly shop: string
}

const Row = ({ view, order, shop }: RowProps) => {
  const { t, language } = view
  const [problem] = order.problems
  const waiting = !isFinal(order.state) && order.state !== 'shipped'
  return (
    <tr data-row={order.id}>
      <td>
        <a href={`/admin/orders/${order.id}`}>{order.platformOrderId}</a>
        <br />
        <small>
          {shop}
          {'by' in order && ` · ${t(`found.${order.by}`)}`}
        </small>
      </td>
      <td class="end">
        <State view={view} state={order.state} />
      </td>
      <td class="full">
        {goods(order)}
        {problem && (
          <>
            <br />
            <small class="red-ink">{said(problem, view)}</small>
          </>
        )}
      </td>
      <td data-label={t('orders.shipBy')}>
        {order.shipBy === null ? (
          <span class="quiet">{t('orders.noShipBy')}</span>
        ) : (
          <ShipBy view={view} at={order.shipBy} open={waiting} />
        )}
      </td>
      <td class="n end">{order.lines.length === 0 ? <span class="quiet">–</span> : money(order.total, language)}</td>
      <td data-label={t('orders.placed')}>
        <When view={view} at={order.placedAt} />
      </td>
    </tr>
  )
}

const SHOWN = 2

/** `TEA-001 × 2, CUP-9 × 1, …` */
const goods = ({ lines }: OrderSummary): string => {
  const named = lines.slice(0, SHOWN).map((line) => `${line.sku || line.title} × ${number(line.quantity)}`)
  return lines.length > SHOWN ? `${named.join(', ')} … +${lines.length - SHOWN}` : named.join(', ')
}
