/** The sandbox's own signatures against digests that others computed, and the ways a check has to say no. */
import { describe, expect, it } from 'vitest'
import * as sign from '../../sandbox/signatures.ts'

describe('Standard Webhooks', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const [id, seconds, body] = ['msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, '{"test": 2432232314}']
  const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
  const headers = { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': signature }
  const refusal = (changed: Record<string, string>, at = seconds * 1000) =>
    sign.standardWebhookRefusal(secret, { ...headers, ...changed }, Buffer.from(body), at)

  it('matches the vector of the specification', () =>
    expect(sign.standardWebhook(secret, id, seconds, body)).toBe(signature))
  it('takes one of several signatures', () =>
    expect(refusal({ 'webhook-signature': `v1,AAAA ${signature}` })).toBeUndefined())
  it('refuses another body, a late time, a bare digest and a missing header', () => {
    expect(sign.standardWebhookRefusal(secret, headers, Buffer.from(`${body} `), seconds * 1000)).toBe(
      'signature mismatch',
    )
    expect(refusal({}, (seconds + 301) * 1000)).toBe('timestamp out of window')
    expect(refusal({ 'webhook-signature': signature.slice(3) })).toBe('signature mismatch')
    expect(refusal({ 'webhook-id': '' })).toMatch(/^missing/)
  })
})

it('Shopify: base64 HMAC of the body, beyond ASCII', () => {
  expect(sign.shopify('hush', '{"id":820982911946154508,"note":"é✓"}')).toBe(
    'vrypN3uFL9adtE+S0DRr4i6Io3ZBYGiIBKGqkiGtPIg=',
  )
})

describe('抖店', () => {
  const [key, secret] = ['7000000000000000000', 'app-secret-1']
  const body =
    '[{"tag":"101","msg_id":"6900000000000000001:101:1700000000:3","data":"{\\"p_id\\":6900000000000000001,\\"s_ids\\":[6900000000000000002],\\"shop_id\\":123456,\\"order_status\\":2,\\"order_type\\":0,\\"create_time\\":1700000000,\\"pay_time\\":1700000010,\\"pay_type\\":1,\\"pay_amount\\":1990,\\"biz\\":2}"}]'
  const call = {
    appKey: key,
    method: 'order.orderDetail',
    paramJson: '{"shop_order_id":"6900000000000000001"}',
    timestamp: '1700000000',
  }

  it('signs pushes', () => {
    expect(Buffer.byteLength(body)).toBe(286)
    expect(sign.douyinPush(key, secret, body)).toBe('292b923551f83fa09f46323e9aabb395')
  })
  it('signs calls by HMAC and by MD5', () => {
    expect(sign.douyinApi(secret, call, 'hmac-sha256')).toBe(
      'b697f84aeedd4bd890f1e1a61fa777eaf12aa257ed4e68b9307850bf564af0fd',
    )
    expect(sign.douyinApi(secret, call, 'md5')).toBe('38a9599b4e48359132b54d482174c3fa')
  })
})

describe('trackers', () => {
  it('快递100: a query as published in xifengzhu/kuaidi100, a push by the same formula', () => {
    const query = '{"com":"shunfeng","num":"765720722994","from":"","to":"","resultv2":0}'
    expect(sign.kuaidi100Query(query, 'kuaidi100-key', 'kuaidi100-customer')).toBe('AEB6EE344DD2FF0C124DEFD642C8F16B')
    const push = '{"status":"polling","lastResult":{"nu":"V030344422","com":"yuantong","state":"0"}}'
    expect(sign.kuaidi100Push(push, 'XXXXXXXXXX')).toBe('75ECADD73AE956BEC99A6EB3D840A50C')
  })

  it('快递鸟: the base64 of a hex text', () =>
    expect(sign.kdniao('{"ShipperCode":"SF","LogisticCode":"SF0000000001","CustomerName":"1234"}', 'kdn-appkey')).toBe(
      'OThkNWMzMWUwMjZhY2U0Njg0YTNkYzhhMjQ5ODM5MTM=',
    ))
})

describe('奇门', () => {
  const secret = 'qimen-test-secret-0001'
  const body = Buffer.from(
    '<?xml version="1.0" encoding="utf-8"?><request><deliveryOrder><deliveryOrderCode>DO20240501001</deliveryOrderCode><remark>请发顺丰&amp;小心</remark></deliveryOrder></request>',
  )
  const params = new Map([
    ['method', 'taobao.qimen.deliveryorder.create'],
    ['timestamp', '2024-05-01 12:00:00'],
    ['format', 'xml'],
    ['app_key', '12345678'],
    ['v', '2.0'],
    ['customerId', 'c1234567890'],
  ])

  it.each([
    ['md5', '88DE967855BB96D49063C0651491F3EA'],
    ['hmac', '568218039C20A5C2E531172352FF2389'],
    ['hmac-sha256', '18026520F7612FFC0C35C0B81894F24E51DA38C07210FC6427456F15773E317E'],
  ])('signs calls by %s', (method, expected) => {
    expect(sign.qimenCall(secret, new Map([...params, ['sign_method', method]]), body, method)).toBe(expected)
  })

  it('signs callbacks with empty parameters and named headers', () => {
    const query = new Map([
      ['app_key', '12345678'],
      ['customerId', 'c1234567890'],
      ['empty', ''],
      ['format', 'xml'],
      ['method', 'deliveryorder.confirm'],
      ['sign_method', 'md5'],
      ['timestamp', '2024-05-01 12:00:00'],
      ['v', '2.0'],
    ])
    const headers = { 'top-sign-list': 'x-user-id', 'x-user-id': 'u%2B1' }
    expect(sign.qimenCallback(secret, query, headers, '<request/>')).toBe('C01E71251A343E0BC0D3CEE2F92BE244')
    query.delete('empty')
    expect(sign.qimenCallback(secret, query, headers, '<request/>')).toBe('8D0E4253874C04A0615664DFA4E9CF5E')
  })

  it('agrees with the digest of the China notes', () => {
    const text =
      '<?xml version="1.0" encoding="utf-8"?><request><deliveryOrder><deliveryOrderCode>D1</deliveryOrderCode></deliveryOrder></request>'
    const query = new Map(
      Object.entries({
        app_key: '12345678',
        customerId: 'c1',
        format: 'xml',
        method: 'deliveryorder.create',
        sign_method: 'md5',
        timestamp: '2016-01-01 12:00:00',
        v: '2.0',
      }),
    )
    expect(sign.qimenCall('helloworld', query, Buffer.from(text), 'md5')).toBe('0BFA29BCC47E82D29E939FF4B12768FE')
  })
})

describe('the plain JSON contract', () => {
  it('matches the published vector', () => {
    const digest = '97f54a9d0e0dbb7013c8eb2a2dc75bfa10bd28f111eebc14c536233ce28333a7'
    expect(sign.plainLines('generic-secret', ['POST', '/v1/orders', '1714536000', 'n-1', digest])).toBe(
      '4e54680590ffbaf5000f13945a7212706347d3eef421f1b8826e1559f620bceb',
    )
  })
  it('covers the body', () => {
    const made = (body: string) => sign.plain('s', 'POST', '/v1/orders', '1714536000', 'n-1', body)
    expect(made('{}')).not.toBe(made('{ }'))
  })
})

describe('菜鸟 LINK and 京东 routerjson', () => {
  it('match the digests of a second pair of hands', () => {
    const content = '<request><orderCode>LBX0000000000000001</orderCode><remark>菜鸟</remark></request>'
    expect(sign.link(content, 'cainiao-test-key-01')).toBe('ax9Zk/weI4Tgo/Yi9i+w6Q==')
    const call = new Map([
      ['method', 'jingdong.eclp.order.cancelOrder'],
      ['access_token', 'tok-123'],
      ['app_key', 'jdappkey'],
      ['timestamp', '2024-05-01 12:00:00'],
      ['format', 'json'],
      ['v', '2.0'],
      ['360buy_param_json', '{"eclpSoNo":"ESL0000000001"}'],
    ])
    expect(sign.jd('jd-secret-01', call)).toBe('1F687A4B5669AE2807012FB900FB9B77')
  })
})
