import { alibaba1688 } from './alibaba1688.ts'
import { amazon } from './amazon.ts'
import { bigcommerce } from './bigcommerce.ts'
import { douyin } from './douyin.ts'
import { ebay } from './ebay.ts'
import { jd } from './jd.ts'
import { kuaishou } from './kuaishou.ts'
import { lazada } from './lazada.ts'
import { pinduoduo } from './pinduoduo.ts'
import type { Platform } from './platform.ts'
import { shopee } from './shopee.ts'
import { shopify } from './shopify.ts'
import { shoplazza } from './shoplazza.ts'
import { shopline } from './shopline.ts'
import { standard } from './standard.ts'
import { taobao } from './taobao.ts'
import { tiktok } from './tiktok.ts'
import { weimob } from './weimob.ts'
import { weixin } from './weixin.ts'
import { woocommerce } from './woocommerce.ts'
import { xiaohongshu } from './xiaohongshu.ts'
import { youzan } from './youzan.ts'

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
