import { douyin } from './douyin.ts'
import { pinduoduo } from './pinduoduo.ts'
import type { Platform } from './platform.ts'
import { shopify } from './shopify.ts'
import { standard } from './standard.ts'
import { taobao } from './taobao.ts'

export const platforms: Readonly<Record<string, Platform>> = {
  douyin,
  pinduoduo,
  shopify,
  standard,
  taobao,
}
