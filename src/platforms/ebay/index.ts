import { z } from 'zod'
import { empty, json } from '../../wire/ack.ts'
import { textAt } from '../../wire/answer.ts'
import { ebayChallenge, ebayKeyId, ebaySignature } from '../../wire/ebay-signature.ts'
import { parseExact } from '../../wire/json.ts'
import { text, type WireRequest } from '../../wire/message.ts'
import { built } from '../capability.ts'
import { definePlatform, shopSettings } from '../platform.ts'
import { authorization } from './authorization.ts'
import { publicKey } from './call.ts'
import { checklist } from './checklist.ts'
import { normalize } from './normalize.ts'
import { outbound, poll, probe } from './outbound.ts'
import { Body } from './schema.ts'

const inBody = (request: WireRequest, path: string): string => {
  const read = parseExact(text(request.body))
  return read.ok ? textAt(read.value, path) : ''
}

export const ebay = definePlatform({
  id: 'ebay',
  name: { zh: 'eBay', en: 'eBay' },
  docs: 'https://developer.ebay.com/api-docs/sell/fulfillment/overview.html',
  proof: {
    live: false,
    restsOn: 'eBay’s own notification SDK and its test; its OpenAPI files of fulfillment, inventory and notification',
  },
  scope: 'app',
  baseUrl: 'https://api.ebay.com',
  credentials: {
    app: z.object({
      clientId: z.string().min(1).describe('Application Keysets → App ID (Client ID)'),
      clientSecret: z.string().min(1).describe('同一页的 Cert ID (Client Secret)'),
      ruName: z.string().min(1).describe('User Tokens 页的 RuName，授权跳转用'),
      verificationToken: z.string().min(1).describe('Alerts & Notifications 里自定的 Verification token（32–80 字符）'),
    }),
    shop: z.object({
      userId: z.string().min(1).describe('卖家的 userId（不变的编号，不是用户名）；授权后自动填入'),
      accessToken: z.string().min(1).describe('user access token，两小时有效'),
      refreshToken: z.string().optional().describe('refresh token，约十八个月有效；填了才能自动续期'),
    }),
  },
  settings: shopSettings('默认 https://api.ebay.com；测试环境 https://api.sandbox.ebay.com，或中转、沙箱', {}),
  shopKeyField: 'userId',
  capabilities: {
    ...built(
      'push',
      'poll',
      'created',
      'paid',
      'changed',
      'cancelled',
      'refund',
      'revoked',
      'detail',
      'status',
      'ship',
    ),
    ...built('partialShip', 'severalPackages', 'stock', 'authorization'),
    deposit: { none: 'no state or field of an order tells of a deposit (Fulfillment API v1)' },
    shipBy: { none: 'no topic tells of it; shipByDate is read with each detail' },
    addressChanged: { none: 'no topic tells of it; the address is read with each detail' },
    noteChanged: { none: 'no topic tells of it; buyerCheckoutNotes is written once, at checkout' },
    redact: { notBuilt: 'MARKETPLACE_ACCOUNT_DELETION names a user of eBay and no orders; it is acknowledged only' },
    changeWaybill: {
      none: 'v1 has no call that changes a fulfillment (its error 34500 names a PUT that is not there)',
    },
    note: { none: 'the Fulfillment API v1 writes no note' },
  },
  // eBay lists its codes in the Trading API alone (GeteBayDetails): a shop's setting `carriers` names those that differ.
  carriers: {},
  anyCarrier: true,
  timeoutMs: 20_000,
  checklist,
  probe,
  inbound: {
    format: 'json',
    signature: ebaySignature,
    publicKey: { id: ebayKeyId, ask: publicKey },
    deliveryId: (request) => inBody(request, 'notification.notificationId') || undefined,
    bodyIsUnique: true,
    topic: (request) => inBody(request, 'metadata.topic'),
    schema: Body,
    normalize,
    challenge: ({ method, url }, { verificationToken = '' }) => {
      const { origin, pathname, searchParams } = new URL(url)
      const code = searchParams.get('challenge_code')
      if (method !== 'GET' || !code) return undefined
      return json(200, { challengeResponse: ebayChallenge(code, verificationToken, origin + pathname) })
    },
    ack: { accepted: empty(204), refused: empty(401) },
  },
  outbound,
  poll,
  authorization,
})
