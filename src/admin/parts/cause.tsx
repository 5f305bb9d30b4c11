/** One cause of exceptions: what is wrong, what to do, and the button that releases all of it. */
import type { Cause } from '../causes.ts'
import { number } from '../format.ts'
import { remediesOf } from '../remedies.ts'
import { href, type View } from '../view.ts'
import { said } from '../words.ts'
import { Pill, When } from './bits.tsx'
import { Cure, isCured } from './cure.tsx'
import { Ask, Post } from './form.tsx'

interface CauseProps {
  readonly view: View
  readonly cause: Cause
}

const query = ({ code, subject }: Cause) => ({ code, subject })

export const CauseHead = ({ view, cause }: CauseProps) => {
  const { t } = view
  const n = number(cause.count)
  return (
    <>
      <div class="head">
        <Pill tone="red">{t('unit.items', { n })}</Pill>
        <h3>
          <a href={href('/admin/exceptions', query(cause))}>{said(cause, view)}</a>
        </h3>
        <span class="hint">
          {t('exceptions.oldest')} <When view={view} at={cause.oldestAt} />
        </span>
      </div>
      <p>
        <span class="quiet">{t('problem.fix')}</span> {said({ zh: cause.fixZh, en: cause.fixEn }, view)}
      </p>
    </>
  )
}

/** Fix once, release many. What must be filled in per order has no such button. */
export const CauseButtons = ({ view, cause, shopId }: CauseProps & { readonly shopId?: string | undefined }) => {
  const { t } = view
  const remedies = remediesOf(cause.code)
  const action = '/admin/exceptions/all'
  const fields = { code: cause.code, ...(cause.subject !== undefined && { subject: cause.subject }) }
  const n = number(cause.count)
  return (
    <div class="actions">
      <Cure view={view} code={cause.code} subject={cause.subject} count={cause.count} shopId={shopId} />
      {remedies.includes('retry') && (
        <Post view={view} action={action} fields={{ ...fields, action: 'retry' }}>
          <button type="submit" class={isCured(view, cause.code, cause.subject) ? '' : 'main'}>
            {t('exceptions.retryAll', { n })}
          </button>
        </Post>
      )}
      {remedies[0] === 'receiver' && (
        <a class="button" href={href('/admin/exceptions', query(cause))}>
          {t('exceptions.oneByOne')}
        </a>
      )}
      {remedies.includes('dismiss') && (
        <Ask
          view={view}
          action={action}
          fields={{ ...fields, action: 'dismiss' }}
          label={t('exceptions.dismissAll', { n })}
          hint={t('remedy.dismiss.hint')}
          confirm={t('exceptions.dismissAll', { n })}
        />
      )}
    </div>
  )
}
