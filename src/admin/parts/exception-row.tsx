/** One exception: whose, since when, its own buttons. An order's own are on its page as well. */
import type { ExceptionView } from '../../store/read.ts'
import type { RawShown } from '../pages/exceptions.tsx'
import { remediesOf } from '../remedies.ts'
import { href, mayAct, type View } from '../view.ts'
import { said } from '../words.ts'
import { When } from './bits.tsx'
import { Ask, Post } from './form.tsx'
import { Raw } from './order-progress.tsx'

interface RowProps {
  readonly view: View
  readonly item: ExceptionView
  /** Several sentences stand under one cause: each row says its own. */
  readonly merged: boolean
  readonly raw?: RawShown | undefined
}

export const ExceptionRow = ({ view, item, merged, raw }: RowProps) => {
  const { t } = view
  return (
    <div class="group" data-row={item.id} id={item.id}>
      <div class="head">
        {item.orderId === null ? (
          <span>{said(item, view)}</span>
        ) : (
          <a href={`/admin/orders/${item.orderId}`}>{item.platformOrderId ?? item.orderId}</a>
        )}
        <small>
          <When view={view} at={item.openedAt} />
        </small>
        <Buttons view={view} item={item} />
      </div>
      {item.orderId !== null && merged && <p class="hint">{said(item, view)}</p>}
      {item.hasRaw && mayAct(view) && !raw && (
        <p class="hint">
          <a href={href('/admin/exceptions', { code: item.code, subject: item.subject, raw: item.id })}>
            {t('order.raw')}
          </a>
        </p>
      )}
      {raw && (
        <Raw
          view={view}
          text={raw.text}
          close={href('/admin/exceptions', { code: item.code, subject: item.subject })}
        />
      )}
    </div>
  )
}

const Buttons = ({ view, item }: Pick<RowProps, 'view' | 'item'>) => {
  const { t } = view
  const remedies = remediesOf(item.code)
  const action = '/admin/exceptions/one'
  const fields = { id: item.id, code: item.code, subject: item.subject }
  return (
    <div class="actions">
      {remedies.includes('retry') && (
        <Post view={view} action={action} fields={{ ...fields, action: 'retry' }}>
          <button type="submit" class="small">
            {t('remedy.retry')}
          </button>
        </Post>
      )}
      {item.orderId !== null && remedies.some((remedy) => remedy !== 'retry' && remedy !== 'dismiss') && (
        <a href={`/admin/orders/${item.orderId}`}>{t('exceptions.handle')}</a>
      )}
      {remedies.includes('dismiss') && (
        <Ask
          view={view}
          action={action}
          fields={{ ...fields, action: 'dismiss' }}
          label={t('remedy.dismiss')}
          hint={t('remedy.dismiss.hint')}
          confirm={t('remedy.dismiss.confirm')}
          small
        />
      )}
    </div>
  )
}
