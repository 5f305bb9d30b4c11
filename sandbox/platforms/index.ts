import { bigcommerce } from './bigcommerce.ts'
import { douyin } from './douyin.ts'
import { pinduoduo } from './pinduoduo.ts'
import type { Platform } from './platform.ts'
import { shopify } from './shopify.ts'
import { standard } from './standard.ts'
import { taobao } from './taobao.ts'
import { weimob } from './weimob.ts'
import { woocommerce } from './woocommerce.ts'
import { youzan } from './youzan.ts'

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
