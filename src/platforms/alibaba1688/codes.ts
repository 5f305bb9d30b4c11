/** 1688's answers → our classes: first the gateway, then the service behind it. Gateway: https://open.1688.com/doc/apiError.htm, as copied by others. */
import {
  type CodeTable,
  type Failure,
  failure,
  jsonOf,
  refusedByStatus,
  textAt,
  unreadable,
} from '../../wire/answer.ts'
import type { WireResponse } from '../../wire/message.ts'

const GATEWAY: CodeTable = {
  'gw.SignatureInvalid': 'auth', // the app secret is wrong
  'gw.SignatureMissing': 'auth',
  'gw.AppKeyInvalid': 'auth',
  'gw.AppKeyNotFound': 'auth',
  'gw.TimestampInvalid': 'auth',
  'gw.QosAppFrequencyLimit': 'quota',
  'gw.QosAPIFrequencyLimit': 'quota',
  'gw.QosAppDailyLimit': 'quota',
  'gw.APIInvokeTimeout': 'unknown',
  'gw.ServiceUnavailable': 'unknown',
  'gw.APIExecuteFail': 'unknown',
  // gw.APIACLDecline, gw.APIUnsupported, gw.ParamMissing …: this call alone is refused
}

/** A no of the gateway comes with 4xx or 5xx, and its code says more than the status. */
export const refusedByGateway = (answer: WireResponse, safe: boolean): Failure | undefined => {
  const no = refusedByStatus(answer, safe)
  const body = jsonOf(answer)
  const code = textAt(body, 'error_code')
  if (code === '') return no
  const kind = Object.hasOwn(GATEWAY, code) ? GATEWAY[code] : no?.class
  const detail = `${code} ${textAt(body, 'error_message')}`.trim()
  return failure(kind ?? 'rejected', safe, detail, { code })
}

/** The service's own yes or no. Reads carry no `success`: there only a code says no. */
export const refusedByService = (answer: WireResponse, body: unknown, safe: boolean): Failure | undefined => {
  const [code, success] = [textAt(body, 'errorCode'), textAt(body, 'success')]
  const words = textAt(body, 'errorMessage') || textAt(body, 'errorMsg') || textAt(body, 'extErrorMessage')
  if (success === 'false' || (success !== 'true' && code !== '' && code !== '0'))
    return failure('rejected', safe, `${code} ${words}`.trim(), { code: code || 'refused' })
  return success === 'true' || safe ? undefined : unreadable(answer, safe)
}

/** Names for the field beside the code; a carrier that is not here goes by its code. */
export const CARRIER_NAMES: Readonly<Record<string, string>> = {
  SF: '顺丰速运',
  YTO: '圆通速递',
  ZTO: '中通快递',
  STO: '申通快递',
  YUNDA: '韵达快递',
  EMS: 'EMS',
  POSTB: '邮政快递包裹',
  HTKY: '极兔速递',
  DBKD: '德邦快递',
}
