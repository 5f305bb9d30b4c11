import type { z } from 'zod'
import { defined } from '../../lib/defined.ts'
import { platforms } from '../../platforms/index.ts'
import type { Platform } from '../../platforms/platform.ts'
import { appView, listShops, type ShopView, shopView } from '../../store/read.ts'
import { one, type Row } from '../../store/rows.ts'
import { insertShop, updateConnection } from '../../store/write/connections.ts'
import { type Call, param, route } from '../call.ts'
import {
  announceCredentials,
  changedMeanwhile,
  connectionPage,
  forgetFailures,
  isReply,
  refusedUrl,
  sealEgress,
  sealFields,
  workOut,
} from '../connection.ts'
import { openSocket, settleLane } from '../lanes.ts'
import { rowOwner } from '../owner.ts'
import { conflict, created, invalid, notFound, ok, type Reply } from '../problem.ts'
import { showStock } from '../release.ts'
import { Listing, Only, pageOf } from '../schema.ts'
import { hookUrl } from './apps.ts'
import { notReady } from './doctor.ts'
import { Body, Change, type Features, type New, Shop, settingsOf } from './shop-schema.ts'

/** A platform with apps pushes to the app's address, any other to the shop's own. */
const shown = (call: Call, shop: ShopView) => ({
  ...shop,
  hookUrl: hookUrl(
    call.origin,
    shop.platform,
    platforms[shop.platform]?.scope === 'app' ? (shop.appId ?? shop.id) : shop.id,
  ),
})

const view = async (call: Call): Promise<Reply> => {
  const shop = await shopView(call.db, call.vault, call.merchantId, param(call, 'id'))
  return shop ? ok(shown(call, shop)) : notFound('shop', param(call, 'id'))
}

/** A feature may be on only where it can work. */
const unready = (platform: Platform, on: Features, settings: Readonly<Record<string, unknown>>): Reply | undefined => {
  for (const feature of ['tracking', 'stock'] as const) {
    const lacks = on[feature] ? platform.needs?.[feature]?.find((name) => !settings[name]) : undefined
    if (lacks !== undefined)
      return invalid(
        `settings.${lacks}`,
        `is required while features.${feature} is on`,
        `Give settings.${lacks}, or switch features.${feature} off`,
      )
  }
  return undefined
}

const takenKey = (platform: Platform, key: string | null): Reply =>
  conflict(
    `credentials.${platform.shopKeyField}`,
    `another shop of this app has ${JSON.stringify(key)}`,
    'Change that shop instead of making another one',
  )

const isTaken = (error: unknown): boolean => String(error).includes('UNIQUE constraint failed')

const create = async (call: Call<unknown, New>): Promise<Reply> => {
  const { name, credentials, settings, mode } = call.body
  const platform = platforms[call.body.platform] as Platform
  const appId = typeof call.body.appId === 'string' ? call.body.appId : null
  const app = appId === null ? undefined : await appView(call.db, call.vault, call.merchantId, appId)
  if (appId !== null && app?.platform !== platform.id)
    return invalid(
      'appId',
      `names no app of this merchant at ${platform.id}`,
      'GET /api/v1/apps lists them; POST /api/v1/apps makes one',
    )
  const refused =
    refusedUrl(call, settings, call.body.egress) ??
    unready(platform, call.body.features, { ...app?.settings, ...settings })
  if (refused) return refused
  const id = call.newId('sh')
  const fields = credentials as Record<string, string>
  const shopKey = (platform.shopKeyField && fields[platform.shopKeyField]) || null
  try {
    await insertShop(
      call.db,
      {
        id,
        merchantId: call.merchantId,
        platform: platform.id,
        appId,
        shopKey,
        name,
        mode,
        features: call.body.features,
        settings,
        egress: sealEgress(call, 'shop', id, call.body.egress),
        credentials: sealFields(call, 'shop', id, fields),
      },
      call.now,
    )
  } catch (error) {
    if (isTaken(error)) return takenKey(platform, shopKey)
    throw error
  }
  await settleLane(call.env, call.merchantId, `shop:${id}`)
  await openSocket(call.env, platform.id, appId)
  return created((await view({ ...call, params: { id } })).body, `/api/v1/shops/${id}`)
}

/** Looked at before the row is read to be changed: the doctor itself may refresh its token. */
const live = async (call: Call<unknown, z.output<typeof Change>>): Promise<Reply> => {
  const { mode, force, credentials, settings } = call.body
  const goesLive = mode === 'live' && !force
  const id = param(call, 'id')
  const row =
    goesLive && (await one(call.db, 'SELECT mode FROM shops WHERE id = ? AND merchant_id = ?', id, call.merchantId))
  // What is changed in the same breath could only be examined once it stands.
  const examined = row && row.mode !== 'live' && !credentials && !settings
  return (examined ? await notReady(call, id) : undefined) ?? change(call)
}

const change = async (call: Call<unknown, z.output<typeof Change>>): Promise<Reply> => {
  const row = await one(
    call.db,
    'SELECT * FROM shops WHERE id = ? AND merchant_id = ?',
    param(call, 'id'),
    call.merchantId,
  )
  const platform = row && platforms[String(row.platform)]
  if (!row || !platform) return notFound('shop', param(call, 'id'))
  const worked = workOut(call, 'shop', row, call.body, {
    credentials: platform.credentials.shop,
    settings: settingsOf(platform),
  })
  if (isReply(worked)) return worked
  const before = JSON.parse(String(row.features)) as Features
  const after: Features = { ...before, ...defined(call.body.features ?? {}) }
  const app = row.app_id === null ? undefined : await appView(call.db, call.vault, call.merchantId, String(row.app_id))
  const refused = unready(platform, after, { ...app?.settings, ...worked.settings })
  if (refused) return refused
  const shopKey = (platform.shopKeyField && worked.credentials[platform.shopKeyField]) || null
  const { mode, enabled } = call.body
  const columns = {
    ...worked.columns,
    ...(worked.rotated && { shop_key: shopKey }),
    ...(mode !== undefined && { mode }),
    ...(enabled !== undefined && { enabled: enabled ? 1 : 0 }),
    ...(call.body.features !== undefined && { features: JSON.stringify(after) }),
  }
  const key = { id: String(row.id), merchantId: call.merchantId }
  try {
    if (!(await updateConnection(call.db, 'shops', key, { ...worked.seen, features: String(row.features) }, columns)))
      return changedMeanwhile()
  } catch (error) {
    if (isTaken(error)) return takenKey(platform, shopKey)
    throw error
  }
  await forgetFailures(call, `shop:${key.id}`, worked)
  if (worked.renewed) await announceCredentials(call, [[`shop:${key.id}`, key.id]])
  if (shows(row, before) !== true && shows({ ...row, ...columns }, after)) await showStock(call, key.id)
  return view(call)
}

const shows = (row: Row, on: Features): boolean => on.stock && row.mode === 'live' && row.enabled === 1

const owner = rowOwner('shops')

export const shops = [
  route({
    method: 'GET',
    path: '/shops',
    summary: 'Shops',
    role: 'viewer',
    scope: 'merchant',
    query: Listing,
    answers: { 200: pageOf(Shop) },
    run: (call) => connectionPage(call, listShops, shown),
  }),
  route({
    method: 'POST',
    path: '/shops',
    summary: 'Creates a shop; answers with the address that its platform is to push to',
    role: 'owner',
    scope: 'merchant',
    body: Body,
    answers: { 201: Shop },
    run: create,
  }),
  route({
    method: 'GET',
    path: '/shops/{id}',
    summary: 'One shop',
    role: 'viewer',
    scope: owner,
    query: Only,
    answers: { 200: Shop },
    run: view,
  }),
  route({
    method: 'PATCH',
    path: '/shops/{id}',
    summary: 'Changes a shop, its secrets too',
    role: 'owner',
    scope: owner,
    body: Change,
    answers: { 200: Shop },
    current: view,
    run: live,
  }),
]
