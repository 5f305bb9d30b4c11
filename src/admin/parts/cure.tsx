/** A SKU that is missing can be made, a listing mapped, where the problem shows; both are an owner's. */
import { mayAs } from '../../api/call.ts'
import type { ProblemCode } from '../../domain/problem.ts'
import type { View } from '../view.ts'
import { Ask, Post } from './form.tsx'

interface CureProps {
  readonly view: View
  readonly code: ProblemCode
  /** The code or the listing; undefined: several. */
  readonly subject: string | undefined
  /** Where the listing is. */
  readonly shopId: string | undefined
  /** How many it releases. */
  readonly count?: number
}

export const isCured = ({ actor }: View, code: ProblemCode, subject: string | undefined): boolean =>
  mayAs(actor, 'owner') && Boolean(subject) && (code === 'sku_unknown' || code === 'sku_missing')

export const Cure = ({ view, code, subject = '', shopId, count }: CureProps) => {
  const { t } = view
  if (!isCured(view, code, subject)) return null
  if (code === 'sku_unknown') {
    return (
      <Post view={view} action="/admin/skus" fields={{ sku: subject }}>
        <button type="submit" class="main">
          {count === undefined ? t('cure.sku', { sku: subject }) : t('cure.skus', { sku: subject, n: count })}
        </button>
      </Post>
    )
  }
  return shopId === undefined ? null : (
    <Ask
      view={view}
      action="/admin/listings"
      fields={{ shopId, listingId: subject }}
      label={t('cure.listing')}
      hint={t('cure.listing.hint', { listing: subject })}
      confirm={t('cure.listing.confirm')}
    >
      <label>
        SKU
        <input name="sku" required maxlength={100} autocomplete="off" spellcheck={false} />
      </label>
    </Ask>
  )
}
