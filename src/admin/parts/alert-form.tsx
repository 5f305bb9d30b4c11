/** Adds a channel: the fields are those that its own description asks for, each with where to find the value. */
import type { Channel } from '../../channels/channel.ts'
import { ALERT_CODES, titleOf } from '../../domain/alert.ts'
import { own } from '../../lib/own.ts'
import type { View } from '../view.ts'
import { Csrf, Hidden } from './form.tsx'

/** What people call them; the API's names stand for what is not here. */
const LABELS: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  key: ['Webhook 地址', 'Webhook URL'],
  accessToken: ['Webhook 地址', 'Webhook URL'],
  token: ['Webhook 地址', 'Webhook URL'],
  webhookUrl: ['Webhook 地址', 'Webhook URL'],
  secret: ['签名密钥', 'Signing secret'],
  accessKeyId: ['AccessKey ID', 'AccessKey ID'],
  accessKeySecret: ['AccessKey Secret', 'AccessKey secret'],
  accountSid: ['Account SID', 'Account SID'],
  authToken: ['Auth Token', 'Auth token'],
  apiKey: ['API Key', 'API key'],
  mentionMobiles: ['@ 成员', 'Mention'],
  atMobiles: ['@ 成员', 'Mention'],
  phones: ['接收手机', 'Phones'],
  signName: ['短信签名', 'Signature name'],
  templateCode: ['模板编号', 'Template code'],
  to: ['接收人', 'To'],
  from: ['发送方', 'From'],
  baseUrl: ['地址', 'Address'],
}

interface Field {
  readonly name: string
  readonly label: string
  readonly hint: string
  readonly secret: boolean
  readonly required: boolean
}

/** What a zod object asks for, as inputs. `kind` stands before each name, to tell credentials and settings apart. */
const fieldsOf = (
  kind: 'c' | 's',
  shape: Channel['credentials']['shape'],
  { language }: Pick<View, 'language'>,
): readonly Field[] =>
  Object.entries(shape).map(([name, schema]) => {
    // Fields of a channel carry their hints as zod metadata; zod's own type of a shape has no methods.
    const field = schema as {
      meta(): { zh?: string; description?: string } | undefined
      safeParse(value: unknown): { success: boolean }
    }
    const { zh = '', description = '' } = field.meta() ?? {}
    const hint = language === 'zh' ? zh : description
    return {
      name: `${kind}.${name}`,
      label: own(LABELS, name)?.[language === 'zh' ? 0 : 1] ?? name,
      hint,
      secret: kind === 'c',
      required: !field.safeParse(undefined).success,
    }
  })

export const AlertForm = ({ view, channel }: { readonly view: View; readonly channel: Channel }) => {
  const { t, language } = view
  const fields = [...fieldsOf('c', channel.credentials.shape, view), ...fieldsOf('s', channel.settings.shape, view)]
  return (
    <section class="card" aria-labelledby="add">
      <h2 id="add">{t('alerts.addTo', { channel: channel.name[language] })}</h2>
      <form method="post" action="/admin/alerts" class="stack">
        <Csrf view={view} />
        <Hidden fields={{ channel: channel.id, merchantId: view.merchant.id }} />
        <div class="fields">
          <label>
            {t('alerts.name')}
            <input name="name" required maxlength={100} autocomplete="off" placeholder={t('alerts.nameHint')} />
          </label>
          <label>
            {t('alerts.minutes')}
            <input name="quietMinutes" type="number" min={1} max={1440} value="30" required />
          </label>
          <label>
            {t('alerts.language')}
            <select name="language">
              <option value="zh" selected={language === 'zh'}>
                中文
              </option>
              <option value="en" selected={language === 'en'}>
                English
              </option>
            </select>
          </label>
        </div>
        {fields.map((field) => (
          <label>
            <span>
              {field.label}
              {!field.required && <small> {t('alerts.optional')}</small>}
            </span>
            <input
              name={field.name}
              required={field.required}
              autocomplete="off"
              spellcheck={false}
              {...(field.secret && { type: 'password' })}
            />
            <small class="hint">{field.hint}</small>
          </label>
        ))}
        <details class="more">
          <summary>{t('alerts.only')}</summary>
          <div class="fields">
            {ALERT_CODES.map((code) => (
              <label class="check">
                <input type="checkbox" name={`k.${code}`} value="1" /> {titleOf(code, language)}
              </label>
            ))}
          </div>
        </details>
        <div>
          <button type="submit" class="main">
            {t('alerts.save')}
          </button>
        </div>
      </form>
    </section>
  )
}
