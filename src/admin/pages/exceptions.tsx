/** 异常: by cause, each with its button; and one by one. */
import type { ExceptionView } from '../../store/read.ts'
import type { Cause } from '../causes.ts'
import { Empty, Notice, Pager } from '../parts/bits.tsx'
import { CauseButtons, CauseHead } from '../parts/cause.tsx'
import { ExceptionRow } from '../parts/exception-row.tsx'
import { Frame } from '../parts/frame.tsx'
import { href, type View } from '../view.ts'

export interface RawShown {
  readonly ref: string
  readonly text: string | undefined
}

interface ExceptionsProps {
  readonly view: View
  readonly notice: string | undefined
  readonly causes: readonly (Cause & { readonly first: readonly ExceptionView[] })[]
}

export const Exceptions = ({ view, notice, causes }: ExceptionsProps) => {
  const { t } = view
  return (
    <Frame view={view} title={t('nav.exceptions')} section="exceptions">
      <h1>{t('nav.exceptions')}</h1>
      <Notice view={view} name={notice} />
      <div class="stack" data-live>
        {causes.length === 0 && (
          <section class="card">
            <Empty title={t('exceptions.none')}>
              <p>{t('exceptions.noneHint')}</p>
            </Empty>
          </section>
        )}
        {causes.map((cause) => (
          <section class="card flush">
            <div class="group">
              <CauseHead view={view} cause={cause} />
              <CauseButtons view={view} cause={cause} shopId={shopOf(cause.first)} />
            </div>
            {cause.first.map((item) => (
              <ExceptionRow view={view} item={item} merged={cause.subject === undefined} />
            ))}
            {cause.count > cause.first.length && (
              <div class="group">
                <a href={href('/admin/exceptions', { code: cause.code, subject: cause.subject })}>
                  {t('exceptions.showAll', { n: cause.count })}
                </a>
              </div>
            )}
          </section>
        ))}
      </div>
    </Frame>
  )
}

/** Where the first of them arose. */
const shopOf = ([item]: readonly ExceptionView[]): string | undefined =>
  item?.connection.kind === 'shop' ? item.connection.id : undefined

interface CausePageProps {
  readonly view: View
  readonly notice: string | undefined
  readonly code: string
  readonly subject: string | undefined
  /** Undefined: settled by now. */
  readonly cause: Cause | undefined
  readonly items: readonly ExceptionView[]
  readonly nextCursor: string | null
  readonly raw: RawShown | undefined
}

export const CausePage = ({ view, notice, code, subject, cause, items, nextCursor, raw }: CausePageProps) => {
  const { t } = view
  const next = nextCursor === null ? undefined : href('/admin/exceptions', { code, subject, cursor: nextCursor })
  return (
    <Frame view={view} title={t('nav.exceptions')} section="exceptions">
      <div class="head">
        <h1>{t('nav.exceptions')}</h1>
        <a class="hint" href="/admin/exceptions">
          {t('exceptions.allCauses')}
        </a>
      </div>
      <Notice view={view} name={notice} />
      <div class="stack" data-live>
        <section class="card flush">
          {cause ? (
            <div class="group">
              <CauseHead view={view} cause={cause} />
              <CauseButtons view={view} cause={cause} shopId={shopOf(items)} />
            </div>
          ) : (
            <Empty title={t('exceptions.settled')}>
              <p>
                <a href="/admin/exceptions">{t('exceptions.allCauses')}</a>
              </p>
            </Empty>
          )}
          {items.map((item) => (
            <ExceptionRow
              view={view}
              item={item}
              merged={cause?.subject === undefined}
              raw={raw?.ref === item.id ? raw : undefined}
            />
          ))}
        </section>
        <Pager view={view} next={next} />
      </div>
    </Frame>
  )
}
