/** Every platform, one line each, in alphabetical order. */
import { douyin } from './douyin/index.ts'
import { ebay } from './ebay/index.ts'
import { lazada } from './lazada/index.ts'
import { pinduoduo } from './pinduoduo/index.ts'
import type { Platform } from './platform.ts'
import { shopee } from './shopee/index.ts'
import { shopify } from './shopify/index.ts'
import { shoplazza } from './shoplazza/index.ts'
import { shopline } from './shopline/index.ts'
import { standard } from './standard/index.ts'
import { taobao } from './taobao/index.ts'
import { tiktok } from './tiktok/index.ts'

export const platforms: Readonly<Record<string, Platform>> = {
  douyin,
  ebay,
  lazada,
  pinduoduo,
  shopee,
  shopify,
  shoplazza,
  shopline,
  standard,
  taobao,
  tiktok,
}
