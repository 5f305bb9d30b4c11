/**
 * How order systems (ERP) sign calls. All are md5 in lower-case hex over parameters in ascending order of their names;
 * they differ in what stands around and between. Nobody signs towards us with them.
 */
import type { Fields } from './adapter.ts'
import { digest } from './digest.ts'

const sorted = (parameters: Fields): readonly (readonly [name: string, value: string])[] =>
  Object.entries(parameters).toSorted(([a], [b]) => (a < b ? -1 : 1))

/** 聚水潭 V2: secret + each name and value, with no secret behind. https://openweb.jushuitan.com/doc?docId=70 */
export const jushuitanSign = (parameters: Fields, secret: string): string =>
  digest('md5', secret + sorted(parameters).flat().join(''), 'hex')

/** 旺店通旗舰版: secret + each name and value, the raw JSON as `body` among them, + secret. */
export const wdtSign = (parameters: Fields, body: string, secret: string): string =>
  digest(
    'md5',
    secret +
      sorted({ ...parameters, body })
        .flat()
        .join('') +
      secret,
    'hex',
  )
