import { describe, expect, it } from 'vitest'
import { all, and, eq, exists, not, or, text } from '../../test/conformance/filters.ts'
import { conjuncts, fieldsOf, looksAtText, requiredServices } from './walk.ts'

describe('what a filter tree tells without a record', () => {
  it('its conjuncts, nested ones too', () => {
    expect(conjuncts(all)).toEqual([])
    expect(conjuncts(eq('name', 'a'))).toEqual([eq('name', 'a')])
    expect(conjuncts(and(eq('name', 'a'), and(all, or(text('x')))))).toEqual([eq('name', 'a'), or(text('x'))])
  })

  it('the fields it looks at', () => {
    expect(fieldsOf(or(eq('name', 'a'), not(exists('any.k')), text('x')))).toEqual([
      { in: 'intrinsic', name: 'name' },
      { in: 'any', key: 'k' },
    ])
  })

  it('whether it looks at text', () => {
    expect(looksAtText(and(eq('name', 'a'), not(or(text('x')))))).toBe(true)
    expect(looksAtText(and(eq('name', 'a'), all))).toBe(false)
  })

  it.each([
    ['one', eq('service', 'a'), ['a']],
    ['one of an and', and(eq('service', 'a'), text('x')), ['a']],
    ['each of an or', or(eq('service', 'a'), and(eq('service', 'b'), all)), ['a', 'b']],
    ['none where two contradict', and(eq('service', 'a'), eq('service', 'b')), []],
    [
      'what both sides allow',
      and(or(eq('service', 'a'), eq('service', 'b')), or(eq('service', 'b'), eq('service', 'c'))),
      ['b'],
    ],
    ['none in an empty or', or(), []],
  ])('the services that are required: %s', (_, filter, services) => {
    expect([...requiredServices(filter)!].sort()).toEqual(services)
  })

  it.each([
    ['all', all],
    ['not', not(eq('service', 'a'))],
    ['an or with another side', or(eq('service', 'a'), text('x'))],
    ['an attribute', eq('any.service', 'a')],
  ])('no services are required: %s', (_, filter) => {
    expect(requiredServices(filter)).toBeUndefined()
  })
})
