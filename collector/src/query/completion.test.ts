import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { completionAt, type Completion } from './completion.ts'

/** The caret is where `|` stands. */
function at(marked: string): Completion {
  return completionAt(marked.replace('|', ''), marked.indexOf('|'))
}

const service = { in: 'intrinsic', name: 'service' }

describe('completion', () => {
  it.each([
    ['|', '', 0, 0],
    ['serv|', 'serv', 0, 4],
    ['se|rv', 'se', 0, 4],
    ['status:error |', '', 13, 13],
    ['status:error du|', 'du', 13, 15],
    ['-us|er.id', 'us', 1, 8],
    ['(a OR na|)', 'na', 6, 8],
    ['a | b', '', 2, 2],
    ['a NOT k|', 'k', 6, 7],
  ])('%s is typing a key', (marked, prefix, from, to) => {
    expect(at(marked)).toEqual({ kind: 'key', prefix, from, to })
  })

  it.each([
    ['service:|', service, '', 8, 8],
    ['service:che|', service, 'che', 8, 11],
    ['service:che|ckout x', service, 'che', 8, 16],
    ['service = che|', service, 'che', 10, 13],
    ['x service:"a b|', service, 'a b', 10, 14],
    ['x service:"a| b" y', service, 'a', 10, 15],
    ['-http.route:/or|', { in: 'any', key: 'http.route' }, '/or', 12, 15],
    ['resource.host.name:a|', { in: 'resource', key: 'host.name' }, 'a', 19, 20],
    ['"service":a|', { in: 'any', key: 'service' }, 'a', 10, 11],
    ['span."a b":c|', { in: 'span', key: 'a b' }, 'c', 11, 12],
    ['k~wor|', { in: 'any', key: 'k' }, 'wor', 2, 5],
  ])('%s is typing a value', (marked, field, prefix, from, to) => {
    expect(at(marked)).toEqual({ kind: 'value', field, prefix, from, to })
  })

  it.each(['"timed o|', '"timed out"|', 'k~/a|b/', 'service:"x"|', 'a =>|'])(
    '%s is nothing to complete',
    marked => {
      expect(at(marked)).toEqual({ kind: 'nothing' })
    },
  )

  it('knows which fields a signal has', () => {
    expect(completionAt('duration:', 9, 'logs')).toMatchObject({ field: { in: 'any', key: 'duration' } })
  })

  it('never throws, and what it would replace holds the caret', () => {
    const text = fc.string({ maxLength: 30, unit: fc.constantFrom(...'ab *:"\'\\/()<>=!~-. '.split('')) })
    fc.assert(
      fc.property(text, fc.nat(30), (typed, caret) => {
        const at = Math.min(caret, typed.length)
        const found = completionAt(typed, at)
        if (found.kind === 'nothing') return
        expect(found.from).toBeLessThanOrEqual(at)
        expect(found.to).toBeGreaterThanOrEqual(at)
      }),
      { numRuns: 3000 },
    )
  })
})
