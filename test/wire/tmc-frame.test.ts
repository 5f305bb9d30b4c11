/** Taobao's message channel, against frames that tmc.js made (its `lib/message.js` run over the same values). */
import { describe, expect, it } from 'vitest'
import { decodeTmc, encodeTmc, TMC, TMC_KIND } from '../../src/wire/tmc-frame.ts'
import { topSign } from '../../src/wire/top-signature.ts'

const hex = (frame: Uint8Array): string => Buffer.from(frame).toString('hex')
const bin = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))

const signed = { app_key: '12345678', group_name: 'default', timestamp: '1700000000000' }
const sign = topSign(signed, '', 'helloworld', 'md5')
const connect = encodeTmc(TMC.connect, [...Object.entries(signed), ['sign', sign]])

describe('a frame of ours', () => {
  it('connects with the signature that tmc.js computes', () => expect(sign).toBe('C86848D198760FA334AA309207C72ECD'))

  it('is the connect frame of tmc.js', () => {
    expect(hex(connect)).toBe(
      '02000100070000006170705f6b65790108000000313233343536373801000a00000067726f75705f6e616d65010700000064656661756c74' +
        '01000900000074696d657374616d70010d00000031373030303030303030303030' +
        '0100040000007369676e01200000004338363834384431393837363046413333344141333039323037433732454344' +
        '0000',
    )
    expect(decodeTmc(connect)).toEqual({ ok: true, value: { type: 0, content: { ...signed, sign } } })
  })

  it('confirms and pulls with the token first, byte for byte', () => {
    const confirm = encodeTmc(
      TMC.send,
      [
        ['__kind', TMC_KIND.confirm],
        ['id', 9223372036854775807n],
      ],
      'tok',
    )
    expect(hex(confirm)).toBe(
      '0202' +
        '0500' +
        '03000000746f6b' +
        '0100' +
        '060000005f5f6b696e64' +
        '0202' +
        '0100' +
        '020000006964' +
        '05ffffffffffffff7f' +
        '0000',
    )
    expect(hex(encodeTmc(TMC.send, [['__kind', TMC_KIND.pull]], 'tok'))).toBe(
      '02020500' + '03000000746f6b' + '0100060000005f5f6b696e640201' + '0000',
    )
  })
})

describe('a frame of theirs', () => {
  it('is read as tmc.js writes it', () => {
    const frame =
      '02020100060000005f5f6b696e6402030100020000006964050100000000002000010005000000746f706963011a00000074616f62616f5f' +
      '74726164655f547261646542757965725061790100060000007573657269640501907f26e60100000100070000006f757474696d65060068' +
      'e5cf8b010000010007000000726574726965640200010007000000636f6e74656e7401090000007b22746964223a317d0100090000007075' +
      '626c69736865720103000000e4bda00000'
    expect(decodeTmc(bin(frame))).toEqual({
      ok: true,
      value: {
        type: 2,
        content: {
          __kind: '3',
          id: '9007199254740993',
          topic: 'taobao_trade_TradeBuyerPay',
          userid: '2088000000001',
          outtime: '1700000000000',
          retried: '0',
          content: '{"tid":1}',
          publisher: '你',
        },
      },
    })
  })

  const custom = (name: string, value: string): string => `0100${hex(encodeTmc(0, [[name, '']])).slice(8, -14)}${value}`

  it('reads each format of a value, numbers with all their digits and signs', () => {
    const frame = bin(
      `0202${custom('void', '00')}${custom('text', `01030000${'00e4bda0'}`)}${custom('byte', '02ff')}${custom('int16', '03feff')}` +
        `${custom('int32', '0401000080')}${custom('int64', '050100000000002000')}${custom('date', '060068e5cf8b010000')}` +
        `${custom('bytes', '0702000000beef')}0000`,
    )
    expect(decodeTmc(frame)).toEqual({
      ok: true,
      value: {
        type: 2,
        content: {
          text: '你',
          byte: '-1',
          int16: '-2',
          int32: '-2147483647',
          int64: '9007199254740993',
          date: '1700000000000',
          bytes: 'vu8=',
        },
      },
    })
  })

  it('tells the status, its phrase and the token of an answer', () => {
    const frame = bin(`0201${'020004000000'}${'0300030000006e6f21'}${'040001000000'}${'050003000000746f6b'}0000`)
    expect(decodeTmc(frame)).toEqual({
      ok: true,
      value: { type: 1, status: 4, phrase: 'no!', token: 'tok', content: {} },
    })
  })

  it.each([
    ['nothing', ''],
    ['a cut one', hex(connect).slice(0, -6)],
    ['one without its end', hex(connect).slice(0, -4)],
    ['a length beyond the frame', '02000100ffffff7f61'],
    ['a negative length', '02000100ffffffff61'],
    ['an unknown header', '02000900'],
    ['an unknown format', `0200${'0100010000006109'}0000`],
  ])('refuses %s', (_, frame) => {
    const read = decodeTmc(bin(frame))
    expect(read.ok ? read.value : read.error.code).toBe('payload_malformed')
  })

  it('reads from the middle of a larger buffer', () => {
    const larger = new Uint8Array([9, 9, ...connect, 9])
    expect(decodeTmc(larger.subarray(2, -1))).toEqual(decodeTmc(connect))
  })
})
