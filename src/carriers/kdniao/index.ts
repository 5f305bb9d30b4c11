/** 快递鸟: follows parcels of most carriers; pushes come to the one address that its console knows. */
import { z } from 'zod'
import { json } from '../../wire/ack.ts'
import { md5HexBase64, signedField } from '../../wire/form-signature.ts'
import { beijingText } from '../../wire/time.ts'
import { defineTracker } from '../tracker.ts'
import { CARRIERS, normalize } from './normalize.ts'
import { outbound } from './outbound.ts'
import { Push } from './schema.ts'

export const kdniao = defineTracker({
  id: 'kdniao',
  name: { zh: '快递鸟', en: 'Kdniao' },
  docs: 'https://apifox.com/apidoc/docs-site/2538027/doc-2283185',
  proof: { live: false, restsOn: 'two public SDKs that agree on the signature, and a copy of the documents' },
  baseUrl: 'https://api.kdniao.com',
  credentials: z.object({
    businessId: z.string().min(1).describe('用户管理后台: 用户ID (EBusinessID)'),
    appKey: z.string().min(1).describe('the same page: API key'),
  }),
  settings: z.object({
    edition: z.enum(['basic', 'monitor']).default('basic').describe('monitor 增值版: more states, costs more'),
  }),
  timeoutMs: 10_000,
  carriers: CARRIERS,
  needsPhone: ['SF'],
  inbound: {
    format: 'form',
    signature: signedField({ data: 'RequestData', sign: 'DataSign', secret: 'appKey', write: md5HexBase64 }),
    deliveryId: () => undefined,
    bodyIsUnique: true,
    schema: Push,
    normalize,
  },
  ack: ({ businessId = '' }, now) => {
    const says = (status: number, Success: boolean, Reason: string) =>
      json(status, { EBusinessID: businessId, UpdateTime: beijingText(now), Success, Reason })
    return { accepted: says(200, true, ''), refused: says(401, false, 'DataSign 不正确') }
  },
  outbound,
})
