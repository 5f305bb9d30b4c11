import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { qimenCallback } from '../../sandbox/signatures.ts'
import { at, children, parse } from '../../sandbox/xml.ts'
import { type Bench, callQimen, DOUYIN, deliveryOrder, QIMEN, startBench, until } from './support.ts'

const ACK =
  '<?xml version="1.0" encoding="utf-8"?><response><flag>success</flag><code>0</code><message>ok</message></response>'
let bench: Bench
let base: string
beforeEach(async () => {
  bench = await startBench({ status: 200, body: ACK })
  await bench.client.putWarehouse({
    id: 'wh',
    system: 'qimen',
    callbackUrl: bench.hook.url,
    credentials: QIMEN,
    onHand: { 'TEA-1': 10 },
  })
  base = bench.client.warehouseBaseUrl('wh')
})
afterEach(() => bench.close())

const create = (number: string, quantity = 2, more?: { receiver?: string; orderId?: string }) =>
  callQimen(base, 'deliveryorder.create', deliveryOrder(number, 'TEA-1', quantity, more))
const flag = (answer: string) => at(parse(answer, 'response'), 'flag')
const message = (answer: string) => at(parse(answer, 'response'), 'message')
const query = (number: string) =>
  callQimen(base, 'deliveryorder.query', `<request><orderCode>${number}</orderCode><page>1</page></request>`)
const reports = (method: string) =>
  bench.hook.taken.filter(({ url }) => url.searchParams.get('method')?.endsWith(method))

describe('placing', () => {
  it('takes an order, reports it, and finds it again', async () => {
    expect(flag(await create('D1'))).toBe('success')
    const found = parse(await query('D1'), 'response')
    expect(at(found, 'deliveryOrder.status')).toBe('ACCEPT')
    expect(at(children(found?.orderLines, 'orderLine')[0], 'planQty')).toBe('2')
    await until(() => reports('orderprocess.report').length === 1)
    expect(message(await query('D2'))).toBe('单据不存在')
  })

  it.each(['md5', 'hmac', 'hmac-sha256'])('knows the sign method %s, and refuses another secret', async (method) => {
    const body = deliveryOrder(`S-${method}`, 'TEA-1', 1)
    expect(flag(await callQimen(base, 'deliveryorder.create', body, QIMEN.secret, method))).toBe('success')
    const refused = await callQimen(base, 'deliveryorder.create', body, 'wrong', method)
    expect(at(parse(refused, 'response'), 'code')).toBe('sign-check-failure')
    expect((await bench.client.summary()).warehouses[0]?.refusedSignatures).toBe(1)
  })

  it('says 已存在 to a repeat, or makes a second document where it does not look', async () => {
    await create('D1')
    expect(message(await create('D1'))).toContain('已存在')
    await bench.client.putWarehouse({ id: 'wh', settings: { onRepeat: 'same' } })
    expect(flag(await create('D1'))).toBe('success')
    expect(message(await create('D1', 3))).toContain('已存在')
    await bench.client.putWarehouse({ id: 'wh', settings: { deduplicates: false } })
    expect(flag(await create('D1'))).toBe('success')
    const [warehouse] = (await bench.client.summary()).warehouses
    expect(warehouse).toMatchObject({ documents: 2, documentNumbers: 1, duplicatedDocuments: 1, repeatedPlaces: 3 })
  })

  it('refuses stars, ciphers it cannot ship, unknown items and empty fields', async () => {
    const person = (name: string) =>
      `<name>${name}</name><mobile>13800000001</mobile><province>浙江省</province><city>杭州市</city><detailAddress>文一路</detailAddress>`
    expect(message(await create('D1', 1, { receiver: person('张*') }))).toContain('脱敏')
    expect(message(await create('D2', 1, { receiver: person('##abc*def#1##') }))).toContain('不支持')
    expect(message(await callQimen(base, 'deliveryorder.create', deliveryOrder('D3', 'NOPE', 1)))).toContain(
      '商品不存在',
    )
    expect(message(await create('D4', 1, { receiver: '<name>张三</name>' }))).toContain('必填')
    const [warehouse] = (await bench.client.summary()).warehouses
    expect(warehouse).toMatchObject({
      documents: 0,
      stars: 1,
      counters: { refused_receiver_kind: 1, refused_sku_unknown: 1 },
    })
    expect((await bench.client.audit()).stars).toBe(1)
  })

  it('ships the ciphers of a 抖店 order, and notices whose they are', async () => {
    await bench.client.putWarehouse({ id: 'wh', settings: { receiverKinds: ['plain', 'douyin'] } })
    await bench.client.putShop({
      id: 'dy',
      platform: 'douyin',
      hookUrl: '',
      credentials: DOUYIN,
      listings: [{ code: 'TEA-1', quantity: 9 }],
    })
    const { ids } = await bench.client.placeOrders({ shopId: 'dy', count: 2, lines: [{ sku: 'TEA-1' }] })
    const { cipher } = await import('../../sandbox/platforms/douyin-order.ts')
    const shop = bench.sandbox.world.shops.get('dy')
    const order = bench.sandbox.world.order(ids[0] ?? '')
    if (!shop || !order) throw new Error('no order')
    const receiver = `<name>${cipher(order, shop, 'name', order.receiver.name)}</name><mobile>${cipher(order, shop, 'phone', order.receiver.phone)}</mobile><province>浙江省</province><city>杭州市</city><detailAddress>${cipher(order, shop, 'address', order.receiver.address)}</detailAddress>`
    expect(flag(await create('D1', 1, { receiver, orderId: order.id }))).toBe('success')
    expect((await bench.client.audit()).wrongReceivers).toEqual([])
    expect(flag(await create('D2', 1, { receiver, orderId: ids[1] ?? '' }))).toBe('success')
    expect((await bench.client.audit()).wrongReceivers).toEqual([{ document: 'D2', orderId: ids[1] }])
  })
})

describe('after that', () => {
  it('cancels before shipping, and not afterwards', async () => {
    const cancel = (number: string) =>
      callQimen(
        base,
        'order.cancel',
        `<request><warehouseCode>OTHER</warehouseCode><orderCode>${number}</orderCode></request>`,
      )
    await create('D1')
    await create('D2')
    expect(flag(await cancel('D1'))).toBe('success')
    expect(flag(await cancel('D1'))).toBe('success')
    const [document] = (await bench.client.documents({ warehouseId: 'wh' })).filter(({ number }) => number === 'D2')
    await bench.client.shipDocument(document?.n ?? 0)
    expect(message(await cancel('D2'))).toContain('已出库')
    expect(message(await cancel('D3'))).toContain('不存在')
  })

  it('ships by itself in parcels, one confirm each, signed and final at the end', async () => {
    await bench.client.putWarehouse({ id: 'wh', settings: { autoShip: { afterMs: 20, packages: 2, betweenMs: 60 } } })
    await create('D1', 3)
    await until(() => reports('deliveryorder.confirm').length === 2)
    const [first, second] = reports('deliveryorder.confirm').map(({ body }) => parse(body, 'request'))
    expect([at(first, 'deliveryOrder.confirmType'), at(second, 'deliveryOrder.confirmType')]).toEqual(['1', '0'])
    expect(at(first, 'deliveryOrder.outBizCode')).not.toBe(at(second, 'deliveryOrder.outBizCode'))
    const push = reports('deliveryorder.confirm')[0]
    const params = new Map([...(push?.url.searchParams ?? [])])
    expect(params.get('session')).toBe('')
    expect(qimenCallback(QIMEN.secret, params, push?.headers ?? {}, push?.body ?? '')).toBe(params.get('sign'))
    const [document] = await bench.client.documents({ warehouseId: 'wh' })
    expect(document).toMatchObject({ status: 'shipped', lines: [{ sku: 'TEA-1', quantity: 3, shipped: 3 }] })
    expect(document?.waybills).toHaveLength(2)
    expect(at(parse(await query('D1'), 'response'), 'deliveryOrder.status')).toBe('DELIVERED')
  })

  it('says again what was not acknowledged', async () => {
    bench.hook.answers = [
      { status: 200, body: ACK.replace('success', 'failure') },
      { status: 500, body: '' },
      { status: 200, body: ACK },
    ]
    await bench.client.putWarehouse({
      id: 'wh',
      settings: { retryMs: [10, 20, 30], reportsAccept: false, autoShip: { afterMs: 0 } },
    })
    await create('D1')
    await until(async () => (await bench.client.summary()).warehouses[0]?.callbacks.acknowledged === 1)
    expect(reports('deliveryorder.confirm')).toHaveLength(3)
    expect(new Set(reports('deliveryorder.confirm').map(({ body }) => body)).size).toBe(1)
  })

  it('counts: what is not frozen is free, and a stock-take tells differences', async () => {
    await create('D1', 4)
    const answer = await callQimen(
      base,
      'inventory.query',
      '<request><criteriaList><criteria><itemCode>TEA-1</itemCode></criteria></criteriaList></request>',
    )
    const item = children(parse(answer, 'response')?.items, 'item')[0]
    expect([at(item, 'quantity'), at(item, 'lockQuantity')]).toEqual(['6', '4'])
    await bench.client.inventoryReport('wh', [{ sku: 'TEA-1', delta: -1 }])
    await until(() => reports('inventory.report').length === 1)
    const report = parse(reports('inventory.report')[0]?.body ?? '', 'request')
    expect([at(children(report?.items, 'item')[0], 'quantity'), at(report, 'adjustType')]).toEqual(['-1', 'CHECK'])
    await expect(bench.client.snapshot('wh')).rejects.toThrow('sends no snapshots')
  })

  it('gives item ids where it has them, and wants them back', async () => {
    await bench.client.putWarehouse({ id: 'wh', settings: { givesItemIds: true } })
    const answer = await callQimen(
      base,
      'singleitem.synchronize',
      '<request><actionType>add</actionType><item><itemCode>TEA-1</itemCode><itemName>茶</itemName></item></request>',
    )
    expect(at(parse(answer, 'response'), 'itemId')).toBe('I-TEA-1')
    expect(message(await create('D1'))).toContain('itemId')
  })
})

describe('goods that arrive', () => {
  const line =
    '<orderLines><orderLine><ownerCode>O</ownerCode><itemCode>TEA-1</itemCode><planQty>5</planQty></orderLine></orderLines>'
  const quantities = (method: string, order: string) =>
    reports(method).map(({ body }) => {
      const request = parse(body.toString(), 'request')
      const actual = at(children(request?.orderLines, 'orderLine')[0], 'actualQty')
      return [at(request, `${order}.confirmType`), actual]
    })

  it('are confirmed in two parts, each an increment under a code of its own', async () => {
    const body = `<request><entryOrder><entryOrderCode>CG1</entryOrderCode><warehouseCode>WX</warehouseCode><orderType>CGRK</orderType></entryOrder>${line}</request>`
    expect(flag(await callQimen(base, 'entryorder.create', body))).toBe('success')
    await until(() => reports('entryorder.confirm').length === 2)
    expect(quantities('entryorder.confirm', 'entryOrder').toSorted()).toEqual([
      ['0', '4'],
      ['1', '1'],
    ])
    const codes = reports('entryorder.confirm').map(({ body }) =>
      at(parse(body.toString(), 'request'), 'entryOrder.outBizCode'),
    )
    expect(new Set(codes).size).toBe(2)
  })

  it('come back only for a parcel that is named', async () => {
    const order = (more: string) =>
      `<request><returnOrder><returnOrderCode>TH1</returnOrderCode><warehouseCode>WX</warehouseCode>${more}</returnOrder>${line}</request>`
    expect(flag(await callQimen(base, 'returnorder.create', order('<logisticsCode>YTO</logisticsCode>')))).toBe(
      'failure',
    )
    const whole = order('<logisticsCode>YTO</logisticsCode><preDeliveryOrderCode>D1</preDeliveryOrderCode>')
    expect(flag(await callQimen(base, 'returnorder.create', whole))).toBe('success')
    await until(() => reports('returnorder.confirm').length === 2)
  })
})

describe('a parcel that is called back', () => {
  it('turns round if it has left, and the carrier says so; one that nobody knows does not', async () => {
    await create('D1')
    const callback = (number: string) =>
      callQimen(base, 'order.callback', `<request><deliveryOrderCode>${number}</deliveryOrderCode></request>`)
    expect(flag(await callback('D2'))).toBe('failure')
    expect(flag(await callback('D1'))).toBe('success')
    await until(() => reports('orderprocess.report').some(({ body }) => body.includes('TMSCANCELFAILED')))
    const [document] = await bench.client.documents({ warehouseId: 'wh' })
    await bench.client.shipDocument(document?.n ?? 0)
    expect(flag(await callback('D1'))).toBe('success')
    await until(() => reports('orderprocess.report').some(({ body }) => body.includes('>TMSCANCELED<')))
  })
})

it('tells a level by pages, and takes a bundle whose parts have ids', async () => {
  const page = async (n: number) =>
    parse(
      await callQimen(
        base,
        'stock.query',
        `<request><itemCode>TEA-1</itemCode><page>${n}</page><pageSize>100</pageSize></request>`,
      ),
      'response',
    )
  const rows = [...children((await page(1))?.items, 'item'), ...children((await page(2))?.items, 'item')]
  expect(rows.map((row) => Number(at(row, 'quantity')))).toEqual([5, 5])
  const bundle = (part: string) => `<request><itemCode>GIFT</itemCode><items><item>${part}</item></items></request>`
  const good = '<itemCode>TEA-1</itemCode><itemId>TEA-1</itemId><quantity>2</quantity>'
  expect(flag(await callQimen(base, 'combineitem.synchronize', bundle(good)))).toBe('success')
  expect(flag(await callQimen(base, 'combineitem.synchronize', bundle(good.replace(/<itemId>.*<\/itemId>/, ''))))).toBe(
    'failure',
  )
})
