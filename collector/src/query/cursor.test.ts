import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HodoscopeError } from '../model/errors.ts'
import { unixNano } from '../model/time.ts'
import { logCursor, readLogCursor, readTraceCursor, traceCursor } from './cursor.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const trace = { key: 2n ** 64n - 1n, traceId }
const log = { time: unixNano(1_767_225_600_000_000_001n), ordinal: { sequence: 2 ** 40, row: 7 } }

describe('a cursor', () => {
  it('is read as the place it was made of', () => {
    expect(readTraceCursor(traceCursor('newest', trace), 'newest')).toEqual(trace)
    expect(readLogCursor(logCursor('oldest', log), 'oldest')).toEqual(log)
  })

  it('can stand in a URL as it is', () => {
    expect(traceCursor('slowest', trace)).toMatch(/^[\w-]+$/)
  })

  it('is refused in another list or another order', () => {
    for (const read of [
      () => readTraceCursor(traceCursor('newest', trace), 'slowest'),
      () => readLogCursor(logCursor('newest', log), 'oldest'),
      () => readTraceCursor(logCursor('newest', log), 'newest'),
    ])
      expect(read).toThrow(expect.objectContaining({ code: 'cursor_invalid' }))
  })

  it.each([
    ['empty', ''],
    ['no base64', '%%%'],
    ['no JSON', Buffer.from('[1,').toString('base64url')],
    ['no list', Buffer.from('{"0":1}').toString('base64url')],
    ['another version', Buffer.from(`[2,"traces","newest","1","${traceId}"]`).toString('base64url')],
    ['too short', Buffer.from('[1,"traces","newest","1"]').toString('base64url')],
    ['a number for a text', Buffer.from(`[1,"traces","newest",1,"${traceId}"]`).toString('base64url')],
    ['a trace id that is none', Buffer.from('[1,"traces","newest","1","x"]').toString('base64url')],
    ['a negative key', Buffer.from(`[1,"traces","newest","-1","${traceId}"]`).toString('base64url')],
  ])('is refused: %s', (_, cursor) => {
    expect(() => readTraceCursor(cursor, 'newest')).toThrow(
      expect.objectContaining({ code: 'cursor_invalid' }),
    )
  })

  it('whatever is typed, it is read or refused', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map(text => Buffer.from(text).toString('base64url')),
        ),
        text => {
          try {
            readLogCursor(text, 'newest')
          } catch (error) {
            if (!(error instanceof HodoscopeError)) throw error
          }
        },
      ),
    )
  })
})
