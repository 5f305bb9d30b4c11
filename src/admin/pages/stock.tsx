/** 库存: levels of every SKU, and one SKU with its form to correct them. */
import type { Discrepancy, LevelView, SkuStock } from '../../store/read.ts'
import { number } from '../format.ts'
import { AdjustForm } from '../parts/adjust-form.tsx'
import { Empty, Notice, Pager, Pill, When } from '../parts/bits.tsx'
import { Frame } from '../parts/frame.tsx'
import { href, type View } from '../view.ts'

interface StockProps {
  readonly view: View
  readonly sku: string
  readonly short: boolean
  readonly items: readonly SkuStock[]
  readonly nextCursor: string | null
}

export const Stock = (props: StockProps) => {
  const { view, sku, short, items, nextCursor } = props
  const { t } = view
  const filter = { short: short ? '1' : undefined }
  const next = nextCursor === null ? undefined : href('/admin/stock', { ...filter, cursor: nextCursor })
  return (
    <Frame view={view} title={t('nav.stock')} section="stock">
      <h1>{t('nav.stock')}</h1>
      <form class="filters" action="/admin/stock">
        <label>
          SKU
          <input name="sku" value={sku} autocomplete="off" spellcheck={false} />
        </label>
        <button type="submit">{t('stock.find')}</button>
        <a href={short ? '/admin/stock' : href('/admin/stock', { short: '1' })}>
          {short ? t('stock.showAll') : t('stock.onlyShort')}
        </a>
      </form>
      <div class="stack" data-live>
        <section class="card flush">{items.length === 0 ? <Nothing {...props} /> : <Table {...props} />}</section>
        <Pager view={view} next={next} />
      </div>
    </Frame>
  )
}

const Nothing = ({ view: { t }, sku, short }: StockProps) => {
  if (short) return <Empty title={t('stock.noneShort')} />
  return (
    <Empty title={sku ? t('stock.unknown', { sku }) : t('stock.none')}>
      <p>{sku ? t('stock.unknownHint') : t('stock.noneHint')}</p>
    </Empty>
  )
}

const Table = ({ view, items }: StockProps) => {
  const { t } = view
  return (
    <table class="rows">
      <Head view={view} first="SKU" />
      <tbody>
        {items.map((item) => (
          <tr data-row={item.sku}>
            <td class="full">
              <a href={href('/admin/stock/sku', { sku: item.sku })} class="mono">
                {item.sku}
              </a>
              {item.title && <small> {item.title}</small>}
              {item.total.short > 0 && <Pill tone="red">{t('stock.short')}</Pill>}
              <br />
              <small>
                {item.levels.length === 0
                  ? t('stock.nowhere')
                  : item.levels.map((level) => `${level.warehouseName} ${freeOf(level, view)}`).join(' · ')}
              </small>
            </td>
            <Figures view={view} {...item.total} />
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const freeOf = (level: LevelView, { t }: View): string =>
  level.counted ? number(level.available) : t('stock.uncountedShort')

const COLUMNS = ['available', 'onHand', 'reserved', 'short'] as const

const Head = ({ view: { t }, first }: { readonly view: View; readonly first: string }) => (
  <thead>
    <tr>
      <th>{first}</th>
      {COLUMNS.map((column) => (
        <th class="n">{t(`stock.${column}`)}</th>
      ))}
    </tr>
  </thead>
)

const inkOf = (column: (typeof COLUMNS)[number], value: number): string | undefined => {
  if (value === 0) return 'quiet'
  return column === 'short' ? 'red-ink' : undefined
}

type FiguresProps = { readonly view: View } & Readonly<Record<(typeof COLUMNS)[number], number>>

const Figures = ({ view: { t }, ...levels }: FiguresProps) => (
  <>
    {COLUMNS.map((column) => (
      <td class="n" data-label={t(`stock.${column}`)}>
        <span class={inkOf(column, levels[column])}>
          {number(levels[column])} <small>{t('unit.piece', { n: levels[column] })}</small>
        </span>
      </td>
    ))}
  </>
)

interface SkuProps {
  readonly view: View
  readonly notice: string | undefined
  readonly stock: SkuStock
  readonly warehouses: readonly { readonly id: string; readonly name: string }[]
  readonly discrepancies: readonly Discrepancy[]
}

export const SkuPage = (props: SkuProps) => {
  const { view, notice, stock } = props
  const { t } = view
  return (
    <Frame view={view} title={stock.sku} section="stock">
      <div class="head">
        <h1 class="mono">{stock.sku}</h1>
        <span>{stock.title}</span>
        <a class="hint" href={href('/admin/orders', { q: stock.sku })}>
          {t('stock.orders')}
        </a>
      </div>
      <Notice view={view} name={notice} />
      <div class="columns">
        <div class="stack" data-live>
          <section class="card flush">
            {stock.levels.length === 0 ? <Empty title={t('stock.nowhere')} /> : <Levels {...props} />}
          </section>
          <p class="hint">{t('stock.meaning')}</p>
          <Discrepancies {...props} />
        </div>
        <AdjustForm view={view} sku={stock.sku} levels={stock.levels} warehouses={props.warehouses} />
      </div>
    </Frame>
  )
}

const Levels = ({ view, stock }: SkuProps) => {
  const { t } = view
  return (
    <table class="rows">
      <Head view={view} first={t('stock.warehouse')} />
      <tbody>
        {stock.levels.map((level) => (
          <tr>
            <td class="full">
              {level.warehouseName}
              {level.inTransit > 0 && <small> {t('stock.inTransit', { n: number(level.inTransit) })}</small>}
            </td>
            {level.counted ? (
              <Figures view={view} {...level} />
            ) : (
              <td class="full" colspan={4}>
                <Pill tone="amber">{t('stock.uncounted')}</Pill> <small>{t('stock.uncountedHint')}</small>
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const Discrepancies = ({ view, discrepancies, warehouses }: SkuProps) => {
  const { t } = view
  if (discrepancies.length === 0) return null
  const names = new Map(warehouses.map(({ id, name }) => [id, name]))
  return (
    <section class="card" aria-labelledby="differences">
      <h2 id="differences">{t('stock.differences')}</h2>
      <ul>
        {discrepancies.map(({ warehouseId, difference, at }) => (
          <li>
            {names.get(warehouseId) ?? warehouseId}{' '}
            <strong class="num">
              {difference > 0 ? '+' : ''}
              {number(difference)}
            </strong>{' '}
            {t('unit.piece', { n: Math.abs(difference) })}{' '}
            <small>
              <When view={view} at={at} as="both" />
            </small>
          </li>
        ))}
      </ul>
    </section>
  )
}
