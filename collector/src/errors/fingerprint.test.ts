import { describe, expect, it } from 'vitest'
import { fingerprintOf, groupedBy, type ToldError } from './fingerprint.ts'

const told = (changes: Partial<ToldError> = {}): ToldError => ({
  type: 'TimeoutError',
  message: 'no answer within 2000 ms',
  stack: 'TimeoutError: no answer within 2000 ms\n    at load (/app/lib/orders.js:41:20)',
  operation: 'GET /orders',
  ...changes,
})
const of = (changes: Partial<ToldError>): string => fingerprintOf(groupedBy(told(changes)))

describe('a fingerprint', () => {
  it('is the same for another number, line and operation', () => {
    const moved = 'TimeoutError: no answer within 9 ms\n    at load (/app/lib/orders.js:43:2)'
    expect(of({ message: 'no answer within 9 ms', stack: moved, operation: 'POST /pay' })).toBe(of({}))
    expect(of({})).toMatch(/^[\da-f]{16}$/)
  })

  it.each([
    { type: 'RangeError' },
    { message: 'no route' },
    { stack: 'TimeoutError: no answer\n    at save (/app/lib/orders.js:41:20)' },
  ])('is another for %j', changes => expect(of(changes)).not.toBe(of({})))

  it('has the operation where there is no stack', () => {
    expect(of({ stack: '', operation: 'POST /pay' })).not.toBe(of({ stack: '' }))
    expect(groupedBy(told({ stack: '' }))).toMatchObject({ frames: [], operation: 'GET /orders' })
    expect(of({ stack: '', operation: 'GET /orders/17' })).toBe(of({ stack: '', operation: 'GET /orders/4' }))
  })
})
