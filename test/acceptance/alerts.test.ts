/** 告警 end to end: SMS, 企业微信 and 钉钉 at simulated channels that check our signatures, keep their limits and fail. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChannelInput } from '../../sandbox/client.ts'
import { eventually, type Ground, startGround } from './ground.ts'
import { Merchant } from './merchant.ts'

let ground: Ground
beforeAll(async () => {
  ground = await startGround()
})
afterAll(() => ground?.stop())

const random = (bytes = 8): string => randomBytes(bytes).toString('hex')
const BUYERS = /1[3-9]\d{9}|1[3-9]\d\*{4}\d{4}/
// biome-ignore lint/suspicious/noTemplateCurlyInString: the variables are the provider's
const TEMPLATE = '仓桥提醒：商家${merchant}有${count}条${title}待处理，请登录管理后台查看。'

interface Keys {
  readonly far: Pick<ChannelInput, 'credentials' | 'settings'>
  readonly ours: { readonly credentials: object; readonly settings?: object }
}
/** What each channel knows, and what a merchant would enter. */
const KEYS: Readonly<Record<string, () => Keys>> = {
  wecom: () => {
    const key = random(16)
    return {
      far: { credentials: { key } },
      ours: { credentials: { key: `https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=${key}` } },
    }
  },
  dingtalk: () => {
    const keys = { accessToken: random(16), secret: `SEC${random(16)}` }
    return { far: { credentials: keys }, ours: { credentials: keys } }
  },
  feishu: () => {
    const keys = { token: random(8), secret: random(8) }
    return { far: { credentials: keys }, ours: { credentials: keys } }
  },
  'aliyun-sms': () => {
    const keys = { accessKeyId: `LTAI${random(6)}`, accessKeySecret: random(12) }
    const settings = { phones: '13900000001', signName: '仓桥', templateCode: 'SMS_1' }
    return { far: { credentials: keys, settings: { template: TEMPLATE } }, ours: { credentials: keys, settings } }
  },
  twilio: () => {
    const keys = { accountSid: `AC${random(16)}`, authToken: random(12) }
    return {
      far: { credentials: keys },
      ours: { credentials: keys, settings: { to: '+85251234567', from: '+15005550006' } },
    }
  },
  resend: () => {
    const keys = { apiKey: `re_${random(8)}` }
    const settings = { from: 'Cangqiao <alert@example.com>', to: 'ops@example.com' }
    return { far: { credentials: keys }, ours: { credentials: keys, settings } }
  },
  slack: () => {
    const path = `T${random(4)}/B${random(4)}/${random(8)}`
    return { far: { credentials: { path } }, ours: { credentials: { webhookUrl: path } } }
  },
  webhook: () => {
    const keys = { secret: `whsec_${randomBytes(32).toString('base64')}` }
    return { far: { credentials: keys }, ours: { credentials: keys } }
  },
}

interface Rule {
  readonly id: string
  readonly far: string
}
const rule = async (merchant: Merchant, kind: string, more: object = {}): Promise<Rule> => {
  const far = `c-${kind}-${random(4)}`
  const keys = KEYS[kind]?.()
  if (!keys) throw new Error(`no keys for ${kind}`)
  await ground.far.putChannel({ id: far, kind: kind as ChannelInput['kind'], ...keys.far })
  const { credentials, settings } = keys.ours
  const body = { credentials, settings: { ...settings, baseUrl: ground.far.channelBaseUrl(far) }, ...more }
  const { id } = await ground.api.post<{ id: string }>('/alerts', {
    merchantId: merchant.id,
    channel: kind,
    name: kind,
    ...body,
  })
  return { id, far }
}
const clock = async (): Promise<void> => {
  await fetch(`${ground.url}/cdn-cgi/handler/scheduled?cron=${encodeURIComponent('* * * * *')}`)
}
const view = (id: string) =>
  ground.api.get<{ state: string; failures: number; sent: number; lastError: string | null }>(`/alerts/${id}`)
const texts = async ({ far }: Rule): Promise<string[]> =>
  (await ground.far.channel(far)).messages.map(({ text }) => text)

describe('every channel', () => {
  it.each(Object.keys(KEYS))('%s takes the test message, signed as it wants', async (kind) => {
    const merchant = await Merchant.open(ground)
    const one = await rule(merchant, kind)
    expect(await ground.api.post(`/alerts/${one.id}/test`, {})).toMatchObject({
      delivered: true,
      alert: { state: 'ok', sent: 1 },
    })
    const { messages, refusedSignatures } = await ground.far.channel(one.far)
    expect([messages.length, refusedSignatures]).toEqual([1, 0])
    expect(messages[0]?.text).toMatch(/验收商家/)
    // The same with a wrong secret is refused, and says so.
    const fresh = KEYS[kind]?.().ours.credentials as Record<string, string>
    await ground.patch(`/alerts/${one.id}`, { credentials: fresh })
    expect(await ground.api.post(`/alerts/${one.id}/test`, {})).toMatchObject({
      delivered: false,
      outcome: 'auth',
      alert: { state: 'failing' },
    })
    expect((await ground.far.channel(one.far)).refusedSignatures).toBe(1)
  })
})

describe('an unknown SKU', () => {
  it('is told within seconds by SMS, 企业微信 and 钉钉, once for many orders, with nothing of a buyer', async () => {
    const merchant = await Merchant.open(ground)
    await merchant.house('rest')
    const shop = await merchant.shop('standard')
    await merchant.farGoods({ 'NEW-1': [500] })
    const rules = await Promise.all(['aliyun-sms', 'wecom', 'dingtalk'].map((kind) => rule(merchant, kind)))
    const started = Date.now()
    await ground.far.placeOrders({ shopId: shop.far, count: 120, lines: [{ sku: 'NEW-1', quantity: 1 }] })
    await eventually(async () => {
      for (const one of rules) expect(await texts(one)).toHaveLength(1)
    })
    expect(Date.now() - started).toBeLessThan(20_000)
    const [sms = [], wecom = [], dingtalk = []] = await Promise.all(rules.map(texts))
    expect(sms[0]).toMatch(/^【仓桥】仓桥提醒：商家验收商家有\d+条商品编码没有对应SKU待处理，请登录管理后台查看。$/)
    for (const text of [wecom[0], dingtalk[0]]) expect(text).toContain('商品编码 NEW-1 没有对应的 SKU')
    // What came after the first message waits for the end of the window: nothing more is said until then.
    await eventually(async () => expect(await merchant.exceptions('sku_unknown')).toHaveLength(120))
    await clock()
    for (const one of rules) expect(await texts(one)).toHaveLength(1)
    for (const one of rules) {
      const { messages, refusedSignatures, throttled } = await ground.far.channel(one.far)
      expect([refusedSignatures, throttled]).toEqual([0, 0])
      expect(messages.map(({ text }) => BUYERS.test(text))).toEqual([false])
    }
  })

  it('is told to nobody else', async () => {
    const [one, other] = [await Merchant.open(ground), await Merchant.open(ground)]
    await one.house('rest')
    const shop = await one.shop('standard')
    await one.farGoods({ 'NEW-2': [5] })
    const [mine, theirs] = [await rule(one, 'wecom'), await rule(other, 'wecom')]
    await one.place(shop, { lines: [{ sku: 'NEW-2', quantity: 1 }] })
    await eventually(async () => expect(await texts(mine)).toHaveLength(1))
    await clock()
    expect(await texts(theirs)).toEqual([])
  })
})

describe('a channel that fails', () => {
  it('is shown, and recovers with the message that it missed', async () => {
    const merchant = await Merchant.open(ground)
    await merchant.house('rest')
    const shop = await merchant.shop('standard')
    await merchant.farGoods({ 'NEW-3': [5] })
    const one = await rule(merchant, 'dingtalk')
    await ground.far.addFault({ target: one.far, fault: 'error-before', count: 1 })
    await merchant.place(shop, { lines: [{ sku: 'NEW-3', quantity: 1 }] })
    await eventually(async () =>
      expect(await view(one.id)).toMatchObject({
        state: 'failing',
        failures: 1,
        lastError: expect.stringContaining('503'),
      }),
    )
    expect(await texts(one)).toEqual([])
    await eventually(async () => {
      await clock()
      expect(await view(one.id)).toMatchObject({ state: 'ok', failures: 0, sent: 1 })
    }, 60)
    expect(await texts(one)).toEqual([expect.stringContaining('NEW-3')])
  })
})
