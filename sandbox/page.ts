/** The page at `/`: shops and warehouses with their counts, a button per shop. Plain HTML, Chinese first. */
import { summary } from './summary.ts'
import type { Answer } from './types.ts'
import type { World } from './world.ts'

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const cells = (values: readonly (string | number)[]): string =>
  values.map((value) => `<td>${escaped(String(value))}</td>`).join('')
const heads = (names: readonly string[]): string => `<tr>${names.map((name) => `<th>${name}</th>`).join('')}</tr>`

const STYLE = `body{font:15px/1.6 system-ui,"Noto Sans SC",sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1d2129}
table{border-collapse:collapse;width:100%;margin:.5rem 0 2rem}th,td{border-bottom:1px solid #e5e6eb;padding:.4rem .6rem;text-align:left;vertical-align:top}
th{font-weight:600;color:#4e5969}button{font:inherit;padding:.2rem .8rem;cursor:pointer}small{color:#86909c}`

const SCRIPT = `document.querySelectorAll('button[data-shop]').forEach((button) => button.addEventListener('click', async () => {
  button.disabled = true
  const answer = await fetch('/_control/orders', {method: 'POST', body: JSON.stringify({shopId: button.dataset.shop, count: 1})})
  const {ids, error} = await answer.json()
  document.querySelector('#said').textContent = error ?? (ids.length ? '已下单 Placed: ' + ids[0] : '无货可卖 Sold out')
  setTimeout(() => location.reload(), 1500)
}))`

export const page = (world: World): Answer => {
  const { shops, warehouses, latencies } = summary(world)
  const shopRows = shops.map(
    (shop) =>
      `<tr>${cells([shop.name, shop.platform, shop.orders, shop.acknowledged, shop.pending + shop.lost, shop.writebacks])}
       <td><small>${escaped(levels(shop.listings))}</small></td>
       <td><button data-shop="${escaped(shop.id)}">下一单 Place an order</button></td></tr>`,
  )
  const warehouseRows = warehouses.map(
    (one) =>
      `<tr>${cells([one.name, one.system, one.documents, one.duplicatedDocuments, one.shipped, one.cancelled, one.callbacks.acknowledged, one.callbacks.pending])}
       <td><small>${escaped(levels(one.onHand))}</small></td></tr>`,
  )
  const { pushToPlace } = latencies
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>沙箱 Sandbox · 仓桥 Cangqiao</title><style>${STYLE}</style>
<h1>沙箱 <small>Sandbox</small></h1>
<p>模拟的店铺与云仓，说真实的接口格式、用真实的签名。<br><small>Simulated shops and warehouses that speak the real wire formats with real signatures.</small></p>
<p id="said" role="status"></p>
<h2>店铺 <small>Shops</small></h2>
<table>${heads(['店铺 Shop', '平台 Platform', '订单 Orders', '已送达 Acknowledged', '未送达 Pending', '发货回传 Write-backs', '在售数量 Listed', ''])}${shopRows.join('')}</table>
<h2>云仓 <small>Warehouses</small></h2>
<table>${heads(['云仓 Warehouse', '系统 System', '单据 Documents', '重复单 Duplicated', '已发货 Shipped', '已取消 Cancelled', '回调已收 Callbacks', '回调待收 Pending', '库存 On hand'])}${warehouseRows.join('')}</table>
<p><small>推送到接单 push → warehouse: p50 ${pushToPlace.p50} ms, p95 ${pushToPlace.p95} ms, p99 ${pushToPlace.p99} ms (${pushToPlace.count})</small></p>
<script>${SCRIPT}</script></html>`,
  }
}

const SHOWN = 8
const levels = (quantities: Readonly<Record<string, number>>): string => {
  const all = Object.entries(quantities)
  const shown = all.slice(0, SHOWN).map(([sku, quantity]) => `${sku}: ${quantity}`)
  return all.length > SHOWN ? `${shown.join(', ')} … (${all.length})` : shown.join(', ')
}
