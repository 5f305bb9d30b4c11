/** 快递100: follows parcels of most carriers, pushes what changes, bills per waybill and month. */
import { z } from 'zod'
import { json } from '../../wire/ack.ts'
import { md5Upper, signedField } from '../../wire/form-signature.ts'
import { defineTracker } from '../tracker.ts'
import { CARRIERS, normalize } from './normalize.ts'
import { outbound } from './outbound.ts'
import { Push } from './schema.ts'

export const kuaidi100 = defineTracker({
  id: 'kuaidi100',
  name: { zh: '快递100', en: 'Kuaidi100' },
  docs: 'https://api.kuaidi100.com/document/pushService',
  proof: { live: false, restsOn: "the tracker's own SDKs and articles; a query's digest published by others" },
  baseUrl: 'https://poll.kuaidi100.com',
  credentials: z.object({
    customer: z.string().min(1).describe('企业版后台 → 我的信息: customer'),
    key: z.string().min(1).describe('the same page: 授权 key'),
    salt: z.string().min(16).max(32).describe('A random text of your own: pushes are signed with it'),
  }),
  settings: z.object({}),
  timeoutMs: 10_000,
  carriers: CARRIERS,
  // 顺丰 and 中通 are looked up by number and phone only: https://api.kuaidi100.com/document/603f47dfa62a19500e19866f
  needsPhone: ['SF', 'ZTO'],
  inbound: {
    format: 'form',
    signature: signedField({ data: 'param', sign: 'sign', secret: 'salt', write: md5Upper, foldCase: true }),
    deliveryId: () => undefined,
    bodyIsUnique: true,
    schema: Push,
    normalize,
  },
  ack: () => ({
    accepted: json(200, { result: true, returnCode: '200', message: '成功' }),
    refused: json(401, { result: false, returnCode: '401', message: '签名不正确' }),
  }),
  outbound,
})
