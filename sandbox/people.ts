/** Invented receivers: names with emoji, minority names, long towns, numbers that lead with a zero. Nobody real. */
import type { Pick } from './platforms/platform.ts'
import type { Receiver } from './types.ts'

const NAMES = ['王小明', '欧阳·阿依古丽', '李雷🐟', '陳大文', '司马相如', '𠮷野家', "O'Brien 王", '赵钱孙李周吴郑王']
const PLACES = [
  ['浙江省', '杭州市', '余杭区', '仓前街道', '311121'],
  ['广东省', '深圳市', '南山区', '粤海街道', '518057'],
  ['北京市', '北京市', '朝阳区', '望京街道', '100102'],
  ['四川省', '成都市', '武侯区', '桂溪街道', '610041'],
  ['内蒙古自治区', '呼和浩特市', '新城区', '海拉尔东路街道', '010050'],
] as const
const STREETS = [
  '文一西路969号3幢 #5-12',
  '科技园南区 R2-B 4楼',
  '阜通东大街6号院（前台）',
  '天府大道中段1388号 <A座> & B座',
]

export const chinese = (pick: Pick): Receiver => {
  const [province, city, district, town, zip] = pick(PLACES)
  const phone = `13${pick(['8', '9', '5', '0'])}0${Array.from({ length: 7 }, () => pick([...'0123456789'])).join('')}`
  return { name: pick(NAMES), phone, country: 'CN', province, city, district, town, address: pick(STREETS), zip }
}

const ABROAD = [
  ['Steve Shipper', 'KY', 'Shippington', '123 Shipping Street', '40003', 'US'],
  ['Zoë Müller 🚲', 'CA', 'San José', '1 Infinite Loop, Apt #7', '95014', 'US'],
  ['Nguyễn Văn An', 'TX', 'Houston', '77 Bellaire Blvd', '77036', 'US'],
] as const

export const abroad = (pick: Pick): Receiver => {
  const [name, province, city, address, zip, country] = pick(ABROAD)
  const phone = `+1 555 01${Array.from({ length: 5 }, () => pick([...'0123456789'])).join('')}`
  return { name, phone, country, province, city, district: '', town: '', address, zip }
}
