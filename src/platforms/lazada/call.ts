import { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { at, failure, jsonOf, shaped, textAt } from '../../wire/answer.ts'
import { pathSignature } from '../../wire/path-signature.ts'
import { refused, refusedPart } from './codes.ts'

/** A shop's calls go to its country's host; a setting `baseUrl` (relay, sandbox) stands in for all of them. */
export const BASE_URL = 'https://api.lazada.sg/rest'
const AUTH_URL = 'https://auth.lazada.com/rest'
const HOSTS: Readonly<Record<string, string>> = {
  sg: BASE_URL,
  my: 'https://api.lazada.com.my/rest',
  ph: 'https://api.lazada.com.ph/rest',
  th: 'https://api.lazada.co.th/rest',
  vn: 'https://api.lazada.vn/rest',
  id: 'https://api.lazada.co.id/rest',
}

interface Ask<Schema extends z.ZodType> {
  readonly path: string
  readonly params?: Readonly<Record<string, string>>
  readonly post?: boolean
  readonly data: Schema
  /** Where the data stands; absent: at the root. */
  readonly in?: 'data' | 'result.data'
  readonly safe?: boolean
  /** Calls about tokens: at a host of their own, and signed without one. */
  readonly open?: boolean
}

const hostOf = ({ baseUrl, credentials }: Connection, open: boolean): string => {
  if (baseUrl !== BASE_URL) return baseUrl
  return open ? AUTH_URL : (HOSTS[credentials.country?.toLowerCase() ?? ''] ?? BASE_URL)
}

/** All parameters are signed, those of a POST travel in its form, as in the official SDK. https://open.lazada.com/apps/doc/doc?nodeId=10450&docId=108068 */
export function* ask<Schema extends z.ZodType>(shop: Connection, wanted: Ask<Schema>): Conversation<z.output<Schema>> {
  const { path, params = {}, post = false, data, safe = false, open = false } = wanted
  const { appKey = '', appSecret = '' } = shop.app
  const token = open ? {} : { access_token: shop.credentials.accessToken ?? '' }
  const named = { app_key: appKey, timestamp: String(shop.now), sign_method: 'sha256', ...token, ...params }
  const form = new URLSearchParams({ ...named, sign: pathSignature(appSecret, path, named) }).toString()
  const url = `${hostOf(shop, open)}${path}`
  const headers = { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' }
  const answer = yield post
    ? { method: 'POST', url, headers, body: form, safe }
    : { method: 'GET', url: `${url}?${form}`, headers: {}, body: '', safe }
  const no = refused(answer, safe) ?? refusedInside(jsonOf(answer), wanted)
  if (no) return no
  return shaped(data, wanted.in === undefined ? jsonOf(answer) : at(jsonOf(answer), wanted.in))
}

/** Fulfilment services say a second yes or no inside the gateway's. */
const refusedInside = (body: unknown, { in: place, safe = false }: Ask<z.ZodType>) => {
  if (place !== 'result.data') return undefined
  const [said, code, message] = ['success', 'error_code', 'error_msg'].map((key) => textAt(body, `result.${key}`))
  if (said === 'true') return undefined
  if (said === '') return failure('unknown', safe, 'the answer has no result')
  // Every piece says more; without any, this is all there is.
  const parts = at(body, 'result.data.packages') ?? at(body, 'result.data.pack_order_list')
  if (Array.isArray(parts) && parts.length > 0) return undefined
  return refusedPart({ item_err_code: code || 'refused', msg: message }) ?? failure('unknown', safe, message ?? '')
}

/** `true`, `"true"`; absent is no. */
export const Yes = z
  .union([z.boolean(), z.string()])
  .nullish()
  .transform((said) => String(said) === 'true')
