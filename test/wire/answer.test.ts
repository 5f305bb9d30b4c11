import { describe, expect, it } from 'vitest'
import { empty, json, text, xml } from '../../src/wire/ack.ts'
import { at, failure, jsonOf, refusedByField, refusedByStatus, textAt, unreadable } from '../../src/wire/answer.ts'

const answer = (status: number, headers: Record<string, string> = {}, body = '') => ({ status, headers, body })

describe('by status', () => {
  it.each([
    [200, 'yes', 'yes'],
    [204, 'yes', 'yes'],
    [301, 'rejected', 'rejected'],
    [304, 'rejected', 'rejected'],
    [400, 'rejected', 'rejected'],
    [401, 'auth', 'auth'],
    [403, 'auth', 'auth'],
    [404, 'rejected', 'rejected'],
    [408, 'unknown', 'retry'],
    [409, 'rejected', 'rejected'],
    [422, 'rejected', 'rejected'],
    [429, 'quota', 'quota'],
    [500, 'unknown', 'retry'],
    [502, 'unknown', 'retry'],
    [503, 'unknown', 'retry'],
    [504, 'unknown', 'retry'],
    [599, 'unknown', 'retry'],
  ])('%i is %s, and %s for a safe call', (status, unsafe, safe) => {
    expect(refusedByStatus(answer(status), false)?.class ?? 'yes').toBe(unsafe)
    expect(refusedByStatus(answer(status), true)?.class ?? 'yes').toBe(safe)
  })

  it.each([
    ['7', 7000],
    ['2.0', 2000],
    ['0', 0],
    ['999999', 3_600_000],
    ['-1', 30_000],
    ['Fri, 31 Dec 2027 23:59:59 GMT', 30_000],
    ['', 30_000],
  ])('waits for what Retry-After %s says, within bounds', (seconds, after) =>
    expect(refusedByStatus(answer(429, { 'retry-after': seconds }), false)).toMatchObject({ class: 'quota', after }),
  )

  it('tells a safe call when to come back', () =>
    expect(refusedByStatus(answer(503, { 'retry-after': '9' }), true)).toEqual({
      class: 'retry',
      detail: 'HTTP 503',
      after: 9000,
    }))

  it('names the status and cuts the body', () =>
    expect(refusedByStatus(answer(404, {}, 'x'.repeat(5000)), false)).toEqual({
      class: 'rejected',
      code: 'http_404',
      detail: `HTTP 404 ${'x'.repeat(291)}`,
    }))
})

describe('by field', () => {
  const refused = refusedByField({
    field: 'code',
    success: ['10000'],
    message: ['sub_msg', 'msg'],
    codes: { '7': 'quota', '30001': 'auth', '90000': 'unknown' },
    otherwise: 'rejected',
  })
  it.each([
    [{ code: 10000 }, 'yes', 'yes'],
    [{ code: '10000' }, 'yes', 'yes'],
    [{ code: 7 }, 'quota', 'quota'],
    [{ code: 30001 }, 'auth', 'auth'],
    [{ code: 90000 }, 'unknown', 'retry'],
    [{ code: 5, msg: 'no such order' }, 'rejected', 'rejected'],
    [{ code: 'constructor' }, 'rejected', 'rejected'],
    [{}, 'unknown', 'retry'],
    [{ code: { deep: 1 } }, 'unknown', 'retry'],
    [null, 'unknown', 'retry'],
    [undefined, 'unknown', 'retry'],
    ['<html>', 'unknown', 'retry'],
  ])('%o is %s, and %s for a safe call', (body, unsafe, safe) => {
    expect(refused(body, false)?.class ?? 'yes').toBe(unsafe)
    expect(refused(body, true)?.class ?? 'yes').toBe(safe)
  })
  it('carries code and sentence', () =>
    expect(refused({ code: 5, sub_msg: '', msg: '订单不存在' }, false)).toEqual({
      class: 'rejected',
      code: '5',
      detail: '5 订单不存在',
    }))
})

it('reads places that are there, and none that are not', () => {
  const body = { a: [{ id: 7, ok: true }], s: 'x' }
  expect(at(body, 'a.0.id')).toBe(7)
  expect([
    textAt(body, 'a.0.id'),
    textAt(body, 'a.0.ok'),
    textAt(body, 'a.0'),
    textAt(body, 's.length'),
    textAt(body, 'a.9.id'),
    textAt(null, 'a'),
  ]).toEqual(['7', 'true', '', '', '', ''])
})

it('tolerates bodies that are no JSON', () => {
  expect(jsonOf(answer(200, {}, '{"id":820982911946154508}'))).toEqual({ id: '820982911946154508' })
  expect(jsonOf(answer(200, {}, ''))).toBeUndefined()
  expect(jsonOf(answer(200, {}, '<html>502</html>'))).toBeUndefined()
  expect(unreadable(answer(200, {}, '<html>'), false)).toEqual({
    class: 'unknown',
    detail: 'unreadable answer: <html>',
  })
  expect(unreadable(answer(200, {}, '<html>'), true).class).toBe('retry')
})

it('bounds every waiting time', () => {
  expect(failure('quota', false, '', { after: 1e12 })).toEqual({ class: 'quota', detail: '', after: 3_600_000 })
  expect(failure('retry', false, '', { after: -5 })).toEqual({ class: 'retry', detail: '', after: 0 })
  expect(failure('exists', false, 'd')).toEqual({ class: 'exists', detail: 'd' })
})

it('acknowledges in four dialects', () => {
  expect(empty(204)).toEqual({ status: 204, headers: {}, body: '' })
  expect(json(200, { code: 0 })).toEqual({
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: '{"code":0}',
  })
  expect(xml(200, '<a/>').headers['content-type']).toBe('text/xml; charset=utf-8')
  expect(text(401, 'no')).toMatchObject({ status: 401, body: 'no' })
})
