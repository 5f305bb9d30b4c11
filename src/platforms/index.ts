/** Every platform, one line each, in alphabetical order. */
import { douyin } from './douyin/index.ts'
import { pinduoduo } from './pinduoduo/index.ts'
import type { Platform } from './platform.ts'
import { shopify } from './shopify/index.ts'
import { standard } from './standard/index.ts'
import { taobao } from './taobao/index.ts'

export const platforms: Readonly<Record<string, Platform>> = {
  douyin,
  pinduoduo,
  shopify,
  standard,
  taobao,
}
