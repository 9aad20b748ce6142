import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HodoscopeError } from '../model/errors.ts'
import { compileContains, compileRegex, compileWildcard } from './pattern.ts'

describe('a wildcard', () => {
  it.each([
    ['/orders/*', '/orders/', true],
    ['/orders/*', '/orders', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['*ab*', 'xaby', true],
    ['a*b*c', 'abbc', true],
    ['a*bc*c', 'abc', false],
    ['a.c', 'abc', false],
    ['[*]', '[x]', true],
    ['*', '', true],
    ['a*\n', 'ax\n', true],
  ])('%s on %s', (pattern, text, holds) => {
    expect(compileWildcard(pattern)(text)).toBe(holds)
  })

  it('agrees with a regular expression of the same meaning', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 6 })
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 })
    fc.assert(
      fc.property(letters, text, (pattern, text) => {
        const regex = new RegExp(`^${pattern.replaceAll('*', '[^]*')}$`)
        expect(compileWildcard(pattern)(text)).toBe(regex.test(text))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('contains', () => {
  it('ignores case on both sides', () => {
    expect(compileContains('TIMED')('it timed out')).toBe(true)
    expect(compileContains('straße')('STRAẞE')).toBe(true)
    expect(compileContains('x')('')).toBe(false)
    expect(compileContains('')('')).toBe(true)
  })
})

describe('a regular expression', () => {
  it('takes linear time, whatever the pattern', () => {
    const hostile = compileRegex('^(a+)+$')
    const startedAt = performance.now()
    expect(hostile(`${'a'.repeat(20_000)}b`)).toBe(false)
    expect(performance.now() - startedAt).toBeLessThan(5_000)
  })

  it.each(['(', 'a{2,1}', '(?=a)', String.raw`(a)\1`, '[z-a]'])('%s is refused', pattern => {
    expect(() => compileRegex(pattern)).toThrow(HodoscopeError)
    expect(() => compileRegex(pattern)).toThrow(/is no regular expression/)
  })
})
