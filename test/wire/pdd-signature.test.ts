import { describe, expect, it } from 'vitest'
import { pddSign, pddSocketPath } from '../../src/wire/pdd-signature.ts'

describe('拼多多', () => {
  it('signs a call as its document does', () => {
    const parameters = {
      access_token: 'asd78172s8ds9a921j9qqwda12312w1w21211',
      client_id: '1',
      data_type: 'XML',
      order_status: '1',
      page: '1',
      page_size: '10',
      timestamp: '1480411125',
      type: 'pdd.order.number.list.get',
    }
    expect(pddSign(parameters, 'testSecret')).toBe('E4DE3ED21002510DED352819E7AE6775')
    expect(pddSign({ ...parameters, page: '2' }, 'testSecret')).not.toBe('E4DE3ED21002510DED352819E7AE6775')
  })

  it('opens its socket by the path that a test of pdd-sdk-php expects', () => {
    expect(pddSocketPath('app', 'secret', 1_700_000_000_000)).toBe(
      '/message/app/1700000000000/OTgxODMwNDI2NWZiN2NiNzA2NzIxOTI0ZjJlMDMxMjE%3D',
    )
  })
})
