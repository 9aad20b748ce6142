/**
 * Every expression of a large public collection of alert rules parses, prints back, and evaluates:
 * over nothing, and over a store that is seeded so that each of its selectors finds a series.
 */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { compileRegex } from '../../src/filter/pattern.ts'
import type { Label, LabelMatcher, Series } from '../../src/model/series.ts'
import { millis, unixMillis } from '../../src/model/time.ts'
import { selectorsOf } from '../../src/query/promql/ast.ts'
import { instantQuery, rangeQuery } from '../../src/query/promql/engine.ts'
import { keyOf, sortLabels } from '../../src/query/promql/labels.ts'
import { parsePromql } from '../../src/query/promql/parse.ts'
import { printPromql } from '../../src/query/promql/print.ts'
import { MemorySeries, NO_SERIES, seriesOf } from './memory-series.ts'

const fixtures = process.env['HODOSCOPE_FIXTURES']
if (fixtures === undefined)
  console.warn('SKIPPED: HODOSCOPE_FIXTURES is not set; alert rules are not evaluated')

interface RuleFile {
  groups: { rules: { expr: string }[] | null }[]
}

const rules = globSync('awesome-alerts/**/*.yml', { cwd: fixtures ?? '/nowhere' }).flatMap(file => {
  const { groups } = parse(readFileSync(join(fixtures!, file), 'utf8')) as RuleFile
  return groups.flatMap(group => (group.rules ?? []).map(({ expr }) => ({ file, expr })))
})

const STEP = 15_000
const COUNT = 240
const END = unixMillis(STEP * (COUNT - 1))

describe.skipIf(fixtures === undefined)('alert rules', () => {
  it('are 954', () => expect(rules).toHaveLength(954))

  it('print back to what means the same', () => {
    const changed = rules.filter(({ expr }) => {
      const printed = printPromql(parsePromql(expr))
      return printPromql(parsePromql(printed)) !== printed
    })
    expect(changed).toEqual([])
  })

  it('evaluate over nothing', () => {
    expect(faults(({ expr }) => void instantQuery(NO_SERIES, expr, END))).toEqual([])
  })

  it('evaluate over series that their selectors find', () => {
    let answered = 0
    const found = faults(({ expr }) => {
      const store = seededFor(expr)
      for (const { matchers } of selectorsOf(parsePromql(expr)))
        if (store.select({ matchers, from: unixMillis(0), to: END }).length === 0)
          throw new Error(`nothing is seeded for ${JSON.stringify(matchers)}`)
      const { result } = instantQuery(store, expr, END)
      if (result.kind === 'vector' && result.samples.length > 0) answered++
      rangeQuery(store, expr, { start: unixMillis(END - 600_000), end: END, step: millis(60_000) })
    })
    expect(found).toEqual([])
    expect(answered, 'rules that fire or show a value over the seeded series').toBe(453)
  })
})

function faults(evaluate: (rule: { file: string; expr: string }) => void): string[] {
  return rules.flatMap(rule => {
    try {
      evaluate(rule)
      return []
    } catch (error) {
      return [`${rule.file}: ${rule.expr}: ${String(error)}`]
    }
  })
}

/** One series for each selector, that grows. */
function seededFor(expr: string): MemorySeries {
  const series = new Map<string, Series>()
  for (const [index, { matchers }] of selectorsOf(parsePromql(expr)).entries()) {
    const samples = Array.from({ length: COUNT }, (_, at) => 1 + index + at * (1 + index))
    const one = seriesOf(sortLabels(labelsFor(matchers)), STEP, samples)
    series.set(keyOf(one.labels), one)
  }
  return new MemorySeries([...series.values()])
}

function labelsFor(matchers: readonly LabelMatcher[]): Label[] {
  const labels = new Map<string, string>([
    ['instance', 'a:9100'],
    ['job', 'a'],
  ])
  for (const { name } of matchers) {
    const value = valueFor(
      matchers.filter(one => one.name === name),
      labels.get(name) ?? '',
    )
    if (value === '') labels.delete(name)
    else labels.set(name, value)
  }
  return [...labels]
}

/** A value that all matchers of a label take: its own, or one of the alternatives of a pattern in plain letters. */
function valueFor(matchers: readonly LabelMatcher[], own: string): string {
  const candidates = matchers.flatMap(({ value }) =>
    [value, ...value.replaceAll(/\(\?:|[()^$]/g, '').split('|')].flatMap(part => [
      part,
      part
        .replaceAll(/\[.*?\]/g, '1')
        .replaceAll(/\.[*+]\??|\.\?|\\/g, '')
        .replaceAll('.', 'x'),
      part
        .replaceAll(/\[.*?\]/g, '1')
        .replaceAll(/\.[+*]/g, 'x')
        .replaceAll(/\\(?=.)/g, '')
        .replaceAll('.', 'x'),
      `${part}x`,
    ]),
  )
  const holds = (text: string): boolean =>
    matchers.every(({ op, value }) => {
      const same = op.includes('~') ? compileRegex(`^(?s:${value})$`)(text) : text === value
      return same === (op === '=' || op === '=~')
    })
  return [own, ...candidates, 'x', '1', ''].find(holds) ?? own
}
