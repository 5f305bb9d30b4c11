/** 微信's answers → our classes. https://developers.weixin.qq.com/doc/store/shop/API/apimgnt (返回码) and the tables under each API. */
import { type Failure, jsonOf, refusedByField, refusedByStatus } from '../../wire/answer.ts'
import type { WireResponse } from '../../wire/message.ts'

const byField = refusedByField({
  field: 'errcode',
  success: ['0'],
  message: ['errmsg'],
  codes: {
    '-1': 'unknown', // 系统繁忙，此时请开发者稍候再试
    '40001': 'auth', // access_token 无效, 或 AppSecret 错误
    '40013': 'auth', // 不合法的 AppID
    '40014': 'auth', // 不合法的 access_token
    '40125': 'auth', // 不合法的 AppSecret
    '40164': 'auth', // 调用接口的 IP 不在白名单中
    '41001': 'auth', // 缺少 access_token
    '42001': 'auth', // access_token 超时
    '42007': 'auth', // access_token 已失效
    '45009': 'quota', // 调用超过当日限额
    '45011': 'quota', // 调用太频繁，请稍候再试
    '109001': 'exists', // 已经发货
    // 48001 无权限调用该 API, 100002 订单不存在, 101100 订单状态错误, 108009 订单在售后中, 109000 发货失败, 606034 须由指定服务商发货: rejected
  },
})

/** An answer that brings what was asked for may leave the code out, as that of the token does. */
export const refused = (answer: WireResponse, safe: boolean, brings?: string): Failure | undefined => {
  const body = jsonOf(answer)
  const brought = brings !== undefined && typeof body === 'object' && body !== null && Object.hasOwn(body, brings)
  return refusedByStatus(answer, safe) ?? (brought ? undefined : byField(body, safe))
}
