/** Conditions of connections by the clock, and e-mail through the Worker's own binding. */
import { beforeEach, describe, expect, it } from 'vitest'
import { cloudflareEmail } from '../../src/channels/cloudflare-email/index.ts'
import { watch } from '../../src/flow/alert-conditions.ts'
import { channelSender } from '../../src/flow/channel-send.ts'
import { converse } from '../../src/flow/converse.ts'
import { openD1 } from '../api/sqlite-d1.ts'

const NOW = Date.UTC(2026, 10, 24, 10, 30)
const MINUTE = 60_000
const HOUR = Math.floor(NOW / 3_600_000)

let d1: ReturnType<typeof openD1>
beforeEach(() => {
  d1 = openD1()
  d1.raw.exec(`
    INSERT INTO merchants (id, name, region, created_at) VALUES ('m1', 'A', 'apac', 0), ('m2', 'B', 'apac', 0);
    INSERT INTO shops (id, merchant_id, platform, name, mode, features, credentials, created_at) VALUES ('s1', 'm1', 'standard', 'Tea shop', 'live', '{}', '', 0), ('s2', 'm2', 'standard', 'Other', 'live', '{}', '', 0);
    INSERT INTO warehouses (id, merchant_id, system, name, credentials, created_at) VALUES ('w1', 'm1', 'rest', '华东仓', '', 0);
    INSERT INTO alerts (id, merchant_id, channel, name, quiet_ms, language, settings, credentials, origin, created_at) VALUES ('a1', 'm1', 'wecom', 'x', 1, 'zh', '{}', '', '', 0);`)
})
const causes = () =>
  d1.raw
    .prepare('SELECT cause, count, last_at, problem FROM alert_causes ORDER BY cause')
    .all()
    .map((row) => ({ ...row }))
const lane = (name: string, more: object = {}) => ({ lane: name, backlogSince: undefined, held: [], ...more })

describe('the clock', () => {
  it('raises nothing where nothing is wrong, or nobody asks', async () => {
    await watch(d1.db, [lane('shop:s1', { backlogSince: NOW - 4 * MINUTE })], NOW)
    await watch(d1.db, [lane('shop:s2', { backlogSince: NOW - 60 * MINUTE })], NOW)
    expect(causes()).toEqual([])
  })

  it('sees a backlog that is five minutes old, and says it again while it lasts', async () => {
    const waits = [lane('shop:s1', { backlogSince: NOW - 6 * MINUTE })]
    await watch(d1.db, waits, NOW)
    await watch(d1.db, waits, NOW)
    expect(causes()).toEqual([
      {
        cause: 'backlog_old|shop:s1',
        count: 1,
        last_at: NOW,
        problem: '{"facts":{"connection":"Tea shop","minutes":6}}',
      },
    ])
    d1.raw.exec('UPDATE alert_causes SET count = 0, quiet_until = 9e15')
    await watch(d1.db, waits, NOW + MINUTE)
    expect(causes()).toMatchObject([{ count: 1, last_at: NOW + MINUTE }])
  })

  it('sees a connection that throttles us for minutes, by its longest wait, unless its credentials are refused', async () => {
    const waits = [
      lane('shop:s1', {
        held: [
          { connection: 'w1', since: NOW - 4 * MINUTE },
          { connection: 's1', since: NOW - MINUTE },
        ],
      }),
      lane('wh:w1', { held: [{ connection: 'w1', since: NOW - 9 * MINUTE }] }),
    ]
    await watch(d1.db, waits, NOW)
    expect(causes()).toMatchObject([
      { cause: 'connection_held|wh:w1', problem: '{"facts":{"connection":"华东仓","minutes":9}}' },
    ])
    d1.raw.exec(
      `DELETE FROM alert_causes; INSERT INTO exceptions (id, merchant_id, lane, code, subject, opened_at, body) VALUES ('e', 'm2', 'shop:s1', 'credential_refused', 'w1', 0, '{}')`,
    )
    await watch(d1.db, waits, NOW + MINUTE)
    expect(causes()).toEqual([])
  })

  it('sees a partner that has not answered ten calls in a row, and each further failure as news', async () => {
    const pause = (failures: number, at: number) =>
      d1.raw.exec(
        `INSERT OR REPLACE INTO pauses (key, why, until, failures, rounds, probe_until, since, at, detail) VALUES ('wh:w1', 'failing', 0, ${failures}, 0, 0, ${NOW - 5 * MINUTE}, ${at}, 'x')`,
      )
    pause(9, NOW)
    await watch(d1.db, [], NOW)
    expect(causes()).toEqual([])
    pause(12, NOW)
    await watch(d1.db, [], NOW)
    expect(causes()).toMatchObject([
      { cause: 'connection_failing|wh:w1', problem: '{"facts":{"connection":"华东仓","n":12,"minutes":5}}' },
    ])
    d1.raw.exec('UPDATE alert_causes SET count = 0')
    await watch(d1.db, [], NOW + MINUTE)
    expect(causes()).toMatchObject([{ count: 0 }])
    pause(13, NOW + MINUTE)
    await watch(d1.db, [], NOW + MINUTE)
    expect(causes()).toMatchObject([{ count: 1 }])
  })

  it('sees refused deliveries of this hour, and doorbells that found nobody', async () => {
    d1.raw.exec(`INSERT INTO refusals VALUES ('shop:s1', ${HOUR}, 'signature_mismatch', 3, ${NOW}, 1, ''), ('shop:s1', ${HOUR}, 'signature_missing', 2, ${NOW}, 1, ''),
      ('shop:s1', ${HOUR - 1}, 'signature_missing', 99, ${NOW}, 1, ''), ('sign-in:x', ${HOUR}, 'x', 99, ${NOW}, 1, '');
      INSERT INTO dead_letters VALUES (${HOUR}, 'cangqiao-stock', 2), (${HOUR - 1}, 'cangqiao-stock', 7)`)
    await watch(d1.db, [], NOW)
    expect(causes()).toMatchObject([
      { cause: 'deliveries_refused|shop:s1', problem: '{"facts":{"connection":"Tea shop","n":5}}' },
      { cause: 'doorbells_dead|', problem: '{"facts":{"n":2}}' },
    ])
  })

  it('asks nothing that reads whole tables of orders or exceptions', async () => {
    await watch(d1.db, [lane('shop:s1', { held: [{ connection: 'w1', since: 0 }] })], NOW)
    const plans = d1.heard.map(({ plan }) => plan.join())
    expect(plans.length).toBeGreaterThan(4)
    for (const plan of plans)
      expect(plan).not.toMatch(/SCAN (?:orders|timeline|exceptions(?! USING (?:COVERING )?INDEX))/)
  })
})

describe('e-mail by the binding', () => {
  const alert = {
    id: 'alert_1',
    language: 'zh',
    merchant: 'A',
    at: NOW,
    zone: 'UTC',
    url: '',
    test: true,
    items: [],
    more: 0,
  } as const
  const connection = {
    id: 'a',
    baseUrl: '',
    credentials: {},
    app: {},
    settings: { from: 'a@example.com', to: 'b@example.com' },
    now: NOW,
    nonce: 'n',
  }
  const told = (EMAIL?: unknown) =>
    converse(cloudflareEmail.send(alert, connection), channelSender({ EMAIL: EMAIL as SendEmail }), {
      perCallMs: 1000,
      allMs: 1000,
      now: () => NOW,
    })

  it('is sent where the Worker has one', async () => {
    const sent: unknown[] = []
    const send = async (message: unknown) => {
      sent.push(message)
      return { messageId: 'm-1' }
    }
    expect(await told({ send })).toEqual({ class: 'done', value: { reference: 'm-1' } })
    expect(sent).toMatchObject([
      { from: 'a@example.com', to: ['b@example.com'], subject: expect.stringContaining('测试消息') },
    ])
  })

  it('says what is lacking where it has none, and what the binding says', async () => {
    expect(await told()).toMatchObject({ class: 'rejected', code: 'E_NO_BINDING' })
    const throws = (code: string) => ({ send: async () => Promise.reject(Object.assign(new Error('no'), { code })) })
    expect(await told(throws('E_SENDER_NOT_VERIFIED'))).toMatchObject({ class: 'auth' })
    expect(await told(throws('E_RATE_LIMIT_EXCEEDED'))).toMatchObject({ class: 'quota' })
    expect(await told({ send: async () => Promise.reject(new Error('broken')) })).toMatchObject({ class: 'unknown' })
  })
})
