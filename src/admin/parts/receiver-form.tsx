/** Completes a receiver. Nothing that is known is filled in: it may not be shown. What stays empty stays as it is. */
import type { OrderView } from '../../store/read.ts'
import type { View } from '../view.ts'
import { Ask } from './form.tsx'

interface Props {
  readonly view: View
  readonly order: OrderView
  /** It is the button to press. */
  readonly main: boolean
}

export const RECEIVER_FIELDS = ['name', 'phone', 'province', 'city', 'district', 'address'] as const
type Field = (typeof RECEIVER_FIELDS)[number]

const INPUT: Readonly<Record<Field, { readonly max: number; readonly type?: string }>> = {
  name: { max: 60 },
  phone: { max: 30, type: 'tel' },
  province: { max: 40 },
  city: { max: 40 },
  district: { max: 40 },
  address: { max: 200 },
}

export const ReceiverForm = ({ view, order, main }: Props) => {
  const { t } = view
  const missing = order.receiver?.missing ?? []
  return (
    <Ask
      view={view}
      action={`/admin/orders/${order.id}/receiver`}
      label={t('remedy.receiver')}
      hint={t('receiver.hint')}
      confirm={t('receiver.confirm')}
      main={main}
    >
      <div class="fields">
        {RECEIVER_FIELDS.map((field) => (
          <label class={field === 'address' ? 'full' : ''}>
            <span>
              {t(`receiver.${field}`)}
              {missing.includes(field) && <strong class="red-ink"> {t('receiver.missing')}</strong>}
            </span>
            <input
              name={field}
              type={INPUT[field].type ?? 'text'}
              maxlength={INPUT[field].max}
              autocomplete="off"
              required={missing.includes(field)}
            />
          </label>
        ))}
      </div>
    </Ask>
  )
}
