/** Qimen's words for carriers, platforms and states, and ours. */
import type { FulfillmentStatus } from '../../domain/fulfillment.ts'

/** Our carrier code → `logisticsCode`: ours are Qimen's own. */
export const CARRIERS: Readonly<Record<string, string>> = Object.fromEntries(
  'SF STO YTO ZTO YUNDA JD EMS EYB POSTB DBKD JTSD HTKY TTKDEX UC ZJS OTHER'.split(' ').map((code) => [code, code]),
)

/** 京邦达 is the carrier of JD. */
const ALIASES: Readonly<Record<string, string>> = { JBD: 'JD' }

/** WMSs put suffixes to their codes (`STO2`): what the table does not know goes on as it is, for the connection's own map. */
export const carrierOf = (code: string): { readonly carrier: string; readonly carrierSaid?: string } =>
  Object.hasOwn(ALIASES, code) ? { carrier: ALIASES[code] ?? code, carrierSaid: code } : { carrier: code }

/** Our platform id → `sourcePlatformCode`. There is none for Pinduoduo, Kuaishou, WeChat or Youzan; PP is Paipai, DD Dangdang. */
export const SOURCE_PLATFORMS: Readonly<Record<string, string>> = {
  ...{ taobao: 'TB', tmall: 'TM', '1688': '1688', jd: 'JD', douyin: 'DYXD', xiaohongshu: 'XHS', amazon: 'AMAZON' },
  '*': 'OTHERS',
}

/** Order types of parcels to buyers. Reports of others (purchases, transfers, returns) are not about our documents. */
export const PARCEL_TYPES: readonly string[] = ['JYCK', 'HHCK', 'BFCK', 'QTCK', 'PTCK']

/**
 * Order types whose goods are booked by a confirm of their own (entryorder.confirm, returnorder.confirm): a rise that a
 * stock change reports of one is the same goods again. A fall is booked all the same: too little can't be sold twice.
 */
export const ARRIVAL_TYPES: readonly string[] = 'SCRK LYRK CCRK CGRK DBRK QTRK B2BRK XTRK THRK HHRK'.split(' ')

/** `processStatus` of orderprocess.report and `status` of a delivery order. What is not here says nothing of our goods. */
export const STATES: Readonly<Record<string, FulfillmentStatus>> = {
  NEW: 'accepted', // 未开始处理
  ACCEPT: 'accepted', // 仓库接单
  PRINT: 'picking', // 打印
  PICK: 'picking', // 捡货
  CHECK: 'picking', // 复核
  PACKAGE: 'packed', // 打包
  WEIGH: 'packed', // 称重
  READY: 'packed', // 待提货
  PARTDELIVERED: 'packed', // 部分发货完成: what has left is said by the confirms
  DELIVERED: 'shipped', // 已发货; the parcels are in the confirm, not here
  SIGN: 'delivered', // 签收
  REJECT: 'rejected', // 仓库拒单
  CANCELED: 'cancelled', // 取消
  CLOSED: 'cancelled', // 关闭
  CANCELEDFAIL: 'picking', // 取消失败: it goes on
  EXCEPTION: 'exception', // 异常
  REFUSE: 'exception', // 买家拒签
  TMSCANCELED: 'exception', // 快递拦截: the parcel turns round
  TMSCANCELFAILED: 'exception', // 快递拦截失败: the parcel goes on although we asked to stop it
}

/** 正品. Other kinds (残次 CC, 机损 JS, 箱损 XS, 在途 ZT) are nothing that could be sold. */
export const good = (inventoryType: string | undefined): boolean =>
  inventoryType === undefined || inventoryType === 'ZP'
