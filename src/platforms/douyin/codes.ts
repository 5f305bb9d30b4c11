/** 抖店's answers → our classes. https://op.jinritemai.com/docs/guide-docs/212/1427 and the tables under each API there. */
import { type CodeTable, type Failure, failure, jsonOf, textAt } from '../../wire/answer.ts'
import type { WireResponse } from '../../wire/message.ts'

const CODES: CodeTable = {
  '10001': 'unknown', // 请求部分失败
  '20000': 'unknown', // 系统错误, 服务不可用
  '20001': 'unknown', // 内部服务超时
  '30001': 'auth', // 操作权限不足: 店铺授权已失效或被关闭, 应用被禁用
  '30002': 'auth', // 请求来源 IP 不在白名单内
  '50001': 'unknown', // 平台处理失败
  '60000': 'quota', // 触发限流
  '90000': 'unknown', // 其他异常
  // 40001 to 40004 参数, 50002 业务处理失败, 70000 接口已下线, 80000 安全错误: rejected, unless the sub code knows better
}

const BUSY = (...numbers: readonly number[]): CodeTable =>
  Object.fromEntries(numbers.map((number) => [`isv.business-failed:${number}`, 'retry']))

const SUB_CODES: CodeTable = {
  'isv.app-permissions-insufficient': 'rejected', // 应用无权限调用该接口: this API alone
  'isv.access-token-missing': 'auth',
  'isv.access-token-expired': 'auth',
  'isv.access-token-no-existed': 'auth',
  'isv.access-token-invalid': 'auth', // app_key 和 access_token 不匹配
  'isv.app-id-missing': 'auth',
  'isv.app-id-invalid': 'auth',
  'isv.app-id-expired': 'auth',
  'isv.signature-missing': 'auth',
  'isv.signature-invalid': 'auth', // the app secret is wrong
  'isv.authorization-type-invalid': 'auth', // 授权主体不匹配
  'isv.business-failed:60110': 'exists', // 订单已发货，不允许再次执行发货
  'isv.parameter-invalid:40004': 'retry', // 获取区域仓失败: 超时导致，重试即可
  'isv.business-failed:60109': 'retry', // 订单正在风控审核中，时效 1~2 小时
  // 系统繁忙，请稍后重试 and the like; of the detail (20004, 20045, 20055), of the stock (2010401), of shipping (the rest)
  ...BUSY(8888, 20004, 20045, 20055, 60106, 60114, 60118, 60121, 60124, 60125, 60132, 70009, 70011, 2010401),
}

/** A risk check takes one to two hours. */
const REVIEW_MS = 1_800_000

export const refused = (answer: WireResponse, safe: boolean): Failure | undefined => {
  const body = jsonOf(answer)
  const [code = '', sub = '', message = '', words = ''] = ['code', 'sub_code', 'sub_msg', 'msg'].map((one) =>
    textAt(body, one),
  )
  if (code === '10000') return undefined
  const kind = code === '' ? 'unknown' : (SUB_CODES[sub] ?? CODES[code] ?? 'rejected')
  const after = sub.endsWith(':60109') ? { after: REVIEW_MS } : {}
  return failure(kind, safe, `${sub || code} ${message || words || answer.body}`.trim(), {
    code: sub || code,
    ...after,
  })
}
