import { alibaba1688 } from './alibaba1688.ts'
import { amazon } from './amazon.ts'
import { douyin } from './douyin.ts'
import { jd } from './jd.ts'
import { kuaishou } from './kuaishou.ts'
import { lazada } from './lazada.ts'
import { pinduoduo } from './pinduoduo.ts'
import type { Platform } from './platform.ts'
import { shopee } from './shopee.ts'
import { shopify } from './shopify.ts'
import { standard } from './standard.ts'
import { taobao } from './taobao.ts'
import { tiktok } from './tiktok.ts'
import { weixin } from './weixin.ts'
import { xiaohongshu } from './xiaohongshu.ts'

export const platforms: Readonly<Record<string, Platform>> = {
  alibaba1688,
  amazon,
  douyin,
  jd,
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
