/** The simulated channels: who is let in, what they refuse, how much they take, and how they fail. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { acs3, dingtalkRobot, feishuRobot } from '../../sandbox/signatures.ts'
import { type Bench, startBench } from './support.ts'

let bench: Bench
beforeEach(async () => {
  bench = await startBench({ status: 204, body: '' })
})
afterEach(() => bench.close())

const post = async (
  url: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<readonly [number, Record<string, unknown>]> => {
  const answer = await fetch(url, { method: 'POST', headers, body })
  const said = await answer.text()
  return [answer.status, said.startsWith('{') ? JSON.parse(said) : { said }]
}
const took = async (id: string) => (await bench.client.channel(id)).messages.map(({ text, to }) => [text, to])

describe('its pens', () => {
  it('write what the sample code and the example of the documentations do', () => {
    expect(dingtalkRobot('this is secret', '1577262236757')).toBe('hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM=')
    expect(feishuRobot('demo', '1599360473')).toBe('l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=')
    const names = 'host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version'
    const whole = `ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=${names},Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0`
    const headers = {
      host: 'ecs.cn-shanghai.aliyuncs.com',
      'x-acs-action': 'RunInstances',
      'x-acs-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      'x-acs-date': '2023-10-26T10:22:32Z',
      'x-acs-signature-nonce': '3156853299f313e23d1673dc12e1703d',
      'x-acs-version': '2014-05-26',
      authorization: whole,
    }
    const url = new URL(
      'https://ecs.cn-shanghai.aliyuncs.com/?RegionId=cn-shanghai&ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd',
    )
    expect(
      acs3('YourAccessKeyId', 'YourAccessKeySecret', { method: 'POST', url, headers, body: Buffer.from('') }),
    ).toBe(whole)
  })
})

describe('a robot', () => {
  const say = (id: string, path: string, body: object) =>
    post(`${bench.client.channelBaseUrl(id)}${path}`, JSON.stringify(body))

  it('of 企业微信 wants its key and a text of 2048 bytes', async () => {
    await bench.client.putChannel({ id: 'w', kind: 'wecom', credentials: { key: 'k-1' } })
    const text = (content: string) => ({ msgtype: 'text', text: { content, mentioned_mobile_list: ['@all'] } })
    const send = '/cgi-bin/webhook/send?key='
    expect(await say('w', `${send}k-1`, text('好'))).toEqual([200, { errcode: 0, errmsg: 'ok' }])
    expect(await say('w', `${send}k-2`, text('好'))).toMatchObject([200, { errcode: 93000 }])
    expect(await say('w', `${send}k-1`, text('好'.repeat(683)))).toMatchObject([200, { errcode: 40058 }])
    expect(await say('w', `${send}k-1`, { msgtype: 'voice' })).toMatchObject([200, { errcode: 40008 }])
    expect(await took('w')).toEqual([['好', '@all']])
    expect(await bench.client.channel('w')).toMatchObject({ refusedSignatures: 1 })
  })

  it('of 钉钉 wants a sign of this hour, and takes so many a minute', async () => {
    await bench.client.putChannel({
      id: 'd',
      kind: 'dingtalk',
      credentials: { accessToken: 't', secret: 'SEC1' },
      settings: { perMinute: 2 },
    })
    const at = (time: number, secret = 'SEC1') =>
      `/robot/send?access_token=t&timestamp=${time}&sign=${encodeURIComponent(dingtalkRobot(secret, String(time)))}`
    const text = { msgtype: 'text', text: { content: 'x' } }
    const now = Date.now()
    expect(await say('d', at(now), text)).toMatchObject([200, { errcode: 0 }])
    expect(await say('d', at(now - 3_700_000), text)).toMatchObject([200, { errcode: 310000 }])
    expect(await say('d', at(now, 'SEC2'), text)).toMatchObject([200, { errcode: 310000 }])
    expect(await say('d', at(now).replace('=t&', '=u&'), text)).toMatchObject([200, { errcode: 300005 }])
    await say('d', at(now), text)
    expect(await say('d', at(now), text)).toMatchObject([200, { errcode: 130101 }])
    expect(await bench.client.channel('d')).toMatchObject({ messages: [{}, {}], refusedSignatures: 3, throttled: 1 })
  })

  it('of 飞书 wants a sign in the body', async () => {
    await bench.client.putChannel({ id: 'f', kind: 'feishu', credentials: { token: 't', secret: 's' } })
    const timestamp = String(Math.floor(Date.now() / 1000))
    const body = { timestamp, sign: feishuRobot('s', timestamp), msg_type: 'text', content: { text: 'x' } }
    expect(await say('f', '/open-apis/bot/v2/hook/t', body)).toMatchObject([200, { code: 0 }])
    expect(
      await say('f', '/open-apis/bot/v2/hook/t', { ...body, sign: feishuRobot('other', timestamp) }),
    ).toMatchObject([200, { code: 19021 }])
    expect(await say('f', '/open-apis/bot/v2/hook/u', body)).toMatchObject([400, { code: 19001 }])
  })

  it('fails when it is told to', async () => {
    await bench.client.putChannel({ id: 's', kind: 'slack', credentials: { path: 'T/B/X' } })
    await bench.client.addFault({ target: 's', fault: 'reject', count: 1 })
    expect(await say('s', '/services/T/B/X', { text: 'x' })).toEqual([410, { said: 'channel_is_archived' }])
    await bench.client.addFault({ target: 's', fault: 'error-after', count: 1 })
    expect(await say('s', '/services/T/B/X', { text: 'x' })).toEqual([500, { said: 'server_error' }])
    expect(await say('s', '/services/T/B/Y', { text: 'x' })).toEqual([404, { said: 'no_service' }])
    // The one whose answer was an error had arrived.
    expect(await took('s')).toEqual([['x', '']])
  })
})

describe('SMS', () => {
  const send = (param: object, secret = 'secret') => {
    const base = bench.client.channelBaseUrl('m')
    const query = {
      PhoneNumbers: '13900000001',
      SignName: '仓桥',
      TemplateCode: 'SMS_1',
      TemplateParam: JSON.stringify(param),
    }
    const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    const url = new URL(`${base}/?${pairs.join('&')}`)
    const signed = {
      host: url.host,
      'x-acs-action': 'SendSms',
      'x-acs-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      'x-acs-date': new Date().toISOString(),
      'x-acs-version': '2017-05-25',
    }
    const names = `ACS3-HMAC-SHA256 Credential=id,SignedHeaders=${Object.keys(signed).join(';')},Signature=`
    const authorization = acs3('id', secret, {
      method: 'POST',
      url,
      headers: { ...signed, authorization: names },
      body: Buffer.from(''),
    })
    const { host: _, ...headers } = signed
    return post(String(url), '', { ...headers, authorization })
  }

  it('fills the approved template, and refuses what approval refuses', async () => {
    await bench.client.putChannel({
      id: 'm',
      kind: 'aliyun-sms',
      credentials: { accessKeyId: 'id', accessKeySecret: 'secret' },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the variables are the provider's
      settings: { template: '商家${merchant}有${count}条' },
    })
    expect(await send({ merchant: '龙井', count: '5' })).toMatchObject([200, { Code: 'OK' }])
    expect(await send({ merchant: '龙井', count: '5' }, 'wrong')).toMatchObject([
      400,
      { Code: 'SignatureDoesNotMatch' },
    ])
    for (const bad of [
      { merchant: '龙井' },
      { merchant: 'https://x.test', count: '5' },
      { merchant: '长'.repeat(36), count: '5' },
    ])
      expect(await send(bad)).toMatchObject([200, { Code: 'isv.TEMPLATE_MISSING_PARAMETERS' }])
    expect(await took('m')).toEqual([['【仓桥】商家龙井有5条', '13900000001']])
  })
})
