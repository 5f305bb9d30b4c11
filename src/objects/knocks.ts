/** What a queue rings for besides jobs: polls and tokens. A lost knock costs a minute: the clock knocks again. */
import type { Env } from '../env.ts'
import { pollOnce } from '../flow/poll.ts'
import { longestAhead, refreshByClock } from '../flow/tokens.ts'
import type { Doorbell, Knock } from '../lane/ports.ts'
import { platforms } from '../platforms/index.ts'
import { endingAuthorizations, endingTokens } from '../store/write/grants.ts'
import { beginPolls, connectionsToPoll, duePolls } from '../store/write/polls.ts'
import { warehouses } from '../warehouses/index.ts'
import { appendTo, report } from './neighbours.ts'
import { dispatchPorts, pollPorts } from './ports.ts'

export const isDoorbell = (message: Doorbell | Knock): message is Doorbell => 'lane' in message

const MINUTE = 60_000
const DAY = 86_400_000
const AT_ONCE = 500

/** Every minute: what is due by the clock is rung for. */
export const knockByClock = async (env: Env, now: number): Promise<void> => {
  await beginNewPolls(env, now)
  const knocks: Knock[] = [
    ...(await duePolls(env.DB, now, AT_ONCE)).map((poll) => ({ poll })),
    ...(await endingTokens(env.DB, now + longestAhead(), now)).map((token) => ({ token })),
  ]
  for (let i = 0; i < knocks.length; i += 100)
    await env.DISPATCH_QUEUE.sendBatch(knocks.slice(i, i + 100).map((body) => ({ body })))
}

const beginNewPolls = async (env: Env, now: number): Promise<void> => {
  const polling = [...Object.values(platforms), ...Object.values(warehouses)].filter(({ poll }) => poll)
  const names = (all: Readonly<Record<string, unknown>>): string[] =>
    polling.map(({ id }) => id).filter((id) => id in all)
  const found = await connectionsToPoll(env.DB, names(platforms), names(warehouses))
  const fresh = found.map(({ lane, merchantId, kind, createdAt }) => {
    const { poll } = (lane.startsWith('shop:') ? platforms[kind] : warehouses[kind]) ?? {}
    return { lane, merchantId, fromAt: createdAt - (poll?.overlapMs ?? 0), gapMs: poll?.everyMs.fast ?? MINUTE }
  })
  await beginPolls(env.DB, fresh, now)
}

export const onKnocks = async (env: Env, knocks: readonly Knock[]): Promise<void> => {
  await Promise.all(
    knocks.map((knock) =>
      onKnock(env, knock).catch((error: unknown) => report('knock failed', { ...knock, error: String(error) })),
    ),
  )
}

/** A poll that is due again before the next minute is rung for by itself. */
const onKnock = async (env: Env, knock: Knock): Promise<void> => {
  if ('token' in knock) return refreshByClock(dispatchPorts(env), knock.token.kind, knock.token.id)
  const next = await pollOnce(pollPorts(env), knock.poll)
  const delay = next === undefined ? MINUTE : next - Date.now()
  if (delay < MINUTE) await env.DISPATCH_QUEUE.send(knock, { delaySeconds: Math.max(1, Math.ceil(delay / 1000)) })
}

const NOTICE_DAYS = 7

/** A person must authorize anew before then; said once per end, since the event has the same id each time. */
export const warnOfEnds = async (env: Env, now: number): Promise<void> => {
  for (const { id, name, tokenUntil } of await endingAuthorizations(env.DB, now + NOTICE_DAYS * DAY)) {
    const facts = { connection: name, date: new Date(tokenUntil ?? 0).toISOString().slice(0, 10) }
    const problem = { code: 'authorization_ending', at: id, facts } as const
    await appendTo(env, `shop:${id}`, [
      { id: `authorization-ending:${id}:${tokenUntil}`, at: now, body: { kind: 'problem', problem } },
    ])
  }
}
