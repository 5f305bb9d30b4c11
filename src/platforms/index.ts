/** Every platform, one line each, in alphabetical order. */
import { amazon } from './amazon/index.ts'
import { douyin } from './douyin/index.ts'
import { jd } from './jd/index.ts'
import type { Platform } from './platform.ts'
import { shopify } from './shopify/index.ts'
import { standard } from './standard/index.ts'

export const platforms: Readonly<Record<string, Platform>> = {
  amazon,
  douyin,
  jd,
  shopify,
  standard,
}
