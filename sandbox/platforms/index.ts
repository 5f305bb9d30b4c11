import { douyin } from './douyin.ts'
import { kuaishou } from './kuaishou.ts'
import { pinduoduo } from './pinduoduo.ts'
import type { Platform } from './platform.ts'
import { shopify } from './shopify.ts'
import { standard } from './standard.ts'
import { taobao } from './taobao.ts'
import { weixin } from './weixin.ts'
import { xiaohongshu } from './xiaohongshu.ts'

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
