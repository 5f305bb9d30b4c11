import { bigcommerce } from './bigcommerce.ts'
import { douyin } from './douyin.ts'
import type { Platform } from './platform.ts'
import { shopify } from './shopify.ts'
import { standard } from './standard.ts'
import { weimob } from './weimob.ts'
import { woocommerce } from './woocommerce.ts'
import { youzan } from './youzan.ts'

export const platforms: Readonly<Record<string, Platform>> = {
  bigcommerce,
  douyin,
  shopify,
  standard,
  weimob,
  woocommerce,
  youzan,
}
