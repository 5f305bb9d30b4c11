/** Every platform, one line each, in alphabetical order. */
import { alibaba1688 } from './alibaba1688/index.ts'
import { amazon } from './amazon/index.ts'
import { douyin } from './douyin/index.ts'
import { jd } from './jd/index.ts'
import { pinduoduo } from './pinduoduo/index.ts'
import type { Platform } from './platform.ts'
import { shopify } from './shopify/index.ts'
import { standard } from './standard/index.ts'
import { taobao } from './taobao/index.ts'

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
