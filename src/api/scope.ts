/** Tenant isolation, first half: no call gets past here without a merchant that its token may see. The second half is in every query. */
import type { Call, Route } from './call.ts'
import { rowOwner } from './owner.ts'
import { invalid, notFound, type Reply, refuse } from './problem.ts'

type Sent = Pick<Call, 'db' | 'caller' | 'params' | 'query' | 'body'>

/** Whose data the call is about, checked against the token before anything else of the call is looked at. */
export const merchantOf = async (route: Route, call: Sent): Promise<string | Reply> => {
  const { caller } = call
  const { scope } = route
  const named = idIn(call.body) ?? idIn(call.query)
  if (caller.merchantId !== null)
    return named === undefined || named === caller.merchantId ? caller.merchantId : foreign(named)
  if (scope === 'none') return ''
  if (scope !== 'merchant') {
    const owner = await scope(call.db, call.params)
    const found = owner !== undefined && (named === undefined || named === owner)
    return found ? owner : notFound(singular(route.path), Object.values(call.params)[0] ?? '')
  }
  const implied = named ?? (await shopsMerchant(call))
  if (implied === undefined)
    return invalid(
      'merchantId',
      'is required with a token of all merchants',
      'Say whose: GET /api/v1/merchants lists them',
    )
  const known = await call.db.prepare('SELECT 1 FROM merchants WHERE id = ?').bind(implied).first()
  return known ? implied : invalid('merchantId', 'names no merchant', 'GET /api/v1/merchants lists them')
}

/** A call that names a shop says with it whose it is about. */
const shopsMerchant = (call: Sent): Promise<string | undefined> => {
  const id = textIn(call.body, 'shopId') ?? textIn(call.query, 'shopId')
  return id === undefined ? Promise.resolve(undefined) : rowOwner('shops')(call.db, { id })
}

const foreign = (id: string): Reply => {
  const rule = 'is not the merchant of this token'
  const fix = 'Leave it out, or use a token of that merchant'
  return refuse('forbidden', `merchantId ${JSON.stringify(id)} ${rule}. ${fix}.`, [{ field: 'merchantId', rule, fix }])
}

const textIn = (value: unknown, key: string): string | undefined => {
  const found =
    typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined
  return typeof found === 'string' ? found : undefined
}
const idIn = (value: unknown): string | undefined => textIn(value, 'merchantId')

const singular = (path: string): string => (path.split('/')[1] ?? '').replace(/s$/, '')
