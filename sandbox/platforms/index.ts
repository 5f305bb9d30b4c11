import { douyin } from './douyin.ts'
import { lazada } from './lazada.ts'
import type { Platform } from './platform.ts'
import { shopee } from './shopee.ts'
import { shopify } from './shopify.ts'
import { standard } from './standard.ts'
import { tiktok } from './tiktok.ts'

export const platforms: Readonly<Record<string, Platform>> = {
  douyin,
  lazada,
  shopee,
  shopify,
  standard,
  tiktok,
}
