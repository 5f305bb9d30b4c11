/** Against digests that were computed outside this project; that of 旺店通旗舰版 also by its topsdk. */
import { expect, it } from 'vitest'
import { jushuitanSign, wdtSign } from '../../src/wire/erp-signature.ts'

it('signs for 聚水潭: no secret behind', () => {
  const parameters = {
    app_key: 'jstkey',
    access_token: 'jsttok',
    timestamp: '1714536000',
    charset: 'utf-8',
    version: '2',
    biz: '[{"so_id":"SO1","remark":"聚水潭"}]',
  }
  expect(jushuitanSign(parameters, 'jst-secret')).toBe('7c2be22f8116ae3f4ee6f955b978a115')
  expect(jushuitanSign({ ...parameters, version: '3' }, 'jst-secret')).not.toBe('7c2be22f8116ae3f4ee6f955b978a115')
})

it('signs for 旺店通旗舰版: the raw JSON as one more parameter', () => {
  const parameters = {
    sid: 'demo2',
    key: 'demo2-key',
    salt: 'saltsalt',
    method: 'wms.stockother.Out.push',
    timestamp: '389188800',
    v: '1.0',
  }
  const body = '[{"warehouse_no":"WH1","outer_no":"SO1","remark":"旺店通"}]'
  expect(wdtSign(parameters, body, 'wdtsecret')).toBe('18eda0d71edc40129a4111deee8889e5')
  expect(wdtSign(parameters, `${body} `, 'wdtsecret')).not.toBe('18eda0d71edc40129a4111deee8889e5')
})
