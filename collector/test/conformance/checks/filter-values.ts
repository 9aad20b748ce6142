/** Filters on one attribute, for every kind of value. */
import type { Filter } from '../../../src/filter/ast.ts'
import type { AnyValue } from '../../../src/model/attributes.ts'
import { all, and, compare, contains, eq, exists, not, or, regex, wildcard } from '../filters.ts'
import { attrs, type Scene } from '../scene.ts'

/** The records found are told by name. */
export type Case = readonly [what: string, filter: Filter, found: readonly string[]]

const bytes = new Uint8Array([1, 2, 255])
const array = { kind: 'array', values: ['a', 1n, null, true] } as const
const kvlist = { kind: 'kvlist', entries: attrs('b', 1.5, '__proto__', 'x') } as const

const VALUES: Readonly<Record<string, AnyValue>> = {
  text: 'Alpha beta',
  digits: '42',
  decimal: '42.5',
  empty: '',
  int: 42n,
  negative: -7n,
  huge: 9007199254740993n,
  double: 42.5,
  whole: 42,
  nan: Number.NaN,
  infinity: Number.POSITIVE_INFINITY,
  yes: true,
  no: false,
  bytes,
  array,
  kvlist,
  unset: null,
}

/** Filters on one attribute, over a record for each kind of value and one without the key. */
export const ON_VALUES: readonly Case[] = [
  ['= text', eq('any.k', 'Alpha beta'), ['text']],
  ['= is no prefix', eq('any.k', 'Alpha'), []],
  ['= minds case', eq('any.k', 'alpha beta'), []],
  ['= number finds ints, doubles and the same text', eq('any.k', '42'), ['digits', 'int', 'whole']],
  ['= number in another spelling finds numbers alone', eq('any.k', '42.0'), ['int', 'whole']],
  ['= double', eq('any.k', '42.5'), ['decimal', 'double']],
  ['= beyond 2^53 is exact', eq('any.k', '9007199254740993'), ['huge']],
  ['= beside an int64 finds nothing', eq('any.k', '9007199254740992'), []],
  ['= true', eq('any.k', 'true'), ['yes']],
  ['= false', eq('any.k', 'false'), ['no']],
  ['= the empty text', eq('any.k', ''), ['empty']],
  ['= NaN finds no number', eq('any.k', 'NaN'), []],
  ['= a negative', eq('any.k', '-7'), ['negative']],
  ['>', compare('>', 'any.k', '42'), ['decimal', 'huge', 'double', 'infinity']],
  ['>=', compare('>=', 'any.k', '42'), ['digits', 'decimal', 'int', 'huge', 'double', 'whole', 'infinity']],
  ['<', compare('<', 'any.k', '42'), ['negative']],
  ['<=', compare('<=', 'any.k', '42'), ['digits', 'int', 'negative', 'whole']],
  ['> beyond 2^53 is exact', compare('>', 'any.k', '9007199254740992'), ['huge', 'infinity']],
  ['exists, with an unset value too', exists('any.k'), Object.keys(VALUES)],
  ['not exists', not(exists('any.k')), ['without']],
  ['not = holds where the key is absent', not(exists('any.other')), [...Object.keys(VALUES), 'without']],
  ['wildcard at the end', wildcard('any.k', 'Alpha*'), ['text']],
  ['wildcard at the start', wildcard('any.k', '*beta'), ['text']],
  ['wildcard in the middle', wildcard('any.k', 'A*a*b*a'), ['text']],
  ['wildcard minds case', wildcard('any.k', 'alpha*'), []],
  ['wildcard matches the whole text', wildcard('any.k', '*pha'), []],
  [
    'wildcard on the text of numbers',
    wildcard('any.k', '42*'),
    ['digits', 'decimal', 'int', 'double', 'whole'],
  ],
  ['wildcard on the text of a boolean', wildcard('any.k', 'tr*e'), ['yes']],
  ['wildcard on base64', wildcard('any.k', 'AQL*'), ['bytes']],
  ['wildcard on an array', wildcard('any.k', '["a",1,*'), ['array']],
  [
    'wildcard * finds every text',
    wildcard('any.k', '*'),
    Object.keys(VALUES).filter(name => name !== 'unset'),
  ],
  ['contains ignores case', contains('any.k', 'PHA B'), ['text']],
  ['contains looks into JSON', contains('any.k', '"b":1.5'), ['kvlist']],
  ['contains looks into numbers', contains('any.k', '00719925'), ['huge']],
  ['contains NaN', contains('any.k', 'nan'), ['nan']],
  ['regex is unanchored', regex('any.k', 'pha'), ['text']],
  ['regex minds case', regex('any.k', 'PHA'), []],
  ['regex with anchors', regex('any.k', '^[0-9]+$'), ['digits', 'int', 'huge', 'whole']],
  ['regex with (?i)', regex('any.k', '(?i)^ALPHA'), ['text']],
  [
    'and',
    and(exists('any.k'), compare('>', 'any.k', 0), not(eq('any.k', '42.5'))),
    ['digits', 'int', 'huge', 'whole', 'infinity'],
  ],
  ['or', or(eq('any.k', 'true'), eq('any.k', 'false')), ['yes', 'no']],
  ['an empty and holds', and(), [...Object.keys(VALUES), 'without']],
  ['an empty or does not', or(), []],
  ['not all', not(all), []],
]

export function valuesOf(scene: Scene) {
  const records = Object.entries(VALUES).map(([name, value]) =>
    scene.span({ name, attributes: attrs('k', value) }),
  )
  return [...records, scene.span({ name: 'without' })]
}
