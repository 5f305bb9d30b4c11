/** 店铺 and 仓库: what there is and how it is set. Setting it up without code comes here later. */
import { platforms } from '../../platforms/index.ts'
import type { ShopView, WarehouseView } from '../../store/read.ts'
import { warehouses as systems } from '../../warehouses/index.ts'
import { Copy, Empty, Pill } from '../parts/bits.tsx'
import { Frame } from '../parts/frame.tsx'
import { pushUrl } from '../urls.ts'
import type { View } from '../view.ts'
import type { Tone } from '../words.ts'

const MODE: Readonly<Record<ShopView['mode'], Tone>> = { live: 'green', trial: 'amber', observe: 'blue' }

interface ShopsProps {
  readonly view: View
  readonly shops: readonly ShopView[]
}

export const Shops = ({ view, shops }: ShopsProps) => {
  const { t, language } = view
  return (
    <Frame view={view} title={t('nav.shops')} section="shops">
      <h1>{t('nav.shops')}</h1>
      {shops.length === 0 && (
        <section class="card">
          <Empty title={t('overview.noShop')}>
            <p>{t('shops.how')}</p>
          </Empty>
        </section>
      )}
      {shops.map((shop) => (
        <article class="card">
          <div class="head">
            <h2>{shop.name}</h2>
            <Pill tone={shop.enabled ? MODE[shop.mode] : 'grey'}>
              {shop.enabled ? t(`mode.${shop.mode}`) : t('health.off')}
            </Pill>
            <span class="hint">{platforms[shop.platform]?.name[language] ?? shop.platform}</span>
          </div>
          <p class="hint">{t(`mode.${shop.mode}.hint`)}</p>
          <dl class="facts">
            <dt>{t('shops.features')}</dt>
            <dd>{featuresOf(shop, view)}</dd>
            <Credentials view={view} credentials={shop.credentials} />
            <Url view={view} name="health.hookUrl" url={shopUrl(view, shop)} />
          </dl>
        </article>
      ))}
    </Frame>
  )
}

/** The address its platform pushes to: its own, or its app's. */
const shopUrl = ({ origin }: View, { platform, id, appId }: ShopView): string | undefined =>
  pushUrl(origin, { kind: 'shop', system: platform, id }) ??
  (appId === null ? undefined : pushUrl(origin, { kind: 'app', system: platform, id: appId }))

const featuresOf = ({ features }: ShopView, { t, language }: View): string => {
  const on = (['orders', 'stock', 'tracking'] as const).filter((name) => features[name])
  return on.length === 0
    ? t('shops.nothing')
    : on.map((name) => t(`feature.${name}`)).join(language === 'zh' ? '、' : ', ')
}

interface WarehousesProps {
  readonly view: View
  readonly warehouses: readonly WarehouseView[]
}

export const Warehouses = ({ view, warehouses }: WarehousesProps) => {
  const { t, language } = view
  return (
    <Frame view={view} title={t('nav.warehouses')} section="warehouses">
      <h1>{t('nav.warehouses')}</h1>
      {warehouses.length === 0 && (
        <section class="card">
          <Empty title={t('overview.noWarehouse')}>
            <p>{t('warehouses.how')}</p>
          </Empty>
        </section>
      )}
      {warehouses.map((house) => (
        <article class="card">
          <div class="head">
            <h2>{house.name}</h2>
            <Pill tone={house.enabled ? 'green' : 'grey'}>{house.enabled ? t('health.on') : t('health.off')}</Pill>
            <span class="hint">{systems[house.system]?.name[language] ?? house.system}</span>
          </div>
          <dl class="facts">
            <dt>{t('warehouses.regions')}</dt>
            <dd>{house.regions.includes('*') ? t('warehouses.everywhere') : house.regions.join(', ')}</dd>
            <dt>{t('warehouses.rank')}</dt>
            <dd>{house.rank}</dd>
            <dt>{t('warehouses.feed')}</dt>
            <dd>{house.settings.feed === 'net' ? t('warehouses.net') : t('warehouses.gross')}</dd>
            <Credentials view={view} credentials={house.credentials} />
            <Url view={view} name="health.callbackUrl" url={pushUrl(view.origin, { kind: 'warehouse', ...house })} />
          </dl>
        </article>
      ))}
    </Frame>
  )
}

/** Of a secret: that it is there, and how it ends. */
const Credentials = ({
  view: { t },
  credentials,
}: {
  readonly view: View
  readonly credentials: ShopView['credentials']
}) => (
  <>
    <dt>{t('credentials')}</dt>
    <dd class="mono">
      {Object.entries(credentials)
        .map(([name, { last4 }]) => `${name} ${last4 === undefined ? t('credentials.set') : `…${last4}`}`)
        .join(', ') || t('credentials.none')}
    </dd>
  </>
)

interface UrlProps {
  readonly view: View
  readonly name: 'health.hookUrl' | 'health.callbackUrl'
  readonly url: string | undefined
}

const Url = ({ view, name, url }: UrlProps) =>
  url === undefined ? null : (
    <>
      <dt>{view.t(name)}</dt>
      <dd>
        <code>{url}</code> <Copy view={view} text={url} />
      </dd>
    </>
  )
