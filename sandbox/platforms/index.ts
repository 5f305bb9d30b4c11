import { alibaba1688 } from './alibaba1688.ts'
import { amazon } from './amazon.ts'
import { douyin } from './douyin.ts'
import { jd } from './jd.ts'
import { pinduoduo } from './pinduoduo.ts'
import type { Platform } from './platform.ts'
import { shopify } from './shopify.ts'
import { standard } from './standard.ts'
import { taobao } from './taobao.ts'

export const platforms: Readonly<Record<string, Platform>> = {
  alibaba1688,
  amazon,
  douyin,
  jd,
  pinduoduo,
  shopify,
  standard,
  taobao,
}
