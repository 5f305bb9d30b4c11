/**
 * Does a warehouse say, in its own words, that it has no such document? Chinese systems have no code for it, and this is
 * taken as proof that a parcel will not leave: so the sentence must name the document, and nothing else that could be missing.
 */
const ABSENT = /(?:单据|订单|出库单|发货单|单号|order).{0,30}(?:不存在|未找到|没有找到|找不到|not (?:exist|found))/i
const OF_OTHERS = /货主|仓库|商品|货品|客户|店铺|owner|warehouse|item|customer/i

export const namesAbsence = (sentence: string): boolean => ABSENT.test(sentence) && !OF_OTHERS.test(sentence)
