/** Every platform, one line each, in alphabetical order. */
import { douyin } from './douyin/index.ts'
import { kuaishou } from './kuaishou/index.ts'
import { pinduoduo } from './pinduoduo/index.ts'
import type { Platform } from './platform.ts'
import { shopify } from './shopify/index.ts'
import { standard } from './standard/index.ts'
import { taobao } from './taobao/index.ts'
import { weixin } from './weixin/index.ts'
import { xiaohongshu } from './xiaohongshu/index.ts'

export const platforms: Readonly<Record<string, Platform>> = {
  douyin,
  kuaishou,
  pinduoduo,
  shopify,
  standard,
  taobao,
  weixin,
  xiaohongshu,
}
