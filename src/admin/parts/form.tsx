/** Forms: each carries its session's CSRF token; whatever can't be taken back asks once more, without JavaScript. */
import type { Child } from 'hono/jsx'
import { mayAct, type View } from '../view.ts'

export const Csrf = ({ view }: { readonly view: Pick<View, 'csrf'> }) => (
  <input type="hidden" name="csrf" value={view.csrf} />
)

export const Hidden = ({ fields }: { readonly fields: Readonly<Record<string, string>> }) => (
  <>
    {Object.entries(fields).map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
  </>
)

interface PostProps {
  readonly view: View
  readonly action: string
  readonly fields?: Readonly<Record<string, string>>
  readonly class?: string
  readonly children: Child
}

/** Not there at all for who may not act. */
export const Post = ({ view, action, fields = {}, class: className, children }: PostProps) =>
  mayAct(view) ? (
    <form method="post" action={action} class={className}>
      <Csrf view={view} />
      <Hidden fields={fields} />
      {children}
    </form>
  ) : null

interface AskProps extends Omit<PostProps, 'class' | 'children'> {
  /** The words on the closed button. */
  readonly label: string
  /** What will happen. */
  readonly hint?: string
  readonly confirm: string
  readonly danger?: boolean
  /** The button to press. */
  readonly main?: boolean
  readonly small?: boolean
  /** Fields to fill in before. */
  readonly children?: Child
}

/** Opens first, acts on the second press. */
export const Ask = ({ view, action, fields, label, hint, confirm, danger, main, small, children }: AskProps) =>
  mayAct(view) ? (
    <details class="do">
      <summary class={['button', main && 'main', danger && 'danger', small && 'small'].filter(Boolean).join(' ')}>
        {label}
      </summary>
      <Post view={view} action={action} {...(fields && { fields })}>
        {hint && <p class="hint">{hint}</p>}
        {children}
        <div>
          <button type="submit" class={danger ? 'danger' : 'main'}>
            {confirm}
          </button>
        </div>
      </Post>
    </details>
  ) : null

export const Why = ({ view: { t }, required = false }: { readonly view: View; readonly required?: boolean }) => (
  <label>
    {required ? t('form.why') : t('form.whyOptional')}
    <input name="why" maxlength={200} required={required} autocomplete="off" />
  </label>
)
