/** The queue that Amazon's notifications lie in: SQS, by its JSON protocol. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html */
import type { z } from 'zod'
import type { Connection, Conversation } from '../../wire/adapter.ts'
import { type CodeTable, failure, jsonOf, refusedByStatus, shaped, textAt } from '../../wire/answer.ts'
import type { WireCall, WireResponse } from '../../wire/message.ts'
import { signedAwsCall } from '../../wire/sigv4.ts'

/** `__type` of an answer with status 400, without its namespace; all others are refusals. */
const CODES: CodeTable = {
  RequestThrottled: 'quota',
  ThrottlingException: 'quota',
  OverLimit: 'quota', // too many messages in flight
  AccessDeniedException: 'auth',
  ExpiredTokenException: 'auth',
  IncompleteSignature: 'auth',
  InvalidClientTokenId: 'auth',
  InvalidSecurity: 'auth',
  MissingAuthenticationToken: 'auth',
  SignatureDoesNotMatch: 'auth',
  UnrecognizedClientException: 'auth',
  InternalFailure: 'unknown',
  ServiceUnavailable: 'unknown',
}

/** The queue of the shop's settings: a URL of AWS, or a path under the base URL, where a relay stands. */
export const queueOf = ({ settings, baseUrl }: Connection): string | undefined => {
  const { queueUrl } = settings
  if (typeof queueUrl !== 'string' || queueUrl === '') return undefined
  return queueUrl.startsWith('/') ? baseUrl + queueUrl : queueUrl
}

/** AWS takes every call at the root of its host; a relay knows a queue by its URL. */
const AWS = /^(https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?)\//

interface Question<Schema> {
  readonly action: 'ReceiveMessage' | 'DeleteMessageBatch'
  readonly params: Record<string, unknown>
  readonly schema: Schema
  readonly safe?: boolean
}

export function* askQueue<Schema extends z.ZodType>(
  shop: Connection,
  queue: string,
  { action, params, schema, safe = false }: Question<Schema>,
): Conversation<z.output<Schema>> {
  const { awsAccessKeyId = '', awsSecretAccessKey = '' } = shop.app
  const [, root, region = 'us-east-1'] = AWS.exec(queue) ?? []
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}` }
  const body = JSON.stringify({ QueueUrl: queue, ...params })
  const call: WireCall = { method: 'POST', url: root === undefined ? queue : `${root}/`, headers, body, safe }
  const keys = { accessKeyId: awsAccessKeyId, secretAccessKey: awsSecretAccessKey }
  const answer = yield signedAwsCall(call, keys, { region, service: 'sqs' }, shop.now)
  const no = refused(answer, safe) ?? refusedByStatus(answer, safe)
  if (no) return no
  const read = jsonOf(answer)
  // An empty queue answers `{}`: only the id that AWS gives every request tells it from somebody else's page.
  return read === undefined || !answer.headers['x-amzn-requestid']
    ? failure('unknown', safe, `unreadable answer: ${answer.body}`)
    : shaped(schema, read)
}

const refused = (answer: WireResponse, safe: boolean) => {
  if (answer.status !== 400) return undefined
  const body = jsonOf(answer)
  const code = textAt(body, '__type').replace(/^.*#/, '')
  const detail = `${code} ${textAt(body, 'message') || textAt(body, 'Message')}`.trim()
  return code === '' ? undefined : failure(CODES[code] ?? 'rejected', safe, detail, { code })
}
