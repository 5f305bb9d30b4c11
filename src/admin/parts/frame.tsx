/** The frame of every page: head, navigation, search, the merchant, who is signed in. */
import type { Child } from 'hono/jsx'
import { clock } from '../format.ts'
import type { Key, Language, Translate } from '../i18n/index.ts'
import { href, type View } from '../view.ts'
import { Csrf } from './form.tsx'

export type Section = 'overview' | 'orders' | 'exceptions' | 'stock' | 'connections' | 'shops' | 'warehouses' | 'alerts'

const SECTIONS: readonly (readonly [Section, string, Key])[] = [
  ['overview', '/admin', 'nav.overview'],
  ['orders', '/admin/orders', 'nav.orders'],
  ['exceptions', '/admin/exceptions', 'nav.exceptions'],
  ['stock', '/admin/stock', 'nav.stock'],
  ['connections', '/admin/connections', 'nav.connections'],
  ['shops', '/admin/shops', 'nav.shops'],
  ['warehouses', '/admin/warehouses', 'nav.warehouses'],
  ['alerts', '/admin/alerts', 'nav.alerts'],
]

interface DocumentProps {
  readonly language: Language
  readonly t: Translate
  readonly title: string
  readonly children: Child
}

/** A bare page: sign-in, errors. Assets come as files, so that nothing inline is needed. */
export const Document = ({ language, t, title, children }: DocumentProps) => (
  <html lang={language === 'zh' ? 'zh-CN' : 'en'}>
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="robots" content="noindex" />
      <title>{`${title} · ${t('brand')}`}</title>
      <link rel="icon" href="data:," />
      <link rel="stylesheet" href="/admin/assets/admin.css" />
      <script src="/admin/assets/admin.js" type="module" />
    </head>
    <body>{children}</body>
  </html>
)

interface FrameProps {
  readonly view: View
  readonly title: string
  readonly section?: Section
  readonly words?: string
  readonly children: Child
}

export const Frame = ({ view, title, section, words = '', children }: FrameProps) => {
  const { t } = view
  return (
    <Document language={view.language} t={t} title={title}>
      <a class="hidden skip" href="#main">
        {t('frame.skip')}
      </a>
      <header class="top">
        <div class="bar">
          <a class="brand" href="/admin">
            {t('brand')}
          </a>
          <Search view={view} words={words} />
          <Account view={view} />
        </div>
        <nav class="bar tabs" aria-label={t('frame.nav')}>
          {SECTIONS.map(([name, path, key]) => (
            <a href={path} {...(name === section && { 'aria-current': 'page' })}>
              {t(key)}
              {name === 'exceptions' && <Count view={view} />}
            </a>
          ))}
        </nav>
      </header>
      <main id="main">
        <Stale view={view} />
        {children}
      </main>
      <footer class="foot">
        <kbd>/</kbd> {t('frame.keySearch')} <kbd>j</kbd> <kbd>k</kbd> {t('frame.keyMove')} <kbd>Enter</kbd>{' '}
        {t('frame.keyOpen')}
      </footer>
    </Document>
  )
}

/** Shown once the page can't refresh itself. Its time is that of the data: each refresh brings its own. */
const Stale = ({ view: { t, now, zone, path } }: { readonly view: View }) => {
  const { day, time } = clock(now, zone)
  return (
    <p class="note wait stale" role="alert" data-stale hidden>
      <a href={path}>{t('frame.stale', { time: `${day} ${time.slice(0, 5)}` })}</a>
    </p>
  )
}

/** Stands there at 0 too, so that a refresh has a place to put its number. */
const Count = ({ view: { t, openExceptions } }: { readonly view: View }) => (
  <span data-count>
    {openExceptions > 0 && (
      <span class="badge">
        {openExceptions > 999 ? '999+' : openExceptions}
        <span class="hidden"> {t('unit.open')}</span>
      </span>
    )}
  </span>
)

const Search = ({ view: { t }, words }: { readonly view: View; readonly words: string }) => (
  <search class="search">
    <form action="/admin/orders">
      <input
        type="search"
        name="q"
        value={words}
        aria-label={t('search.label')}
        placeholder={t('search.placeholder')}
        autocomplete="off"
        spellcheck={false}
      />
      <button type="submit">{t('search.go')}</button>
    </form>
  </search>
)

const Account = ({ view }: { readonly view: View }) => {
  const { t, actor, merchant, merchants, language } = view
  const other = language === 'zh' ? 'en' : 'zh'
  return (
    <div class="account">
      {merchants.length > 1 && (
        <form action="/admin" data-auto>
          <select name="merchant" aria-label={t('frame.merchant')}>
            {merchants.map(({ id, name }) => (
              <option value={id} selected={id === merchant.id}>
                {name}
              </option>
            ))}
          </select>
          <noscript>
            <button type="submit">{t('frame.choose')}</button>
          </noscript>
        </form>
      )}
      <a href={withLanguage(view.path, other)} lang={other === 'zh' ? 'zh-CN' : 'en'}>
        {other === 'zh' ? '中文' : 'English'}
      </a>
      <details class="menu">
        <summary>{actor.name}</summary>
        <div>
          <span>
            {merchant.name} · {t(`role.${actor.role}`)}
          </span>
          <span class="hint">{t('frame.zone', { zone: view.zone })}</span>
          <form method="post" action="/admin/sign-out">
            <Csrf view={view} />
            <button type="submit">{t('frame.signOut')}</button>
            <button type="submit" name="everywhere" value="1">
              {t('frame.signOutEverywhere')}
            </button>
          </form>
        </div>
      </details>
    </div>
  )
}

export const withLanguage = (path: string, language: Language): string => {
  const [before = '', query] = path.split('?')
  const { notice: _, ...rest } = Object.fromEntries(new URLSearchParams(query))
  return href(before, { ...rest, lang: language })
}
