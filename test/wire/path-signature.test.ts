/** Digests of call signatures that somebody else computed. */
import { describe, expect, it } from 'vitest'
import { partsSignature, pathSignature, wrappedPathSignature } from '../../src/wire/path-signature.ts'

describe('wrappedPathSignature', () => {
  it('is that of the tests of EcomPHP/tiktokshop-php', () =>
    expect(wrappedPathSignature('app_secret', '/test-api', { foo: 'bar' })).toBe(
      'd3cb7fe11ecae942802ceeca67e7cf10120cc12f1517d45fbc1c8cfe5413c80f',
    ))
  it('covers path, names, values and body', () => {
    const made = [
      wrappedPathSignature('s', '/a', { b: 'c' }, '{}'),
      wrappedPathSignature('s', '/a', { b: 'd' }, '{}'),
      wrappedPathSignature('s', '/a', { c: 'c' }, '{}'),
      wrappedPathSignature('s', '/b', { b: 'c' }, '{}'),
      wrappedPathSignature('s', '/a', { b: 'c' }),
      wrappedPathSignature('t', '/a', { b: 'c' }, '{}'),
    ]
    expect(new Set(made).size).toBe(made.length)
  })
})

describe('pathSignature', () => {
  it('is that of the documents of Lazada, whatever the order of the parameters', () =>
    expect(
      pathSignature('helloworld', '/order/get', {
        ...{ timestamp: '1517820392000', sign_method: 'sha256', order_id: '1234' },
        ...{ app_key: '123456', access_token: 'test' },
      }),
    ).toBe('4190D32361CFB9581350222F345CB77F3B19F0E31D162316848A2C1FFD5FAB4A'))
})

describe('partsSignature', () => {
  it('is that of the tests of minchao/shopee-php', () =>
    expect(
      partsSignature('test_partner_key', [
        ...['/api/v2/auth/token/get', '123456', 'test_partner_id', 'test_shop_id', 'test_main_account_id'],
      ]),
    ).toBe('37c864bd9821ff5f2c2f46b2faca14eb1811a718d1fdc6dcf383cba7c74bf9e9'))
})
