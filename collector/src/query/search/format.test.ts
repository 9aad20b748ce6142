import fc from 'fast-check'
import { expect, it } from 'vitest'
import { KIND_NAMES, STATUS_NAMES } from '../../filter/intrinsics.ts'
import { SEVERITY_CLASSES } from '../../filter/severity.ts'
import type { Field, Filter, Intrinsic } from '../../filter/ast.ts'
import { HodoscopeError } from '../../model/errors.ts'
import { formatFilter } from './format.ts'
import { durationNanos, literalOf } from './literals.ts'
import { parseSearch } from './parse.ts'

it.each([
  ['service:checkout  status=error duration>300ms', 'service:checkout status:error duration>300ms'],
  ['a (b OR "c d") -e!=1', 'a (b OR "c d") --e:1'],
  ['a b OR c', '(a b) OR c'],
  ['"service":x span."span.a":1 "OR"', '"service":x span.span.a:1 "OR"'],
  ['x~/a\\/b/i body:"t \\"o\\""', 'x~/(?i)a\\/b/ body~"t \\"o\\""'],
  ['', '*'],
])('%s is printed as %s', (query, printed) => {
  expect(formatFilter(parseSearch(query))).toBe(printed)
})

const someText = fc.oneof(
  fc.string({ maxLength: 12, unit: 'binary' }),
  fc.string({ maxLength: 12, unit: fc.constantFrom(...' ab0"\'\\()*:=<>!~-/.#,\n'.split('')) }),
  fc.constantFrom('service', 'span.name', 'OR', 'AND', 'NOT', 'log.file.path', 'resource.', 'span.span.x'),
)

const field: fc.Arbitrary<Field> = fc.oneof(
  fc.record({
    in: fc.constantFrom('any', 'span', 'log', 'event', 'link', 'scope', 'resource'),
    key: someText,
  }),
  fc.record({
    in: fc.constant('intrinsic' as const),
    name: fc.constantFrom<Intrinsic>('service', 'name', 'statusMessage', 'scope', 'event', 'body'),
  }),
)

const intrinsic = (name: Intrinsic): Field => ({ in: 'intrinsic', name })
const fixed = (name: Intrinsic, words: readonly string[]): fc.Arbitrary<Filter> =>
  fc
    .constantFrom(...words)
    .map(text => ({ op: '=', field: intrinsic(name), value: { text, number: Number.NaN } }))

const pattern = someText.filter(text => text.includes('*') && !text.includes('**') && text !== '*')
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map(String)
const duration = fc.tuple(fc.nat(), fc.constantFrom('ns', 'ms', 's', 'h')).map(([n, unit]) => `${n}${unit}`)

/** Leaves as the parser makes them. */
const leaf: fc.Arbitrary<Filter> = fc.oneof(
  fc.constant<Filter>({ op: 'all' }),
  someText.map((text): Filter => ({ op: 'text', text })),
  field.map((field): Filter => ({ op: 'exists', field })),
  fc.record({ op: fc.constant('=' as const), field, value: someText.map(literalOf) }),
  fc.record({ op: fc.constantFrom('<', '<=', '>', '>='), field, value: number.map(literalOf) }),
  fc.record({ op: fc.constant('wildcard' as const), field, pattern }),
  fc.record({ op: fc.constant('contains' as const), field, pattern: someText }),
  fc.record({
    op: fc.constant('regex' as const),
    field,
    pattern: fc.constantFrom('a', 'a/b', '\\d+', '\\\\', '(?i)x| y'),
  }),
  fc.record({
    op: fc.constantFrom('=', '<', '>='),
    field: fc.constant(intrinsic('duration')),
    value: duration.map(text => ({ text, number: durationNanos(text) })),
  }),
  fixed('kind', KIND_NAMES),
  fixed('status', STATUS_NAMES),
  fixed('severity', SEVERITY_CLASSES),
)

const { tree } = fc.letrec<{ tree: Filter }>(tie => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.record({
      op: fc.constantFrom('and', 'or'),
      of: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ op: fc.constant('not' as const), of: tie('tree') }),
  ),
}))

it('a tree is printed and parsed to itself', () => {
  fc.assert(
    fc.property(tree, filter => {
      expect(parseSearch(formatFilter(filter))).toEqual(filter)
    }),
    { numRuns: 2000 },
  )
})

it('any text parses or is refused as malformed, with a position in it', () => {
  const query = fc.oneof(
    fc.string({ maxLength: 40, unit: 'binary' }),
    fc.string({ maxLength: 40, unit: fc.constantFrom(...'ab *:"\'\\/()<>=!~-.OR'.split('')) }),
    fc
      .array(
        fc.constantFrom(
          'service',
          ':',
          'OR',
          '(',
          ')',
          ' ',
          '-',
          '"',
          '~/',
          '/',
          'x',
          '*',
          '>=',
          '5ms',
          'duration',
        ),
      )
      .map(parts => parts.join('')),
  )
  fc.assert(
    fc.property(query, text => {
      try {
        parseSearch(formatFilter(parseSearch(text)))
      } catch (error) {
        if (!(error instanceof HodoscopeError)) throw error
        expect(error.code).toBe('query_malformed')
        expect(error.position).toBeGreaterThanOrEqual(0)
        expect(error.position).toBeLessThanOrEqual(text.length)
      }
    }),
    { numRuns: 5000 },
  )
})

it('what was parsed from any text is printed and parsed to itself', () => {
  const piece = fc.constantFrom(
    'service:a',
    '-',
    'x',
    '(',
    ')',
    ' ',
    ' OR ',
    'k:b*',
    '"q"',
    'd>5',
    'm~/r/',
    'body:z',
  )
  fc.assert(
    fc.property(fc.array(piece), pieces => {
      const parsed = tryParse(pieces.join(''))
      if (parsed !== undefined) expect(parseSearch(formatFilter(parsed))).toEqual(parsed)
    }),
    { numRuns: 3000 },
  )
})

function tryParse(text: string): Filter | undefined {
  try {
    return parseSearch(text)
  } catch {
    return undefined
  }
}
