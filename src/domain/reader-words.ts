/** What the readers of messages (JSON, XML, schemas) find fault with, in Chinese. They speak English; paths and patterns stay. */

const TYPES: Readonly<Record<string, string>> = {
  array: '列表',
  string: '文本',
  number: '数字',
  int: '整数',
  object: '对象',
  record: '对象',
  boolean: '布尔值',
  null: 'null',
  undefined: '空缺',
  NaN: '非数字',
}

/** From the most particular to the least. Types in the groups are named in Chinese too. */
const FAULTS: readonly (readonly [RegExp, string])[] = [
  [/^Invalid input: expected (\w+), received undefined$/, '缺少此字段，应为$1'],
  [/^Invalid input: expected (\w+), received (\w+)$/, '应为$1，收到的是$2'],
  [/^Invalid input: expected (.+)$/, '应为 $1'],
  [/^Invalid input$/, '内容不符合要求'],
  [/^Invalid option: expected one of (.+)$/, '应为以下之一：$1'],
  [/^Invalid string: must match pattern (.+)$/, '文本应符合格式 $1'],
  [/^Invalid string: must start with (.+)$/, '文本应以 $1 开头'],
  [/^Invalid (?:ISO )?datetime$/, '不是有效的时间'],
  [/^Invalid URL$/, '不是有效的网址'],
  [/^Too small: expected string to have >=1 characters$/, '不能为空'],
  [/^Too small: expected string to have >=?(\d+) characters$/, '至少要 $1 个字符'],
  [/^Too big: expected string to have <=?(\d+) characters$/, '最多 $1 个字符'],
  [/^Too small: expected array to have >=?(\d+) items$/, '至少要 $1 项'],
  [/^Too big: expected array to have <=?(\d+) items$/, '最多 $1 项'],
  [/^Too small: expected \w+ to be >=(.+)$/, '不能小于 $1'],
  [/^Too small: expected \w+ to be >(.+)$/, '应大于 $1'],
  [/^Too big: expected \w+ to be <=(.+)$/, '不能大于 $1'],
  [/^Too big: expected \w+ to be <(.+)$/, '应小于 $1'],
  [/^no item$/, '没有任何商品'],
  [/^no parcel$/, '没有任何包裹'],
  [/^no time$/, '没有可读的时间'],
  [/^goods without a code$/, '商品没有编码'],
  [/^goods without a quantity$/, '商品没有数量'],
  [/^no waybill$/, '没有运单号'],
  [/^names no order$/, '没有写明订单'],
  [/^Invalid discriminator value\. Expected (.+)$/, '应为以下之一：$1'],
  [/^something follows the value$/, '内容结束后还有多余文字'],
  [/^a key is missing$/, '缺少键名'],
  [/^the key __proto__ is refused$/, '不接受键名 __proto__'],
  [/^a key comes twice$/, '键名重复'],
  [/^a colon is missing$/, '缺少冒号'],
  [/^nested deeper than (\d+)$/, '嵌套超过 $1 层'],
  [/^a comma or an end is missing$/, '缺少逗号或结尾括号'],
  [/^a text is not closed$/, '文本没有结尾引号'],
  [/^a text holds a control character$/, '文本中有控制字符'],
  [/^a word is not known$/, '有无法识别的词'],
  [/^an escape is not known$/, '有无法识别的转义'],
  [/^the text ends too early$/, '内容不完整'],
  [/^a value is missing$/, '缺少值'],
  [/^XML of more than (\d+) characters$/, 'XML 超过 $1 个字符'],
  [/^XML with a DOCTYPE or ENTITY is refused$/, '不接受带 DOCTYPE 或 ENTITY 的 XML'],
  [/^XML: text behind the root$/, 'XML 根元素之后还有文字'],
  [/^XML without a single root$/, 'XML 应有且只有一个根元素'],
  [/^XML nested deeper than (\d+), or with a reserved name$/, 'XML 嵌套超过 $1 层，或用了保留名称'],
  [/^XML: (\w+) in line (\d+)$/, 'XML 第 $2 行有误（$1）'],
]

/** A reader's message, or the place it names, in Chinese; as it is where no reader of ours says that. */
export const readerInChinese = (text: string): string => {
  if (text === '(body)') return '正文'
  const [, fault = text, character] = /^(.*) \(character (\d+)\)$/.exec(text) ?? []
  const found = FAULTS.find(([pattern]) => pattern.test(fault))
  if (!found) return text
  const chinese = fault.replace(found[0], (_, ...groups) => filled(found[1], groups))
  return character === undefined ? chinese : `${chinese}（第 ${character} 个字符）`
}

const filled = (chinese: string, groups: readonly unknown[]): string =>
  chinese.replace(/\$(\d)/g, (_, n: string) => typeInChinese(String(groups[Number(n) - 1])))

const typeInChinese = (word: string): string => (Object.hasOwn(TYPES, word) ? (TYPES[word] ?? word) : word)
