/** One order: its state in words and whose turn it is, what is wrong, goods, parcels, everything that happened. */
import type { OrderView, ShopView } from '../../store/read.ts'
import { Copy, Notice, State } from '../parts/bits.tsx'
import { Frame } from '../parts/frame.tsx'
import { Facts, Receiver } from '../parts/order-facts.tsx'
import { Fulfillments, Lines } from '../parts/order-goods.tsx'
import { Controls, Problems } from '../parts/order-problems.tsx'
import { Steps, Timeline, TurnNote } from '../parts/order-progress.tsx'
import type { View } from '../view.ts'

export interface OrderProps {
  readonly view: View
  readonly order: OrderView
  readonly shop: ShopView | undefined
  readonly notice: string | undefined
  /** The raw message that was asked for, masked; undefined text: no longer kept. */
  readonly raw: { readonly ref: string; readonly text: string | undefined } | undefined
}

export const OrderPage = (props: OrderProps) => {
  const { view, order, shop, notice } = props
  const { t } = view
  return (
    <Frame view={view} title={order.platformOrderId} section="orders">
      <div class="head">
        <h1>{order.platformOrderId}</h1>
        <Copy view={view} text={order.platformOrderId} />
        <State view={view} state={order.state} />
        <span class="hint">
          {shop?.name ?? order.shopId} · {t('order.ours')} <code>{order.id}</code>
        </span>
      </div>
      <Notice view={view} name={notice} />
      <div class="stack" data-live>
        <TurnNote {...props} />
        <Steps {...props} />
        <div class="columns">
          <div class="stack">
            <Problems {...props} />
            <Lines {...props} />
            <Fulfillments {...props} />
            <Timeline {...props} />
          </div>
          <div class="stack">
            <Controls {...props} />
            <Receiver {...props} />
            <Facts {...props} />
          </div>
        </div>
      </div>
    </Frame>
  )
}
