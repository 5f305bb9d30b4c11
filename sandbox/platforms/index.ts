import { amazon } from './amazon.ts'
import { douyin } from './douyin.ts'
import { jd } from './jd.ts'
import type { Platform } from './platform.ts'
import { shopify } from './shopify.ts'
import { standard } from './standard.ts'

export const platforms: Readonly<Record<string, Platform>> = {
  amazon,
  douyin,
  jd,
  shopify,
  standard,
}
