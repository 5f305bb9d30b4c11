/** Every platform, one line each, in alphabetical order. */
import { bigcommerce } from './bigcommerce/index.ts'
import { douyin } from './douyin/index.ts'
import { pinduoduo } from './pinduoduo/index.ts'
import type { Platform } from './platform.ts'
import { shopify } from './shopify/index.ts'
import { standard } from './standard/index.ts'
import { taobao } from './taobao/index.ts'
import { weimob } from './weimob/index.ts'
import { woocommerce } from './woocommerce/index.ts'
import { youzan } from './youzan/index.ts'

export const platforms: Readonly<Record<string, Platform>> = {
  bigcommerce,
  douyin,
  pinduoduo,
  shopify,
  standard,
  taobao,
  weimob,
  woocommerce,
  youzan,
}
