/** 富勒 FLUX: the WMS behind many cloud warehouses, 韵达云仓 among them; forms with signed data, in XML or JSON. */
import { ok } from '../../lib/result.ts'
import { xml } from '../../wire/ack.ts'
import { digest } from '../../wire/digest.ts'
import { fluxCallback, fluxData } from '../../wire/flux-signature.ts'
import { parseXml } from '../../wire/xml.ts'
import { built, defineWarehouse } from '../warehouse.ts'
import { CARRIERS } from './codes.ts'
import { normalize } from './normalize.ts'
import { outbound } from './outbound.ts'
import { Message } from './schema.ts'
import { Credentials, Options, Settings } from './settings.ts'

const says = (status: number, code: string, description: string, flag: string) =>
  xml(
    status,
    `<Response><return><returnCode>${code}</returnCode><returnDesc>${description}</returnDesc><returnFlag>${flag}</returnFlag></return></Response>`,
  )

export const flux = defineWarehouse({
  id: 'flux',
  name: { zh: '富勒', en: 'FLUX' },
  docs: 'https://www.flux.com.cn',
  proof: { live: false, restsOn: "two ERPs' clients and an OMS's server that speak it; digests computed by others" },
  baseUrl: '',
  credentials: Credentials,
  settings: Settings,
  receiverKinds: () => ['plain'],
  cod: (settings) => Options.parse(settings).cod,
  capabilities: {
    ...built('push', 'place', 'query', 'cancel', 'stock', 'stockReport', 'item', 'severalPackages', 'shortShip'),
    ...built('receipts', 'returns'),
    poll: { none: 'confirmations are pushed; its queries name one document or SKU (韵达OMS与FLUX WMS接口方案 v1.1)' },
    batchPlace: { notBuilt: 'putSOData takes several headers, but the flow places one document a call' },
    intercept: { unknown: 'searched in three clients and an OMS: none stops a parcel that has left' },
  },
  waybill: 'warehouse',
  cancel: 'sync',
  deduplicates: true,
  settleMs: 1_200_000,
  timeoutMs: 60_000,
  carriers: CARRIERS,
  inbound: {
    format: 'json',
    signature: fluxCallback(),
    // A retry carries a new timestamp beside the same data.
    deliveryId: (request) => digest('sha256', fluxData(request), 'hex'),
    bodyIsUnique: true,
    open: (request) => {
      const data = fluxData(request)
      const parsed = data.startsWith('<') ? parseXml(data) : ok(undefined)
      if (!parsed.ok) return parsed
      return ok(parsed.value === undefined ? data : JSON.stringify(parsed.value))
    },
    schema: Message,
    normalize,
    ack: { accepted: says(200, '0000', 'ok', '1'), refused: says(401, 'S001', '验签错误', '0') },
  },
  outbound,
})
