/** Our own scripts, in the language of Prometheus's: what changed with version 3, and what is told with an answer. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runScript, type Outcome } from './run-script.ts'

const folder = join(import.meta.dirname, 'scripts')
const options = { dropNamesLate: false }
const failuresOf = (outcomes: readonly Outcome[]): string[] =>
  outcomes.flatMap(({ line, query, verdict }) =>
    'passed' in verdict ? [] : [`${line}: ${query}: ${JSON.stringify(verdict)}`],
  )

it.each(readdirSync(folder))('%s', file => {
  const outcomes = runScript(readFileSync(join(folder, file), 'utf8'), options)
  expect(failuresOf(outcomes)).toEqual([])
  expect(outcomes.length).toBeGreaterThan(5)
})

describe('the runner finds', () => {
  it.each([
    ['a wrong value', 'eval instant at 0 vector(1)\n  {} 2', 'is 1, not 2'],
    ['a missing series', 'eval instant at 0 vector(1)', 'has 1 series, not 0'],
    ['another series', 'eval instant at 0 vector(1)\n  {a="b"} 1', 'lacks {a="b"}'],
    ['an answer where none should be', 'eval_fail instant at 0 vector(1)', 'has an answer and was to fail'],
    ['another failure', 'eval instant at 0 sum(\n  expect fail msg: something else', 'not with'],
    ['a failure', 'eval instant at 0 sum(', 'the query ends'],
    ['a warning that is not told', 'eval_warn instant at 0 vector(1)\n  {} 1', 'warnings: []'],
    [
      'a warning that is told',
      'eval instant at 0 quantile(2, vector(1))\n  {} +Inf',
      'warnings: ["PromQL warning',
    ],
    [
      'another order',
      'load 1m\n  a{x="1"} 1\n  a{x="2"} 2\n\neval_ordered instant at 0 sort(a)\n  a{x="2"} 2\n  a{x="1"} 1',
      'lacks a{x="2"}',
    ],
    ['a missing step', 'eval range from 0 to 1m step 1m time()\n  {} 0', 'is 0 60, not 0'],
  ])('%s', (_, script, fault) => {
    const [found] = failuresOf(runScript(script, options))
    expect(found).toContain(fault.replaceAll('"', '\\"'))
  })
})
