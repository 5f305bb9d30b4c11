/** The facts that the program itself words, in Chinese. A partner's own words and names of things stay as they are. */

/** Facts of a problem or a timeline entry that may hold such words; the others name a SKU, a document, a warehouse. */
const WORDED: ReadonlySet<string> = new Set(['missing', 'kind', 'what', 'why', 'message', 'result', 'status', 'reason'])

const TOKENS: Readonly<Record<string, string>> = {
  name: '姓名',
  phone: '电话',
  address: '详细地址',
  province: '省份',
  cipher: '加密收件人',
  plain: '明文',
  masked: '打码',
  receiver: '收件人',
  notes: '备注',
  lines: '商品行',
  flag: '旗帜',
  presale: '预售',
  'custom fields': '自定义字段',
  'ship-by': '最晚发货时间',
  'may ship': '允许发货',
  'must not ship': '暂不许发货',
  trial: '试运行，核对后放行',
  observe: '观察模式，只记录不发货',
  reroute: '改仓',
  'stopped before it was sent': '推仓前已停止',
  'rerouted by hand': '人工改仓',
  'moved to another warehouse': '改到其他仓库',
  'last look': '推仓前复查',
  'last look: cancelled': '推仓前复查：已取消',
  'last look: refund': '推仓前复查：有退款',
  'last look: unshippable': '推仓前复查：平台暂不许发货',
  'finished at the platform': '平台上已完成',
  'shipped after it was proven stopped': '确认停发后仍出库',
  'already shipped': '已经出库',
  'not found yet': '暂未查到',
  'not shown yet': '暂未显示',
  'said to exist, but not found': '称已存在，但查不到',
  'out of time': '超时',
  'the platform has no order detail': '平台不提供订单详情查询',
  revoked: '授权被收回',
  exists: '对方称已存在',
  accepted: '已接单',
  picking: '拣货中',
  packed: '已打包',
  shipped: '已出库',
  delivered: '已签收',
  rejected: '拒单',
  cancelled: '已取消',
  exception: '异常',
  'status open': '状态：进行中',
  'status cancelled': '状态：已取消',
  'status finished': '状态：已完成',
  'payment paid': '已付款',
  'payment unpaid': '未付款',
  'payment deposit': '已付定金',
  'payment cod': '货到付款',
  'order detail': '订单详情',
  fetch: '查询订单',
  ship: '发货回传',
}

const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/^line (.+) is no longer to be shipped$/, '第 $1 行不再需要发货'],
  [/^the warehouse has it as (\w+)$/, '仓库中该单的状态：$1'],
]

/** `name, phone` → `姓名、电话`, if each part is a word of the program; else as it is. */
export const inChinese = (text: string): string => {
  const words = text.split(', ').map(wordInChinese)
  return wordInChinese(text) ?? (words.every((word) => word !== undefined) ? words.join('、') : text)
}

const wordInChinese = (text: string): string | undefined => {
  if (Object.hasOwn(TOKENS, text)) return TOKENS[text]
  const [phrase, chinese] = PHRASES.find(([pattern]) => pattern.test(text)) ?? []
  return phrase && chinese && text.replace(phrase, (_, part: string) => chinese.replace('$1', () => inChinese(part)))
}

/** A fact as it stands in a Chinese sentence. */
export const factInChinese = (name: string, fact: string | number): string =>
  WORDED.has(name) ? inChinese(String(fact)) : String(fact)
