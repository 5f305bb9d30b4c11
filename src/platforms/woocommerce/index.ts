import { z } from 'zod'
import { empty } from '../../wire/ack.ts'
import { text } from '../../wire/message.ts'
import { signedBody } from '../../wire/signature.ts'
import { built } from '../capability.ts'
import { definePlatform, shopSettings } from '../platform.ts'
import { normalize } from './normalize.ts'
import { outbound, poll, probe } from './outbound.ts'
import { Body } from './schema.ts'
import { HOMES } from './tracking.ts'

const SIGNATURE = 'x-wc-webhook-signature'

export const woocommerce = definePlatform({
  id: 'woocommerce',
  name: { zh: 'WooCommerce', en: 'WooCommerce' },
  docs: 'https://woocommerce.github.io/woocommerce-rest-api-docs/',
  proof: {
    live: false,
    restsOn: "WooCommerce's own source code and documents; a signature computed outside this code",
  },
  scope: 'shop',
  baseUrl: '',
  credentials: {
    shop: z.object({
      secret: z
        .string()
        .min(1)
        .describe('WooCommerce → Settings → Advanced → Webhooks: Secret, the same for all topics'),
      consumerKey: z.string().min(1).describe('ck_…: WooCommerce → Settings → Advanced → REST API, read and write'),
      consumerSecret: z.string().min(1).describe('cs_…, shown once with the key'),
    }),
  },
  settings: shopSettings('https://… of the shop, without which nothing can be asked of it or told to it', {
    tracking: z.enum(HOMES).optional().describe('Where waybills are kept; absent: found out by asking the shop'),
    trackingLink: z
      .string()
      .optional()
      .describe('Link to a parcel of a carrier that the extension does not know, %1$s for the number'),
    completeOrder: z.boolean().optional().describe('Set the order to completed with its last parcel? Absent: yes'),
    notifyCustomer: z.boolean().optional().describe('Mail the buyer when a parcel leaves? Absent: yes'),
  }),
  needs: { tracking: ['baseUrl'], stock: ['baseUrl'] },
  capabilities: {
    ...built('push', 'poll', 'created', 'paid', 'changed', 'addressChanged', 'noteChanged', 'cancelled', 'refund'),
    ...built('detail', 'status', 'ship', 'partialShip', 'severalPackages', 'changeWaybill', 'stock', 'note'),
    deposit: {
      none: 'core knows no deposits (the list of statuses in its REST documents); extensions bring their own',
    },
    shipBy: { none: 'no deadline among the fields of an order in its REST documents' },
    revoked: { none: 'keys are deleted in the shop without a word; the next call is refused' },
    redact: { none: 'its personal data erasers have no webhook (topics in class-wc-webhook.php)' },
    authorization: {
      notBuilt:
        '/wc-auth/v1/authorize posts the keys to an address of ours, and a link here brings a code back; keys are entered by hand',
    },
  },
  carriers: {
    EMS: 'EMS',
    JD: 'JD Logistics',
    SF: 'SF Express',
    STO: 'STO Express',
    YTO: 'YTO Express',
    ZTO: 'ZTO Express',
  },
  anyCarrier: true,
  timeoutMs: 20_000,
  checklist: [
    {
      zh: '店铺必须是 https，且固定链接不是「朴素」（否则没有 /wp-json/）',
      en: 'The shop must be on https, with permalinks other than plain',
      who: 'merchant',
    },
    {
      zh: 'WooCommerce → 设置 → 高级 → REST API：添加读写密钥',
      en: 'Add a REST API key for reading and writing',
      who: 'merchant',
      link: 'https://woocommerce.com/document/woocommerce-rest-api/',
    },
    {
      zh: '同页 Webhook：为 order.created / updated / deleted / restored 各建一个，填推送地址和同一密钥',
      en: 'Add a webhook each for order.created, updated, deleted and restored, with the hook URL and one secret',
      who: 'merchant',
      link: 'https://woocommerce.com/document/webhooks/',
    },
    {
      zh: '在防火墙 / 安全插件中放行出口 IP 的 /wp-json/ 请求',
      en: 'Let the egress address through the firewall or security plugin',
      who: 'merchant',
    },
  ],
  probe,
  inbound: {
    format: 'json',
    signature: signedBody({ header: SIGNATURE, encoding: 'base64' }),
    // X-WC-Webhook-Delivery-ID is a hash of the hook and the second: two orders share it, one order twice does not.
    deliveryId: () => undefined,
    bodyIsUnique: true,
    topic: (request) => request.headers['x-wc-webhook-topic'] ?? '',
    schema: Body,
    normalize,
    /** A new webhook is saved only if this unsigned ping gets exactly 200. */
    challenge: ({ headers, body }) =>
      headers[SIGNATURE] === undefined && /^webhook_id=\d+$/.test(text(body)) ? empty(200) : undefined,
    ack: { accepted: empty(200), refused: empty(401) },
  },
  outbound,
  poll,
})
