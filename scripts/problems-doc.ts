/**
 * Writes `docs/problems.md` from `src/domain/problem.ts` (exceptions 异常) and `src/api/problem.ts` (refusals of the API),
 * with what happens by itself beside each. `node scripts/problems-doc.ts`; a test holds the page against this file.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { KINDS, type Kind } from '../src/api/problem.ts'
import { PROBLEMS, type ProblemCode } from '../src/domain/problem.ts'

export const FILE = join(import.meta.dirname, '..', 'docs', 'problems.md')

const COUNTED =
  "The sender gets 401 in its own dialect and nothing is stored. Connection, hour, reason, size and a hash are counted: `GET /api/v1/health` shows the last 24 hours. Before it refuses, the connection's secrets are read from the store once more (at most every 5 s), and the former secret still counts."
const UNPLACED =
  'Found anew at each look at the order; nothing is reserved while it stands. A new or changed warehouse makes the orders look again about 6 s later.'

/** What the program does without a person, and when the problem closes. */
const BY_ITSELF: Readonly<Record<ProblemCode, string>> = {
  signature_missing:
    'The sender gets 401 in its own dialect and nothing is stored. It is counted: `GET /api/v1/health` shows the last 24 hours.',
  signature_mismatch: COUNTED,
  signature_stale: COUNTED,
  payload_malformed:
    'The signature was right, so the message is acknowledged and kept with the exception. Retry reads it again, as the adapter reads it then. Of a message longer than about 300,000 characters once sealed only the beginning is kept: it cannot be retried.',
  shop_unknown: 'The message is acknowledged and kept with the exception, under the app. Retry reads it again.',
  sku_unknown:
    'Nothing of the order is reserved. Creating the SKU or the bundle, or mapping a listing with this code, makes the orders look again at once (5,000 a call).',
  sku_missing:
    'Nothing of the order is reserved. Mapping the listing makes its orders look again at once; so does a message of the platform with the code filled in.',
  receiver_incomplete:
    'Nothing is reserved. Closes when the platform sends a whole receiver, or a person completes it (`POST /api/v1/orders/{id}/receiver`).',
  receiver_unshippable: UNPLACED,
  cod_unsupported: UNPLACED,
  region_unserved: UNPLACED,
  no_warehouse: UNPLACED,
  order_empty: 'Closes when the platform sends lines, or cancels the order.',
  order_changed:
    'The warehouse keeps what it was told. Nothing more of the order is reserved or sent until a person answers. Override and retry both mean: it ships as it was. Reroute asks the warehouse to stop it; once that is proven, the new content goes to another one.',
  refund_requested:
    'Opened when goods that were to be stopped have shipped after all, or had shipped when their order was cancelled. The parcel is booked and told to the platform like any other.',
  cancel_failed:
    'The stock stays reserved. A parcel that ships is booked and closes it; so does a later report that the document is cancelled or rejected, which frees the stock. Retry asks to stop once more. Reroute counts the document as dead, on your word.',
  warehouse_rejected:
    'One refusal alone only moves the order to the next warehouse. This opens when no warehouse is left, or when one reports trouble with a document it has. Retry forgets who refused before. With no warehouse left it cannot be dismissed.',
  warehouse_silent:
    'Opened when the tries are used up: after 1½ to 3 hours, sooner near the ship-by time. The stock stays reserved and the order goes nowhere else. Any sign of the document (accepted, shipped) closes it. Retry asks first, then places. Reroute counts the document as dead, on your word. It cannot be dismissed.',
  duplicate_differs:
    'Nothing. The stock stays reserved. Retry asks again. Override takes the document there for ours. Reroute gives it up, on your word.',
  confirm_mismatch: 'What left is booked as the warehouse says it. Nothing more of the order is reserved or sent.',
  confirm_foreign: 'Nothing is booked. The order itself goes on.',
  document_unknown:
    "A callback that names only the warehouse's own number is looked up, and tried again for 6 to 13 minutes, since it may beat the answer to our own call. One of our numbers that no order of the shop has is told at once. The message is kept; retry reads it again.",
  short_shipped:
    'Opened 10 minutes after a final confirmation that left pieces out, since earlier confirmations may still be on their way. The rest of the reservation is free. Once answered, the missing pieces are wanted again and go to a warehouse.',
  stock_short:
    'Only facts from outside (a count, a correction, goods shipped unasked) can cause it. While it lasts nothing of that SKU is granted there; it closes when it is 0 again.',
  carrier_unmapped:
    "The write-back waits, the order goes on. Map the code in the shop's setting `carriers`, then retry.",
  writeback_refused: 'The order goes on. Nothing is told again until retry.',
  platform_silent:
    'Opened when the tries are used up, after 1½ to 3 hours. The call then waits for retry; a new message of the platform also fetches the order anew.',
  credential_refused:
    "Every call of that connection waits a minute, then is tried, without using up its tries. New credentials let them go at once. A call that succeeds later does not close the exception (a shown level of a listing does): press retry. After a platform's notice that access was revoked, everything waits until there are new credentials.",
  authorization_ending:
    'Opened seven days before the end. Everything goes on until then. Closes when the shop authorizes anew, or its credentials are entered again.',
  listing_refused: 'Closes with the next level of the listing that is taken. Retry shows the level again.',
  order_late:
    'Opened two hours before the ship-by time, if anything is still unshipped. It stops nothing. Closes when all has shipped or the time moves.',
  order_broken:
    'The order is set aside with its messages, and later ones queue behind them; every other order goes on. Opened by a fault in the program, by rows that the store refuses, or by a stock object that does not answer. Retry takes all of them again, in order.',
  parcel_not_collected:
    "Only of parcels that a tracker follows: opened when no first scan came within the tracker's `collectWithinHours` (24). It stops nothing. Closes with the first scan, or when the parcel arrives. Retry asks the tracker what it knows now, which is billed.",
  parcel_stuck:
    "Opened when the newest scan is older than the tracker's `stuckAfterDays` (3). It stops nothing. Closes with the next scan. Retry asks the tracker what it knows now, which is billed.",
  parcel_trouble:
    'Opened and closed by what the tracker says: it stands while the newest scan says so. It stops nothing. Retry asks the tracker what it knows now.',
  parcel_returned:
    'Opened when the tracker says that the parcel goes back to its sender. The order is not delivered by it. It stays until it is dismissed.',
  waybill_unknown:
    "A push about a waybill that no order of this merchant has is tried again for 6 to 13 minutes, since it may beat the warehouse's confirmation; then it is kept here, one exception a waybill however often it is pushed. Retry reads the message again.",
  tracking_refused:
    'One exception for a shop and a tracker, however many parcels it concerns; each of them says so in its shipment. Refused parcels are not asked for again until their order is retried. A tracker that stays silent is asked again every two hours. Closes with the next parcel that is taken.',
}

/** What a program that calls the API does about it. */
const ANSWERS: Readonly<Record<Kind, string>> = {
  unauthorized: 'Send `Authorization: Bearer <token>`. An owner makes tokens with `POST /api/v1/tokens`.',
  forbidden:
    'Use a token with the role that `detail` names, or of the merchant in question. Roles: viewer, operator, owner.',
  'not-found': 'Check the id. What belongs to another merchant than the token is not there.',
  'method-not-allowed': 'The header `Allow` lists the methods.',
  conflict: '`detail` says what stands in the way. Read the resource again.',
  stale: 'Read it again and repeat the change with the new `ETag` in `If-Match`.',
  'too-large': 'At most 1,000,000 bytes. Send several requests; lists have `/bulk` routes with up to 1,000 items.',
  'not-json': 'Send JSON in UTF-8.',
  invalid: '`errors` lists each field, its rule and what to send instead.',
  'key-reused': 'One `Idempotency-Key` is one request for 24 hours. Send a new key with a new request.',
  'under-way': 'The first request with this key has no answer yet. Repeat it after `Retry-After`.',
  unavailable: 'Repeat it after `Retry-After`, with the same `Idempotency-Key`. Nothing was lost.',
}

const DISPOSITIONS = {
  refuse: 'refused: the sender is told',
  park: "a person's turn",
} as const

export const problemsDoc = (): string => {
  const codes = Object.keys(PROBLEMS) as ProblemCode[]
  const kinds = Object.keys(KINDS) as Kind[]
  return `# Problems 异常

Made by \`node scripts/problems-doc.ts\`; do not edit. Two lists: what may be wrong with an order or a message, by the
\`code\` that exceptions carry, and what the API answers a caller, by the last part of \`type\`.

${['| code | 中文 | English |', '| --- | --- | --- |', ...codes.map(line)].join('\n')}

API: ${kinds.map((kind) => `[${kind}](#${kind})`).join(' · ')}

## Exceptions

Words in braces are filled in. Retry, dismiss and the other answers are buttons on the page and routes of the API:
\`POST /api/v1/exceptions/{id}/retry\`, \`…/dismiss\`, \`POST /api/v1/orders/{id}/retry\`, \`…/override\`, \`…/reroute\`.

${codes.map(section).join('\n')}
## Refusals of the API

RFC 9457 problem details, \`application/problem+json\`: \`type\`, \`title\`, \`status\`, \`detail\`, \`errors[{field, rule, fix}]\`.

${kinds.map((kind) => `### ${kind}\n\n${KINDS[kind].status}, ${KINDS[kind].title}. ${ANSWERS[kind]}\n`).join('\n')}`
}

const line = (code: ProblemCode): string => {
  const [zh, en] = PROBLEMS[code].says
  return `| [${code}](#${code}) | ${zh} | ${en} |`
}

const section = (code: ProblemCode): string => {
  const { says, fix, disposition } = PROBLEMS[code]
  return `### ${code}

${says[0]}。
${says[1]}.

- **做什么**：${fix[0]}。
- **What to do**: ${fix[1]}.
- **By itself** (${DISPOSITIONS[disposition]}): ${BY_ITSELF[code]}
`
}

if (process.argv[1] === import.meta.filename) writeFileSync(FILE, problemsDoc())
