/** The SQS queue that Amazon's notifications lie in: signed calls, receipts, messages that come again if nobody deletes them. */
import { createHash, createHmac } from 'node:crypto'
import { list, number, object, read, text } from '../json.ts'
import { same } from '../signatures.ts'
import type { Answer, Call, Fields, Order, Shop } from '../types.ts'
import type { World } from '../world.ts'
import { MARKETPLACE, stateOf } from './amazon-order.ts'
import type { Happening } from './platform.ts'

const TABLE =
  'CREATE TABLE IF NOT EXISTS amazon_queue (n INTEGER PRIMARY KEY, shop TEXT NOT NULL, body TEXT NOT NULL, hidden INTEGER NOT NULL, receipt TEXT NOT NULL)'

/** What becomes of a receiver or a note is told to nobody. */
export const notify = (order: Order, shop: Shop, what: Happening, world: World): void => {
  if (what === 'changed' || what === 'noted') return
  world.store.run(TABLE)
  const wish = what === 'refund_requested' || what === 'refund_withdrawn'
  const body = {
    NotificationVersion: '1.0',
    NotificationType: 'ORDER_CHANGE',
    PayloadVersion: '1.0',
    EventTime: new Date(Math.max(Date.now(), order.updatedAt + 1)).toISOString(),
    Payload: {
      OrderChangeNotification: {
        NotificationLevel: 'OrderLevel',
        SellerId: shop.credentials.sellerId,
        AmazonOrderId: order.id,
        OrderChangeType: wish ? 'BuyerRequestedChange' : 'OrderStatusChange',
        OrderChangeTrigger: {
          TimeOfOrderChange: new Date(order.updatedAt).toISOString(),
          ChangeReason: wish ? 'Buyer Requested Cancel' : null,
        },
        Summary: { MarketplaceId: MARKETPLACE, OrderStatus: stateOf(order), FulfillmentType: 'MFN' },
      },
    },
    NotificationMetadata: { NotificationId: `notification-${world.store.next('amazon_notification')}` },
  }
  world.store.run(
    "INSERT INTO amazon_queue (shop, body, hidden, receipt) VALUES (?, ?, 0, '')",
    shop.id,
    JSON.stringify(body),
  )
}

const sha = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex')
const mac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** Why AWS would not take the call; undefined: it would. */
export const unsigned = (call: Call, { awsAccessKeyId = '', awsSecretAccessKey = '' }: Fields, now: number) => {
  const [, id, day = '', region = '', names = '', given = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/sqs\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      call.headers.authorization ?? '',
    ) ?? []
  if (id !== awsAccessKeyId) return 'InvalidClientTokenId'
  const time = call.headers['x-amz-date'] ?? ''
  const at = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  const signed = names.split(';')
  if (!time.startsWith(day) || !(Math.abs(now - at) <= 300_000)) return 'SignatureDoesNotMatch'
  if (!['host', 'x-amz-date', 'x-amz-target'].every((name) => signed.includes(name))) return 'SignatureDoesNotMatch'
  const headers = signed.map((name) => `${name}:${(call.headers[name] ?? '').trim()}\n`).join('')
  const path = call.url.pathname.split('/').map(encodeURIComponent).join('/')
  const canonical = `${call.method}\n${path}\n\n${headers}\n${names}\n${sha(call.body)}`
  const scope = `${day}/${region}/sqs/aws4_request`
  const key = mac(mac(mac(mac(`AWS4${awsSecretAccessKey}`, day), region), 'sqs'), 'aws4_request')
  const wanted = mac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha(canonical)}`).toString('hex')
  return same(wanted, given) ? undefined : 'SignatureDoesNotMatch'
}

const answer = (status: number, body: unknown): Answer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'sandbox' },
  body: JSON.stringify(body),
})
export const fault = (status: number, type: string): Answer =>
  answer(status, { __type: `com.amazonaws.sqs#${type}`, message: type })

interface Row {
  readonly n: number
  readonly body: string
}

export const serveQueue = (call: Call, shop: Shop, world: World): Answer => {
  world.store.run(TABLE)
  const body = object(read(call.body.toString('utf8')))
  if (call.headers['x-amz-target'] === 'AmazonSQS.ReceiveMessage') return receive(body, shop, world)
  const entries = list(body.Entries).map(object)
  if (entries.length === 0 || entries.length > 10) return fault(400, 'TooManyEntriesInBatchRequest')
  for (const { ReceiptHandle } of entries)
    world.store.run('DELETE FROM amazon_queue WHERE shop = ? AND receipt = ?', shop.id, text(ReceiptHandle))
  return answer(200, { Successful: entries.map(({ Id }) => ({ Id })), Failed: [] })
}

const receive = (body: ReturnType<typeof object>, shop: Shop, world: World): Answer => {
  const now = Date.now()
  const rows = world.store.all<Row>(
    'SELECT n, body FROM amazon_queue WHERE shop = ? AND hidden <= ? ORDER BY n LIMIT ?',
    shop.id,
    now,
    Math.min(10, number(body.MaxNumberOfMessages, 1)),
  )
  const Messages = rows.map(({ n, body: Body }) => {
    const ReceiptHandle = `receipt-${n}-${now}`
    const until = now + number(body.VisibilityTimeout, 30) * 1000
    world.store.run('UPDATE amazon_queue SET hidden = ?, receipt = ? WHERE n = ?', until, ReceiptHandle, n)
    return { MessageId: `message-${n}`, ReceiptHandle, Body }
  })
  return answer(200, Messages.length > 0 ? { Messages } : {})
}
