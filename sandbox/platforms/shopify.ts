/** Shopify: whole orders pushed under an HMAC of the client secret, one GraphQL endpoint behind an access token. */
import { execute } from '../graphql.ts'
import { object, read, text } from '../json.ts'
import { abroad } from '../people.ts'
import { shopify as hmac, same } from '../signatures.ts'
import type { Answer, Call, Shop } from '../types.ts'
import { isSuccess, json, type Platform, STEP } from './platform.ts'
import { query } from './shopify-api.ts'
import { messages, renew } from './shopify-push.ts'
import { mutation } from './shopify-write.ts'

const PATH = /^\/admin\/api\/(\d{4}-\d{2}|unstable)\/graphql\.json$/
const TOKEN_PATH = '/admin/oauth/access_token'
const API_VERSION = '2026-07'
const FIRST_ORDER = 820_982_911_946_154_508n

const bodyOf = (call: Call): ReturnType<typeof object> => object(read(call.body.toString('utf8')))
const cost = (available: number): Answer['body'] | object => ({
  cost: {
    requestedQueryCost: 12,
    actualQueryCost: available > 0 ? 12 : null,
    throttleStatus: { maximumAvailable: 2000, currentlyAvailable: available, restoreRate: 100 },
  },
})

/** The first field of the document says what it is about; documents of ours ask one thing. */
const operation = (call: Call): string | undefined => {
  if (call.path === TOKEN_PATH) return 'token'
  if (!PATH.test(call.path)) return undefined
  const source = text(bodyOf(call).query)
  if (/\bfulfillmentCreate/.test(source)) return 'ship'
  if (/\bfulfillmentTrackingInfoUpdate/.test(source)) return 'edit'
  if (/\binventorySetQuantities\b/.test(source)) return 'stock'
  if (/\borderUpdate\b/.test(source)) return 'note'
  if (/\borders\s*\(/.test(source)) return 'list'
  if (/\b(?:productVariant|inventoryItem)\s*\(/.test(source)) return 'listing'
  return /\bshippingAddress\b/.test(source) ? 'detail' : 'fulfillment_orders'
}

/** An app and its shop are of one organization here, and the token that a shop has is always the same. */
const token = (call: Call, { credentials }: Shop): Answer => {
  const form = new URLSearchParams(call.body.toString('utf8'))
  const known =
    form.get('grant_type') === 'client_credentials' &&
    same(form.get('client_id') ?? '', credentials.clientId ?? '-') &&
    same(form.get('client_secret') ?? '', credentials.clientSecret ?? '-')
  return known
    ? json(200, { access_token: credentials.accessToken, scope: 'read_orders', expires_in: 86_399 })
    : { status: 400, headers: { 'content-type': 'text/html' }, body: '<p>Oauth error invalid_client: unknown</p>' }
}

const shopDomain = ({ credentials, id }: Shop): string => credentials.shopDomain ?? `${id}.myshopify.com`

export const shopify: Platform = {
  keys: (shop) => ({
    shop: { clientSecret: `client-secret-${shop}`, clientId: `client-${shop}`, accessToken: `shpat_${shop}` },
  }),
  currency: 'USD',
  // Shopify takes any company; those it knows get a tracking link.
  carriers: ['*'],
  timeoutMs: 5_000,
  ids: (sequence, lines) => {
    const order = FIRST_ORDER + BigInt(sequence) * STEP
    return {
      order: String(order),
      lines: Array.from({ length: lines }, (_, index) => String(order - 100_000_000_000_000_000n + BigInt(index))),
    }
  },
  receiver: abroad,
  messages,
  renew,
  envelope: ({ body, topic, deliveryId }, shop, now) => ({
    url: shop.hookUrl,
    headers: {
      'content-type': 'application/json',
      'x-shopify-topic': topic,
      'x-shopify-shop-domain': shopDomain(shop),
      'x-shopify-api-version': API_VERSION,
      'x-shopify-webhook-id': deliveryId,
      'x-shopify-event-id': deliveryId.replace('b54557e4', 'e54557e4'),
      'x-shopify-triggered-at': new Date(now).toISOString(),
      'x-shopify-hmac-sha256': hmac(shop.credentials.clientSecret ?? '', body),
    },
  }),
  acknowledged: ({ status }) => isSuccess(status),
  operation,
  refusal: (call, { credentials }) =>
    call.path === TOKEN_PATH || same(call.headers['x-shopify-access-token'] ?? '', credentials.accessToken ?? '')
      ? undefined
      : 'access token',
  refused: () => json(401, { errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' }),
  throttled: () =>
    json(200, {
      errors: [
        {
          message: 'Throttled',
          extensions: { code: 'THROTTLED', documentation: 'https://shopify.dev/api/usage/rate-limits' },
        },
      ],
      extensions: cost(0),
    }),
  rejected: (call) => {
    const field = { ship: 'fulfillmentCreate', stock: 'inventorySetQuantities' }[operation(call) ?? '']
    return field
      ? json(200, {
          data: {
            [field]: {
              fulfillment: null,
              inventoryAdjustmentGroup: null,
              userErrors: [{ field: null, message: 'Rejected by the sandbox.', code: 'INVALID' }],
            },
          },
          extensions: cost(1_900),
        })
      : json(200, {
          errors: [{ message: 'Rejected by the sandbox.', extensions: { code: 'ACCESS_DENIED' } }],
          extensions: cost(1_900),
        })
  },
  broken: () =>
    json(200, {
      errors: [
        {
          message: 'Internal error. Looks like something went wrong on our end.',
          extensions: { code: 'INTERNAL_SERVER_ERROR' },
        },
      ],
    }),
  serve: (call, shop, world) => {
    if (call.path === TOKEN_PATH) return token(call, shop)
    const { query: source, variables } = bodyOf(call)
    const result = execute(text(source), object(variables), {
      query: query(shop, world),
      mutation: mutation(shop, world),
    })
    return json(200, { ...result, extensions: cost(1_988) })
  },
}
