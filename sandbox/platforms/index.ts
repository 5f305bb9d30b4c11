import { douyin } from './douyin.ts'
import type { Platform } from './platform.ts'
import { shopify } from './shopify.ts'
import { standard } from './standard.ts'
import { taobao } from './taobao.ts'

export const platforms: Readonly<Record<string, Platform>> = {
  douyin,
  shopify,
  standard,
  taobao,
}
