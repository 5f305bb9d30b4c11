import { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { at, jsonOf, shaped } from '../../wire/answer.ts'
import { wrappedPathSignature } from '../../wire/path-signature.ts'
import { refused } from './codes.ts'

export const BASE_URL = 'https://open-api.tiktokglobalshop.com'

interface Ask<Schema extends z.ZodType> {
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  /** Absent: a GET. */
  readonly body?: unknown
  readonly data: Schema
  readonly safe?: boolean
  /** Calls about the seller rather than one shop refuse a shop_cipher. */
  readonly shopless?: boolean
}

/** The token goes into a header and is not signed. https://partner.tiktokshop.com/docv2/page/sign-your-api-request */
export function* ask<Schema extends z.ZodType>(shop: Connection, wanted: Ask<Schema>): Conversation<z.output<Schema>> {
  const { path, data, safe = false, shopless = false } = wanted
  const { accessToken = '', shopCipher = '' } = shop.credentials
  const { appKey = '', appSecret = '' } = shop.app
  const body = wanted.body === undefined ? '' : JSON.stringify(wanted.body)
  const timestamp = String(Math.floor(shop.now / 1000))
  const query = {
    app_key: appKey,
    ...(!shopless && { shop_cipher: shopCipher }),
    timestamp,
    ...wanted.query,
  }
  const sign = wrappedPathSignature(appSecret, path, query, body)
  const url = `${shop.baseUrl}${path}?${new URLSearchParams({ ...query, sign })}`
  const headers = { 'content-type': 'application/json', 'x-tts-access-token': accessToken }
  const answer = yield { method: body === '' ? 'GET' : 'POST', url, headers, body, safe }
  const no = refused(answer, safe)
  if (no) return no
  return shaped(data, at(jsonOf(answer), 'data'))
}

/** Answers of writes, whose `data` nobody needs. */
export const Nothing = z.unknown()
