/** Every platform, one line each, in alphabetical order. */
import { alibaba1688 } from './alibaba1688/index.ts'
import { amazon } from './amazon/index.ts'
import { bigcommerce } from './bigcommerce/index.ts'
import { douyin } from './douyin/index.ts'
import { ebay } from './ebay/index.ts'
import { jd } from './jd/index.ts'
import { kuaishou } from './kuaishou/index.ts'
import { lazada } from './lazada/index.ts'
import { pinduoduo } from './pinduoduo/index.ts'
import type { Platform } from './platform.ts'
import { shopee } from './shopee/index.ts'
import { shopify } from './shopify/index.ts'
import { shoplazza } from './shoplazza/index.ts'
import { shopline } from './shopline/index.ts'
import { standard } from './standard/index.ts'
import { taobao } from './taobao/index.ts'
import { tiktok } from './tiktok/index.ts'
import { weimob } from './weimob/index.ts'
import { weixin } from './weixin/index.ts'
import { woocommerce } from './woocommerce/index.ts'
import { xiaohongshu } from './xiaohongshu/index.ts'
import { youzan } from './youzan/index.ts'

export const platforms: Readonly<Record<string, Platform>> = {
  alibaba1688,
  amazon,
  bigcommerce,
  douyin,
  ebay,
  jd,
  kuaishou,
  lazada,
  pinduoduo,
  shopee,
  shopify,
  shoplazza,
  shopline,
  standard,
  taobao,
  tiktok,
  weimob,
  weixin,
  woocommerce,
  xiaohongshu,
  youzan,
}
