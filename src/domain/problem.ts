/**
 * Expected failures. A problem says what is wrong, where, what was expected; its row in `PROBLEMS` says what to do
 * about it. A problem that waits for a person is an exception 异常. Texts in both languages: `docs/problems.md`.
 */
import { factInChinese } from './chinese.ts'
import { PARCEL_PROBLEMS } from './problem-parcel.ts'
import { type Disposition, type Row, row } from './problem-row.ts'
import { readerInChinese } from './reader-words.ts'

export type { Disposition } from './problem-row.ts'

export type ProblemCode = keyof typeof PROBLEMS

/** One problem, as it is stored on an order or an exception. `facts` fill the sentence and hold no buyer's data. */
export interface Problem {
  readonly code: ProblemCode
  /** Where: a JSON path in the message, a field, a SKU, a document number. */
  readonly at?: string
  readonly facts?: Readonly<Record<string, string | number>>
}

export const PROBLEMS = {
  signature_missing: row(
    'refuse',
    ['请求没有签名（缺少 {header}）', 'The request carries no signature ({header} is missing)'],
    ['检查平台后台填写的推送地址与密钥', 'Check the push URL and secret entered at the platform'],
  ),
  signature_mismatch: row(
    'refuse',
    ['签名不正确', 'The signature does not match'],
    ['核对密钥；刚更换密钥时把旧密钥保留一小时', 'Check the secret; keep the old one for an hour after a change'],
  ),
  signature_stale: row(
    'refuse',
    ['请求时间超出允许范围（{seconds} 秒）', 'The request is too old or too new (window {seconds} s)'],
    ['校准发送方的时钟', "Set the sender's clock"],
  ),
  payload_malformed: row(
    'park',
    ['消息格式不正确：{at} {message}', 'The message is malformed at {at}: {message}'],
    ['查看原文；修好后点重试', 'Look at the raw text; press retry once it is understood'],
  ),
  shop_unknown: row(
    'park',
    ['应用推来的店铺 {shopKey} 没有登记', 'Shop {shopKey} of this app is not registered'],
    ['登记店铺后点重试', 'Register the shop, then press retry'],
    { group: 'connection' },
  ),
  sku_unknown: row(
    'park',
    ['商品编码 {sku} 没有对应的 SKU', 'Code {sku} matches no SKU'],
    [
      '新建 SKU 或映射店铺商品，相关订单自动放行',
      'Create the SKU or map the listing; its orders are released by themselves',
    ],
    { group: 'sku' },
  ),
  sku_missing: row(
    'park',
    ['第 {line} 行没有商品编码', 'Line {line} carries no SKU code'],
    ['在平台补商家编码，或映射店铺商品', "Fill in the seller's code at the platform, or map the listing"],
    { group: 'sku' },
  ),
  receiver_incomplete: row(
    'park',
    ['收件信息缺少：{missing}', 'The receiver lacks: {missing}'],
    ['补全地址后放行', 'Complete the address, then release'],
  ),
  receiver_unshippable: row(
    'park',
    ['没有仓库能用这种加密收件人（{kind}）发货', 'No warehouse can ship this kind of receiver ({kind})'],
    ['启用支持该平台电子面单的仓库，或联系仓库开通', "Enable a warehouse that prints this platform's e-waybills"],
    { group: 'receiver' },
  ),
  cod_unsupported: row(
    'park',
    ['没有仓库支持货到付款', 'No warehouse supports cash on delivery'],
    ['换仓库或与买家改为在线支付', 'Choose another warehouse, or agree on prepayment'],
  ),
  region_unserved: row(
    'park',
    ['没有仓库覆盖地区 {region}', 'No warehouse serves region {region}'],
    ['在仓库设置里加入该地区', "Add the region to a warehouse's settings"],
  ),
  no_warehouse: row(
    'park',
    ['没有可用仓库', 'No warehouse is available'],
    ['启用仓库并登记其 SKU', 'Enable a warehouse that carries these SKUs'],
  ),
  order_empty: row(
    'park',
    ['订单没有要发的商品', 'The order has nothing to ship'],
    ['核对平台订单', 'Check the order at the platform'],
  ),
  order_changed: row(
    'park',
    ['订单已推仓后被修改：{what}', 'The order changed after it was dispatched: {what}'],
    ['取消仓库单后重推，或确认按原单发货', 'Cancel at the warehouse and dispatch again, or confirm it ships as it was'],
  ),
  refund_requested: row(
    'park',
    ['买家申请退款，仓库已无法截停', 'The buyer asked for a refund and the warehouse can no longer stop'],
    ['联系快递拦截或与买家协商', 'Ask the carrier to intercept, or settle with the buyer'],
  ),
  cancel_failed: row(
    'park',
    ['仓库拒绝取消 {document}：{message}', 'The warehouse refused to cancel {document}: {message}'],
    ['确认货物是否已出库，再人工处理', 'Find out whether the goods have left, then decide'],
  ),
  warehouse_rejected: row(
    'park',
    ['仓库拒单：{message}', 'The warehouse rejected the order: {message}'],
    ['按仓库说明修正后重推', 'Mend what the warehouse says, then dispatch again'],
  ),
  warehouse_silent: row(
    'park',
    [
      '仓库没有答复，无法确认 {document} 是否已接单',
      'The warehouse does not answer; whether it has {document} is unknown',
    ],
    ['先向仓库核实，再重试或改仓', 'Ask the warehouse first, then retry or move the order'],
  ),
  duplicate_differs: row(
    'park',
    ['仓库已有单号 {document}，内容与我们的不同', 'The warehouse already has {document} with other content'],
    ['与仓库核对该单', 'Compare that document with the warehouse'],
  ),
  confirm_mismatch: row(
    'park',
    ['仓库确认与发货单不符：{what}', 'The confirmation does not fit the fulfillment: {what}'],
    ['与仓库核对实发数量', 'Compare the shipped quantities with the warehouse'],
  ),
  confirm_foreign: row(
    'park',
    ['单号 {document} 不属于这个仓库', 'Document {document} does not belong to this warehouse'],
    ['检查仓库的回调配置', "Check the warehouse's callback set-up"],
  ),
  document_unknown: row(
    'park',
    ['仓库回传了未知单号 {document}', 'The warehouse reports an unknown document {document}'],
    ['核对后忽略或登记', 'Compare, then dismiss or book it'],
  ),
  short_shipped: row(
    'park',
    ['仓库少发：{what}', 'The warehouse shipped less than ordered: {what}'],
    ['补发或退款', 'Ship the rest or refund it'],
  ),
  stock_short: row(
    'park',
    ['账面不足：{sku} 在 {warehouse} 缺 {short}', '{sku} at {warehouse} is short by {short}'],
    ['补货、调拨或取消订单', 'Replenish, transfer or cancel orders'],
  ),
  carrier_unmapped: row(
    'park',
    ['快递编码 {carrier} 没有映射到平台', 'Carrier {carrier} has no code at the platform'],
    ['映射快递编码后重试', 'Map the carrier, then retry'],
  ),
  writeback_refused: row(
    'park',
    ['平台拒绝发货回传：{message}', 'The platform refused the shipment: {message}'],
    ['按平台提示处理后重试', 'Do as the platform says, then retry'],
  ),
  platform_silent: row(
    'park',
    ['平台没有答复（{what}）', 'The platform does not answer ({what})'],
    ['多次重试无果；点重试再问一次', 'Several tries came to nothing; retry asks once more'],
  ),
  credential_refused: row(
    'park',
    ['{connection} 的授权失效：{message}', 'The credentials of {connection} are refused: {message}'],
    ['更新授权后积压自动放行', 'Renew them; what waits is released by itself'],
    { group: 'connection' },
  ),
  authorization_ending: row(
    'park',
    ['{connection} 的授权将于 {date} 到期', 'The authorization of {connection} ends on {date}'],
    ['到期前请店主重新授权', 'Have the shop authorize anew before that day'],
    { group: 'connection' },
  ),
  listing_refused: row(
    'park',
    ['平台拒绝更新库存 {listing}：{message}', 'The platform refused the stock of {listing}: {message}'],
    ['检查店铺商品是否存在', 'Check that the listing exists'],
  ),
  order_late: row(
    'park',
    ['距最晚发货时间不足，仍未发货', 'The ship-by time is near and the order has not shipped'],
    ['催仓库或改仓', 'Urge the warehouse, or move the order'],
  ),
  order_broken: row(
    'park',
    ['处理此订单时程序出错', 'Handling this order failed inside the program'],
    ['重试；再失败请上报编号', 'Retry; if it fails again report its number'],
  ),
  ...PARCEL_PROBLEMS,
} satisfies Record<string, Row>

export const disposition = (problem: Problem): Disposition => PROBLEMS[problem.code].disposition

/** The sentence for a person, with its facts filled in, those that the program words itself in the same language. */
export const sentence = (problem: Problem, language: 'zh' | 'en'): string =>
  PROBLEMS[problem.code].says[language === 'zh' ? 0 : 1].replace(/\{(\w+)\}/g, (_, name: string) => {
    const fact = name === 'at' ? (problem.at ?? '') : (problem.facts?.[name] ?? '?')
    if (language === 'en') return String(fact)
    return problem.code === 'payload_malformed' ? readerInChinese(String(fact)) : factInChinese(name, fact)
  })

/** What to do about it, in one line. */
export const fix = (problem: Problem, language: 'zh' | 'en'): string =>
  PROBLEMS[problem.code].fix[language === 'zh' ? 0 : 1]
