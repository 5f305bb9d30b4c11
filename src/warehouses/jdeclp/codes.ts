/** 京东's words for carriers, platforms and answers, and ours. */
import type { FailureClass } from '../../wire/answer.ts'

/** Our carrier code → `shipperNo`. */
export const CARRIERS: Readonly<Record<string, string>> = {
  JD: 'CYS0000010',
  YTO: 'CYS4398046511127',
  ZTO: 'CYS4418046511112',
  YUNDA: 'CYS4418046511108',
  EMS: 'CYS4418046511224',
}

/** Our platform id → `salePlatformSource`. 1 京东, 2 天猫, 8 淘宝, 6 其他. */
export const PLATFORM_SOURCES: Readonly<Record<string, string>> = { jd: '1', tmall: '2', taobao: '8', '*': '6' }

export const PACKED = '10018' // 打包
// 10019 is 出库: which of the two counts as left is a setting.
export const CANCELLED = '10028' // 取消成功; 10029 取消失败 means that it goes on

/** `code` of an `error_response`: the gateway's table. A code that is not here is the service's own no. */
export const CODES: Readonly<Record<string, FailureClass>> = {
  '2': 'quota', // 限制时间内调用失败次数
  '3': 'auth', // 请求被禁止
  '8': 'auth', // 非法的时间戳参数
  '11': 'auth', // 缺少签名参数
  '12': 'auth', // 无效签名
  '18': 'auth', // 缺少 access_token 参数
  '19': 'auth', // 无效 access_token
  '20': 'auth', // 缺少 app_key 参数
  '21': 'auth', // 无效 app_key
  '22': 'auth', // 授权者不是商家
  '23': 'retry', // 该 API 已经停用
  '24': 'auth', // 无权调用 API
  '25': 'auth', // 此应用不是上线状态
  '43': 'unknown', // 系统处理错误
  '65': 'unknown', // 平台连接后端服务超时
  '66': 'unknown', // 平台连接后端服务不可用: whether it was reached, nobody says
  '67': 'unknown', // 平台连接后端服务处理过程中出现未知异常信息
  '69': 'unknown', // 获取数据失败
}

/** What a sentence says more than its code; looked for first. */
export const WORDS: readonly (readonly [RegExp, FailureClass])[] = [
  [/限流|频繁|超过.{0,8}(?:次数|频率)/, 'quota'],
  [/已存在|重复(?:推送|提交|下单|创建|单号)|isvUUID.{0,6}重复/i, 'exists'],
  [/超时|timed? ?out|稍[后候]|繁忙|系统(?:异常|错误)/i, 'unknown'],
]

/** The end of the pages of `queryVmiShopStockFlow` is this error and no empty list. */
export const NO_MORE_FLOW = /库存流水\s*信息为空/
