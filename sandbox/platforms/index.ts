import { douyin } from './douyin.ts'
import { ebay } from './ebay.ts'
import { lazada } from './lazada.ts'
import { pinduoduo } from './pinduoduo.ts'
import type { Platform } from './platform.ts'
import { shopee } from './shopee.ts'
import { shopify } from './shopify.ts'
import { shoplazza } from './shoplazza.ts'
import { shopline } from './shopline.ts'
import { standard } from './standard.ts'
import { taobao } from './taobao.ts'
import { tiktok } from './tiktok.ts'

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
