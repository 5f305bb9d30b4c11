/**
 * Expected failures. A problem says what is wrong, where, what was expected; its row in `PROBLEMS` says what to do
 * about it. A problem that waits for a person is an exception 异常. Texts in both languages: `docs/problems.md`.
 */
export type ProblemCode = keyof typeof PROBLEMS

/** One problem, as it is stored on an order or an exception. `facts` fill the sentence and hold no buyer's data. */
export interface Problem {
  readonly code: ProblemCode
  /** Where: a JSON path in the message, a field, a SKU, a document number. */
  readonly at?: string
  readonly facts?: Readonly<Record<string, string | number>>
}

/** What happens next by itself. `park`: a person's turn, with a button. `retry`: the lane tries again. `refuse`: the sender is told. */
export type Disposition = 'refuse' | 'retry' | 'park'

interface Row {
  readonly disposition: Disposition
  readonly zh: string
  readonly en: string
  readonly fixZh: string
  readonly fixEn: string
  /** May an operator with the right role release the order although the cause stands? */
  readonly overridable?: boolean
  /** `key` of the exception group: fix once, release many. */
  readonly group?: 'sku' | 'receiver' | 'connection'
}

export const PROBLEMS = {
  signature_missing: { disposition: 'refuse', zh: '请求没有签名（缺少 {header}）', en: 'The request carries no signature ({header} is missing)', fixZh: '检查平台后台填写的推送地址与密钥', fixEn: 'Check the push URL and secret entered at the platform' },
  signature_mismatch: { disposition: 'refuse', zh: '签名不正确', en: 'The signature does not match', fixZh: '核对密钥；刚更换密钥时把旧密钥保留一小时', fixEn: 'Check the secret; keep the old one for an hour after a change' },
  signature_stale: { disposition: 'refuse', zh: '请求时间超出允许范围（{seconds} 秒）', en: 'The request is too old or too new (window {seconds} s)', fixZh: '校准发送方的时钟', fixEn: "Set the sender's clock" },
  payload_malformed: { disposition: 'park', zh: '消息格式不正确：{at} {message}', en: 'The message is malformed at {at}: {message}', fixZh: '查看原文；修好后点重试', fixEn: 'Look at the raw text; press retry once it is understood', },
  shop_unknown: { disposition: 'park', zh: '应用推来的店铺 {shopKey} 没有登记', en: 'Shop {shopKey} of this app is not registered', fixZh: '登记店铺后点重试', fixEn: 'Register the shop, then press retry', group: 'connection' },
  sku_unknown: { disposition: 'park', zh: '商品编码 {sku} 没有对应的 SKU', en: 'Code {sku} matches no SKU', fixZh: '新建 SKU 或映射店铺商品，相关订单自动放行', fixEn: 'Create the SKU or map the listing; its orders are released by themselves', group: 'sku' },
  sku_missing: { disposition: 'park', zh: '第 {line} 行没有商品编码', en: 'Line {line} carries no SKU code', fixZh: '在平台补商家编码，或映射店铺商品', fixEn: "Fill in the seller's code at the platform, or map the listing", group: 'sku' },
  receiver_incomplete: { disposition: 'park', zh: '收件信息缺少：{missing}', en: 'The receiver lacks: {missing}', fixZh: '补全地址后放行', fixEn: 'Complete the address, then release' },
  receiver_unshippable: { disposition: 'park', zh: '没有仓库能用这种加密收件人（{kind}）发货', en: 'No warehouse can ship this kind of receiver ({kind})', fixZh: '启用支持该平台电子面单的仓库，或联系仓库开通', fixEn: "Enable a warehouse that prints this platform's e-waybills", group: 'receiver' },
  cod_unsupported: { disposition: 'park', zh: '没有仓库支持货到付款', en: 'No warehouse supports cash on delivery', fixZh: '换仓库或与买家改为在线支付', fixEn: 'Choose another warehouse, or agree on prepayment' },
  region_unserved: { disposition: 'park', zh: '没有仓库覆盖地区 {region}', en: 'No warehouse serves region {region}', fixZh: '在仓库设置里加入该地区', fixEn: "Add the region to a warehouse's settings" },
  no_warehouse: { disposition: 'park', zh: '没有可用仓库', en: 'No warehouse is available', fixZh: '启用仓库并登记其 SKU', fixEn: 'Enable a warehouse that carries these SKUs' },
  order_empty: { disposition: 'park', zh: '订单没有要发的商品', en: 'The order has nothing to ship', fixZh: '核对平台订单', fixEn: 'Check the order at the platform' },
  order_changed: { disposition: 'park', zh: '订单已推仓后被修改：{what}', en: 'The order changed after it was dispatched: {what}', fixZh: '取消仓库单后重推，或确认按原单发货', fixEn: 'Cancel at the warehouse and dispatch again, or confirm it ships as it was' },
  refund_requested: { disposition: 'park', zh: '买家申请退款，仓库已无法截停', en: 'The buyer asked for a refund and the warehouse can no longer stop', fixZh: '联系快递拦截或与买家协商', fixEn: 'Ask the carrier to intercept, or settle with the buyer' },
  cancel_failed: { disposition: 'park', zh: '仓库拒绝取消 {document}：{message}', en: 'The warehouse refused to cancel {document}: {message}', fixZh: '确认货物是否已出库，再人工处理', fixEn: 'Find out whether the goods have left, then decide' },
  warehouse_rejected: { disposition: 'park', zh: '仓库拒单：{message}', en: 'The warehouse rejected the order: {message}', fixZh: '按仓库说明修正后重推', fixEn: "Mend what the warehouse says, then dispatch again" },
  warehouse_silent: { disposition: 'park', zh: '仓库没有答复，无法确认 {document} 是否已接单', en: 'The warehouse does not answer; whether it has {document} is unknown', fixZh: '先向仓库核实，再重试或改仓', fixEn: 'Ask the warehouse first, then retry or move the order' },
  duplicate_differs: { disposition: 'park', zh: '仓库已有单号 {document}，内容与我们的不同', en: 'The warehouse already has {document} with other content', fixZh: '与仓库核对该单', fixEn: 'Compare that document with the warehouse' },
  confirm_mismatch: { disposition: 'park', zh: '仓库确认与发货单不符：{what}', en: 'The confirmation does not fit the fulfillment: {what}', fixZh: '与仓库核对实发数量', fixEn: 'Compare the shipped quantities with the warehouse' },
  confirm_foreign: { disposition: 'park', zh: '单号 {document} 不属于这个仓库', en: 'Document {document} does not belong to this warehouse', fixZh: '检查仓库的回调配置', fixEn: "Check the warehouse's callback set-up" },
  document_unknown: { disposition: 'park', zh: '仓库回传了未知单号 {document}', en: 'The warehouse reports an unknown document {document}', fixZh: '核对后忽略或登记', fixEn: 'Compare, then dismiss or book it' },
  short_shipped: { disposition: 'park', zh: '仓库少发：{what}', en: 'The warehouse shipped less than ordered: {what}', fixZh: '补发或退款', fixEn: 'Ship the rest or refund it' },
  stock_short: { disposition: 'park', zh: '账面不足：{sku} 在 {warehouse} 缺 {short}', en: '{sku} at {warehouse} is short by {short}', fixZh: '补货、调拨或取消订单', fixEn: 'Replenish, transfer or cancel orders' },
  carrier_unmapped: { disposition: 'park', zh: '快递编码 {carrier} 没有映射到平台', en: 'Carrier {carrier} has no code at the platform', fixZh: '映射快递编码后重试', fixEn: 'Map the carrier, then retry' },
  writeback_refused: { disposition: 'park', zh: '平台拒绝发货回传：{message}', en: 'The platform refused the shipment: {message}', fixZh: '按平台提示处理后重试', fixEn: 'Do as the platform says, then retry' },
  platform_silent: { disposition: 'park', zh: '平台没有答复（{what}）', en: 'The platform does not answer ({what})', fixZh: '稍后自动重试；也可立即重试', fixEn: 'It is tried again later; or retry now' },
  credential_refused: { disposition: 'park', zh: '{connection} 的授权失效：{message}', en: 'The credentials of {connection} are refused: {message}', fixZh: '更新授权后积压自动放行', fixEn: 'Renew them; what waits is released by itself', group: 'connection' },
  listing_refused: { disposition: 'park', zh: '平台拒绝更新库存 {listing}：{message}', en: 'The platform refused the stock of {listing}: {message}', fixZh: '检查店铺商品是否存在', fixEn: 'Check that the listing exists' },
  partner_unreachable: { disposition: 'retry', zh: '对方无法连接（{status}）', en: 'The partner cannot be reached ({status})', fixZh: '自动重试', fixEn: 'Tried again by itself' },
  order_late: { disposition: 'park', zh: '距最晚发货时间不足，仍未发货', en: 'The ship-by time is near and the order has not shipped', fixZh: '催仓库或改仓', fixEn: 'Urge the warehouse, or move the order' },
  order_broken: { disposition: 'park', zh: '处理此订单时程序出错', en: 'Handling this order failed inside the program', fixZh: '重试；再失败请上报编号', fixEn: 'Retry; if it fails again report its number' },
  held: { disposition: 'park', zh: '已挂起：{why}', en: 'On hold: {why}', fixZh: '放行', fixEn: 'Release', overridable: true },
  lane_refused: { disposition: 'park', zh: '通道 {lane} 的进度与数据库不一致，已停止', en: 'Lane {lane} disagrees with the database and has stopped', fixZh: '按 docs/architecture.md 的“恢复”一节处理', fixEn: 'Follow "Recovery" in docs/architecture.md' },
} as const satisfies Record<string, Row>

export const disposition = (problem: Problem): Disposition => PROBLEMS[problem.code].disposition

/** The sentence for a person, with its facts filled in. */
export const sentence = (problem: Problem, language: 'zh' | 'en'): string =>
  PROBLEMS[problem.code][language].replace(/\{(\w+)\}/g, (_, name: string) => String(name === 'at' ? (problem.at ?? '') : (problem.facts?.[name] ?? '?')))

/** What to do about it, in one line. */
export const fix = (problem: Problem, language: 'zh' | 'en'): string => PROBLEMS[problem.code][language === 'zh' ? 'fixZh' : 'fixEn']
