import type { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { at, jsonOf, shaped } from '../../wire/answer.ts'
import { canonicalJson } from '../../wire/canonical-json.ts'
import { partsSignature } from '../../wire/path-signature.ts'
import { refused } from './codes.ts'

interface Ask<Schema extends z.ZodType> {
  /** Behind `/api/v2`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  /** Absent: a GET. */
  readonly body?: Readonly<Record<string, unknown>>
  readonly data: Schema
  /** Where the data stands; absent: at the root. */
  readonly in?: 'response'
  readonly safe?: boolean
  /** Calls about tokens, signed without one. */
  readonly open?: boolean
}

/** What is signed: the app, the path, the time, and for calls of a shop its token and id. https://open.shopee.com/developer-guide/20 */
export const signedQuery = (connection: Connection, path: string, open: boolean): Readonly<Record<string, string>> => {
  const { partnerId = '', partnerKey = '' } = connection.app
  const { accessToken = '', shopId = '' } = connection.credentials
  const timestamp = String(Math.floor(connection.now / 1000))
  const parts = [partnerId, path, timestamp, ...(open ? [] : [accessToken, shopId])]
  const named = { partner_id: partnerId, timestamp, ...(!open && { access_token: accessToken, shop_id: shopId }) }
  return { ...named, sign: partsSignature(partnerKey, parts) }
}

export function* ask<Schema extends z.ZodType>(shop: Connection, wanted: Ask<Schema>): Conversation<z.output<Schema>> {
  const { query, data, safe = false, open = false } = wanted
  const path = `/api/v2${wanted.path}`
  const url = `${shop.baseUrl}${path}?${new URLSearchParams({ ...signedQuery(shop, path, open), ...query })}`
  const body = wanted.body === undefined ? '' : canonicalJson(wanted.body)
  const headers = body === '' ? {} : { 'content-type': 'application/json' }
  const answer = yield { method: body === '' ? 'GET' : 'POST', url, headers, body, safe }
  const no = refused(answer, safe)
  if (no) return no
  const said = jsonOf(answer)
  return shaped(data, wanted.in === undefined ? said : at(said, wanted.in))
}

/** Shopee's own ids are numbers, also those beyond 2^53. */
export const number = (id: string): bigint | string => (/^\d+$/.test(id) ? BigInt(id) : id)
