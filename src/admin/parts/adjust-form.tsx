/** Corrects a level: a count, or a plus or minus, always with a reason. */
import type { LevelView } from '../../store/read.ts'
import { mayAct, type View } from '../view.ts'
import { Csrf, Hidden } from './form.tsx'

interface Props {
  readonly view: View
  readonly sku: string
  readonly levels: readonly LevelView[]
  readonly warehouses: readonly { readonly id: string; readonly name: string }[]
}

export const AdjustForm = ({ view, sku, levels, warehouses }: Props) => {
  const { t } = view
  if (!mayAct(view)) return null
  return (
    <section class="card" aria-labelledby="adjust">
      <h2 id="adjust">{t('adjust')}</h2>
      {warehouses.length === 0 ? (
        <p class="quiet">{t('adjust.noWarehouse')}</p>
      ) : (
        <form method="post" action="/admin/stock/adjust" class="stack">
          <Csrf view={view} />
          <Hidden fields={{ sku, merchantId: view.merchant.id }} />
          <label>
            {t('stock.warehouse')}
            <select name="warehouseId" required>
              {warehouses.map(({ id, name }) => (
                <option value={id} selected={id === levels[0]?.warehouseId}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <label>
            {t('adjust.kind')}
            <select name="kind">
              <option value="set">{t('adjust.set')}</option>
              <option value="adjust">{t('adjust.change')}</option>
            </select>
          </label>
          <label>
            {t('adjust.quantity')}
            <input
              name="quantity"
              type="number"
              step={1}
              min={-1_000_000}
              max={1_000_000}
              required
              inputmode="numeric"
            />
          </label>
          <label>
            {t('adjust.reason')}
            <input name="reason" maxlength={200} required autocomplete="off" />
          </label>
          <p class="hint">{t('adjust.hint')}</p>
          <div>
            <button type="submit" class="main">
              {t('adjust.save')}
            </button>
          </div>
        </form>
      )}
    </section>
  )
}
