/** Sign-in, and the pages for when something is not as it should be. */
import type { Child } from 'hono/jsx'
import type { Key, Language, Translate } from '../i18n/index.ts'
import { Document, withLanguage } from '../parts/frame.tsx'

interface Bare {
  readonly language: Language
  readonly t: Translate
  readonly path: string
}

const Card = ({ language, t, path, title, children }: Bare & { readonly title: string; readonly children: Child }) => {
  const other = language === 'zh' ? 'en' : 'zh'
  return (
    <Document language={language} t={t} title={title}>
      <main class="sign-in">
        <div class="head">
          <span class="brand">{t('brand')}</span>
          <a class="hint" href={withLanguage(path, other)} lang={other === 'zh' ? 'zh-CN' : 'en'}>
            {other === 'zh' ? '中文' : 'English'}
          </a>
        </div>
        <section class="card">{children}</section>
      </main>
    </Document>
  )
}

interface SignInProps extends Bare {
  /** Where to go on afterwards. */
  readonly next: string
  readonly error: Key | undefined
}

export const SignIn = ({ next, error, ...bare }: SignInProps) => {
  const { t } = bare
  return (
    <Card {...bare} title={t('signIn')}>
      <h1>{t('signIn')}</h1>
      {error && (
        <p class="note bad" role="alert">
          {t(error)}
        </p>
      )}
      <form method="post" action="/admin/sign-in" class="stack">
        <input type="hidden" name="next" value={next} />
        {/* For password managers, which want a name beside the secret. */}
        <input class="hidden" name="username" value="cangqiao" autocomplete="username" tabindex={-1} readonly />
        <label>
          {t('signIn.token')}
          <input type="password" name="token" required autofocus autocomplete="current-password" maxlength={500} />
        </label>
        <button type="submit" class="main">
          {t('signIn.go')}
        </button>
      </form>
      <p class="hint">{t('signIn.hint')}</p>
    </Card>
  )
}

interface MessageProps extends Bare {
  readonly title: Key
  readonly hint: Key
}

export const Message = ({ title, hint, ...bare }: MessageProps) => {
  const { t } = bare
  return (
    <Card {...bare} title={t(title)}>
      <h1>{t(title)}</h1>
      <p>{t(hint)}</p>
      <p>
        <a class="button" href="/admin">
          {t('message.home')}
        </a>
      </p>
    </Card>
  )
}
