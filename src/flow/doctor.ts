/**
 * Looks at one connection before it goes live: is our address fit for the platform, are the settings whole, does the
 * token work, is a signed push taken, are its messages switched on. Nothing else is changed anywhere.
 */
import { platforms } from '../platforms/index.ts'
import type { Platform } from '../platforms/platform.ts'
import type { App, Shop } from '../store/config.ts'
import { warehouses } from '../warehouses/index.ts'
import { type Connection, type Fields, TEST_BODY } from '../wire/adapter.ts'
import { bytes } from '../wire/message.ts'
import type { Outcome } from '../wire/outcome.ts'
import { appConnection, openCredentials, shopConnection, warehouseConnection } from './config.ts'
import { type Credential, shopCredential, warehouseCredential } from './credential.ts'
import { talk } from './pace.ts'
import { withPublicKey } from './public-key.ts'
import { shopWithToken, type TokenPorts, warehouseWithToken } from './tokens.ts'
import { verify } from './verify.ts'

export interface Check {
  readonly name: 'address' | 'settings' | 'egress' | 'token' | 'push' | 'messages'
  /** `unclear`: it could not be found out now, or only a person can tell; it keeps nobody from going live. */
  readonly state: 'ok' | 'failed' | 'unclear'
  readonly zh: string
  readonly en: string
}

interface Ports extends TokenPorts {
  /** Our address as the caller reached it. */
  readonly origin: string
}

const check = (name: Check['name'], state: Check['state'], zh: string, en: string): Check => ({ name, state, zh, en })

/** Undefined: this merchant has no such shop. */
export const examineShop = async (
  ports: Ports,
  merchantId: string,
  id: string,
): Promise<readonly Check[] | undefined> => {
  const shop = await ports.config.shop(id, 0)
  const platform = shop && platforms[shop.platform]
  if (shop?.merchantId !== merchantId || !platform) return undefined
  const app = shop.appId === null ? undefined : await ports.config.app(shop.appId, 0)
  const held = await shopWithToken(ports, shop, platform)
  const connection = shopConnection(held.ok ? held.value : shop, app, platform, ports.vault, moment(ports))
  const credential = shopCredential(shop, app, platform, ports.vault)
  return [
    address(ports),
    settings(platform, shop, connection),
    egress(credential),
    held.ok ? await token(ports, platform, connection, credential) : outcomeOf(held.error),
    await push(ports, platform, app, shop),
    ...(held.ok ? await messages(ports, platform, connection, credential) : []),
  ]
}

const moment = ({ now, random }: Ports) => ({ now: now(), nonce: random() })

const address = ({ origin }: Ports): Check => {
  const { protocol, hostname, port } = new URL(origin)
  if (protocol !== 'https:' || port !== '' || /^[\d.]+$|localhost$/.test(hostname))
    return check(
      'address',
      'unclear',
      `当前地址 ${origin} 不是公网 https 域名，平台推送可能到不了`,
      `${origin} is no public https name: pushes may not reach it`,
    )
  return check('address', 'ok', `推送地址在 ${hostname}`, `Pushes reach us at ${hostname}`)
}

const settings = (platform: Platform, shop: Shop, { baseUrl }: Connection): Check => {
  const wanted = (['tracking', 'stock'] as const).flatMap((feature) =>
    shop.features[feature] ? (platform.needs?.[feature] ?? []) : [],
  )
  const lacking = [...new Set(wanted)].filter((name) => (name === 'baseUrl' ? !baseUrl : !shop.settings[name]))
  return lacking.length > 0
    ? check(
        'settings',
        'failed',
        `缺少设置：${lacking.join('、')}`,
        `These settings are missing: ${lacking.join(', ')}`,
      )
    : check('settings', 'ok', '设置完整', 'The settings are whole')
}

const egress = ({ egress: way }: Credential): Check =>
  way
    ? check('egress', 'ok', '经中继出口，IP 固定', 'Calls go out through a relay with a fixed address')
    : check(
        'egress',
        'unclear',
        '直连出口，IP 不固定；若平台要求 IP 白名单，请配置中继',
        'Calls go out directly, from addresses that change: where the partner keeps a list of addresses, set up a relay',
      )

const token = async (
  ports: Ports,
  { probe, timeoutMs }: Platform,
  connection: Connection,
  credential: Credential,
): Promise<Check> => {
  if (!probe || !connection.baseUrl)
    return check('token', 'unclear', '该平台没有可用于探测的接口', 'This platform has no call to probe with')
  return outcomeOf(await talk(ports, credential, probe(connection), patience(ports, timeoutMs)))
}

/** Where a shop's messages must be switched on: said once more, since the first time may have failed. */
const messages = async (
  ports: Ports,
  platform: Platform,
  connection: Connection,
  credential: Credential,
): Promise<Check[]> => {
  const { after } = platform.authorization ?? {}
  if (!after || !connection.baseUrl) return []
  const answer = await talk(ports, credential, after(connection), patience(ports, platform.timeoutMs))
  if (answer.class === 'done')
    return [check('messages', 'ok', '该店铺的消息已开通', "The shop's messages are switched on")]
  const refused = answer.class === 'auth' || answer.class === 'rejected'
  const zh = `店铺消息未能开通：${answer.detail}`
  return [check('messages', refused ? 'failed' : 'unclear', zh, `Its messages are not on: ${answer.detail}`)]
}

const patience = ({ now }: Ports, perCallMs: number) => ({ perCallMs, allMs: 20_000, now })

const outcomeOf = (outcome: Outcome<unknown>): Check => {
  if (outcome.class === 'done') {
    const said = typeof outcome.value === 'string' ? outcome.value : ''
    return check('token', 'ok', `授权有效 ${said}`.trim(), `The authorization works ${said}`.trim())
  }
  if (outcome.class === 'auth' || outcome.class === 'rejected')
    return check('token', 'failed', `授权无效：${outcome.detail}`, `The authorization is refused: ${outcome.detail}`)
  return check('token', 'unclear', `暂时没有答复：${outcome.detail}`, `No clear answer now: ${outcome.detail}`)
}

/** A push of ours, signed as the platform would, taken by the same code that takes the platform's; it is stored nowhere. */
const push = async (ports: Ports, platform: Platform, app: App | undefined, shop: Shop): Promise<Check> => {
  const { inbound, scope, id } = platform
  if (!inbound) return check('push', 'ok', '该平台不经 HTTP 推送', 'This platform pushes nothing over HTTP')
  const owner = scope === 'app' ? app : shop
  if (!owner) return check('push', 'failed', '店铺没有关联应用', 'The shop belongs to no app')
  const at = scope === 'app' && app ? appConnection(app, platform, ports.vault, moment(ports)) : undefined
  const connection = at ?? shopConnection(shop, app, platform, ports.vault, moment(ports))
  const credentials = openCredentials(scope, owner, ports.vault)
  const url = `${ports.origin}/hooks/${id}/${owner.id}`
  const plain = { method: 'POST', url, headers: {}, body: bytes(TEST_BODY) }
  if (inbound.publicKey || inbound.signature.canSign?.(credentials[0] ?? {}) === false)
    return check('push', 'unclear', '只有平台能签名', 'Only the platform can sign')
  const signed = inbound.signature.sign(plain, credentials[0] ?? {}, ports.now())
  const keyed = await withPublicKey(ports.send, inbound, signed, credentials, connection)
  return pushed(await taken(ports, inbound, signed, keyed, `${scope}:${owner.id}`))
}

type Way = NonNullable<Platform['inbound']>

const taken = async (
  ports: Ports,
  inbound: Way,
  request: Parameters<Way['read']>[0],
  credentials: readonly Fields[],
  name: string,
): Promise<boolean> => {
  const verified = await verify(ports, inbound, request, `doctor:${name}`, credentials, async () => [])
  return verified.ok && inbound.read(request, verified.value).ok
}

const pushed = (good: boolean): Check =>
  good
    ? check('push', 'ok', '签名测试推送通过', 'A signed test push is taken')
    : check('push', 'failed', '签名测试推送被拒：请核对密钥', 'A signed test push is refused: check the secret')

/** Undefined: this merchant has no such warehouse. It is asked for a document that nobody has. */
export const examineWarehouse = async (
  ports: Ports,
  merchantId: string,
  id: string,
): Promise<readonly Check[] | undefined> => {
  const row = await ports.config.warehouse(id, 0)
  const adapter = row && warehouses[row.system]
  if (row?.merchantId !== merchantId || !adapter) return undefined
  const held = await warehouseWithToken(ports, row, adapter)
  if (!held.ok) return [address(ports), outcomeOf(held.error)]
  const connection = warehouseConnection(held.value, adapter, ports.vault, moment(ports))
  const conversation = adapter.outbound.query({ document: NOBODYS }, connection)
  const credential = warehouseCredential(held.value, adapter, ports.vault)
  const answer = await talk(ports, credential, conversation, patience(ports, adapter.timeoutMs))
  return [address(ports), egress(credential), outcomeOf(answer.class === 'done' ? { ...answer, value: '' } : answer)]
}

const NOBODYS = 'CQTEST0000000000'
