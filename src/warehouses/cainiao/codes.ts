/** Cainiao's words for carriers, platforms and states, and ours. */
import type { FulfillmentStatus } from '../../domain/fulfillment.ts'

/** Our carrier code → `tms_code`: Cainiao's are Taobao's, and so are ours. */
export const CARRIERS: Readonly<Record<string, string>> = Object.fromEntries(
  'SF STO YTO ZTO YUNDA EMS EYB POSTB DBKD HTKY TTKDEX UC ZJS'.split(' ').map((code) => [code, code]),
)

/** Our platform id → `orderSource`. 213 天猫, 201 淘宝, 214 京东, 202 阿里中文站, 204 亚马逊中国, 301 其他. */
export const ORDER_SOURCES: Readonly<Record<string, string>> = {
  ...{ tmall: '213', taobao: '201', jd: '214', '1688': '202', amazon: '204', '*': '301' },
}

/** 201 销售出库, 502 换货出库, 503 补发出库: parcels to buyers. All other types are none of our documents. */
export const PARCEL_TYPES: readonly string[] = ['201', '502', '503']
/** 盘点出库（盘亏） and 盘点入库（盘盈）: all of one document has the same sign. */
export const COUNT_SIGNS: Readonly<Record<string, 1 | -1>> = { '701': -1, '702': 1 }

/** `status` of WMS_ORDER_STATUS_UPLOAD and of `wlb.wms.consign.bill.get`. What is not here says nothing of our goods. */
export const STATES: Readonly<Record<string, FulfillmentStatus>> = {
  WMS_ACCEPT: 'accepted', // 接单
  WMS_PRINT: 'picking', // 打印
  WMS_PICK: 'picking', // 拣货
  WMS_CHECK: 'picking', // 复核
  WMS_PACKAGE: 'packed', // 打包
  WMS_CONSIGN: 'shipped', // 发货; the parcels are in the confirm, not here
  WMS_CONFIRMED: 'shipped', // 仓库生产完成
  WMS_REJECT: 'rejected', // 拒单
  WMS_CANCEL: 'cancelled', // 取消仓库发货
  WMS_ORDER_CANCELED: 'cancelled', // 订单已取消
  WMS_FAILED: 'exception', // 订单发货失败: why, and whether for good, it does not say
  WMS_LACK: 'exception', // 缺货
  WMS_ERROR: 'exception',
  TMS_SIGN: 'delivered', // 买家签收
  TMS_REJECT: 'exception', // 买家拒签
  TMS_CANCEL: 'exception', // 拦截派送
}

/** 1 正品. 101 残次, 102 机损, 103 箱损, 201 冻结 and 301 在途 are nothing that could be sold. */
export const good = (inventoryType: string | undefined): boolean => inventoryType === undefined || inventoryType === '1'
