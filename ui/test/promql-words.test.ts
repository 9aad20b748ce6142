/** What the editor completes is what the collector understands: no word more, and none less. */
import { expect, it } from 'vitest'
import { AGGREGATIONS as UNDERSTOOD } from '../../collector/src/query/promql/parse.ts'
import { SIGNATURES } from '../../collector/src/query/promql/signatures.ts'
import { AGGREGATIONS, FUNCTIONS, isPromqlWord } from '../src/lib/promql-words.ts'

const sorted = (words: Iterable<string>): string[] => [...words].sort()

it('completes the functions of the collector', () => {
  expect(sorted(FUNCTIONS.keys())).toEqual(sorted(SIGNATURES.keys()))
})

it('completes the aggregations of the collector', () => {
  expect(sorted(AGGREGATIONS.keys())).toEqual(sorted(UNDERSTOOD))
})

it('takes words in any case for words, and nothing else', () => {
  expect(['rate', 'SUM', 'by', 'unless', 'Inf'].filter(isPromqlWord)).toHaveLength(5)
  expect(['rates', 'http_requests_total', ''].filter(isPromqlWord)).toEqual([])
})
