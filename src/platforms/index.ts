/** Every platform, one line each, in alphabetical order. */
import { douyin } from './douyin/index.ts'
import { kuaishou } from './kuaishou/index.ts'
import { lazada } from './lazada/index.ts'
import { pinduoduo } from './pinduoduo/index.ts'
import type { Platform } from './platform.ts'
import { shopee } from './shopee/index.ts'
import { shopify } from './shopify/index.ts'
import { standard } from './standard/index.ts'
import { taobao } from './taobao/index.ts'
import { tiktok } from './tiktok/index.ts'
import { weixin } from './weixin/index.ts'
import { xiaohongshu } from './xiaohongshu/index.ts'

export const platforms: Readonly<Record<string, Platform>> = {
  douyin,
  kuaishou,
  lazada,
  pinduoduo,
  shopee,
  shopify,
  standard,
  taobao,
  tiktok,
  weixin,
  xiaohongshu,
}
