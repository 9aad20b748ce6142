/** Runs a script: each `eval` is one case, which passes, fails, or is excluded by rule. */
import { HodoscopeError } from '../../src/model/errors.ts'
import type { Labels } from '../../src/model/series.ts'
import { millis, unixMillis } from '../../src/model/time.ts'
import { selectorsOf } from '../../src/query/promql/ast.ts'
import {
  instantQuery,
  rangeQuery,
  type PromqlAnswer,
  type QueryOptions,
  type Result,
} from '../../src/query/promql/engine.ts'
import { keyOf, printLabels } from '../../src/query/promql/labels.ts'
import { parseNumber } from '../../src/query/promql/number.ts'
import { parsePromql } from '../../src/query/promql/parse.ts'
import { printPromql } from '../../src/query/promql/print.ts'
import { parseSeries } from './notation.ts'
import { parseScript, type Eval } from './script.ts'
import { LoadedSeries } from './store.ts'

export interface Outcome {
  readonly line: number
  readonly query: string
  readonly verdict: { readonly passed: true } | { readonly failed: string } | { readonly excluded: string }
}

/** As Prometheus runs its own scripts. */
const AS_PROMETHEUS: QueryOptions = { dropNamesLate: true }
/** Relative to the sum of both. */
const EPSILON = 1e-6

export function runScript(text: string, options = AS_PROMETHEUS): Outcome[] {
  let store = new LoadedSeries()
  const outcomes: Outcome[] = []
  for (const command of parseScript(text)) {
    if (command.kind === 'clear') store = new LoadedSeries()
    else if (command.kind === 'load') store.load(command)
    else
      outcomes.push({ line: command.line, query: command.query, verdict: judge(command, { store, options }) })
  }
  return outcomes
}

interface Run {
  readonly store: LoadedSeries
  readonly options: QueryOptions
}

function judge(test: Eval, run: Run): Outcome['verdict'] {
  const excluded = whyExcluded(test, run.store)
  if (excluded !== undefined) return { excluded }
  try {
    const fault = faultOf(test, run)
    return fault === undefined ? { passed: true } : { failed: fault }
  } catch (error) {
    return {
      failed:
        error instanceof HodoscopeError
          ? error.message
          : String(error instanceof Error ? error.stack : error),
    }
  }
}

/**
 * The rule: a case is excluded when its query selects a series that was loaded as a native histogram,
 * or calls a function that the parser refuses by name (of native histograms, or experimental).
 */
function whyExcluded({ query }: Eval, store: LoadedSeries): string | undefined {
  try {
    for (const { matchers } of selectorsOf(parsePromql(query))) {
      const native = store.nativeChosenBy(matchers)
      if (native !== undefined) return `selects the native histogram ${printLabels(native)}`
    }
    return undefined
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return / is not supported: /.test(message) ? message : undefined
  }
}

function faultOf(test: Eval, run: Run): string | undefined {
  let answer: PromqlAnswer
  try {
    answer = ask(test, test.query, run)
  } catch (error) {
    if (!test.fail || !(error instanceof HodoscopeError)) throw error
    return failureFault(test, error.message)
  }
  if (test.fail) return 'has an answer and was to fail'
  return annotationFault(test, answer) ?? resultFault(test, answer.result) ?? otherWays(test, run)
}

function ask({ times }: Eval, query: string, { store: { source }, options }: Run): PromqlAnswer {
  if ('at' in times) return instantQuery(source, query, unixMillis(times.at), options)
  const { start, end, step } = times
  return rangeQuery(
    source,
    query,
    { start: unixMillis(start), end: unixMillis(end), step: millis(step) },
    options,
  )
}

/** The printed query means the same, and so does an instant that lies within a range. */
function otherWays(test: Eval, run: Run): string | undefined {
  const expr = parsePromql(test.query)
  const printed = resultFault(test, ask(test, printPromql(expr), run).result)
  if (printed !== undefined) return `printed as ${printPromql(expr)}: ${printed}`
  if (!('at' in test.times) || test.ordered || test.text !== undefined) return undefined
  const { at } = test.times
  const { result } = rangeQuery(
    run.store.source,
    test.query,
    { start: unixMillis(at - 60_000), end: unixMillis(at + 60_000), step: millis(60_000) },
    run.options,
  )
  const found = resultFault(test, atTime(result, at))
  return found === undefined ? undefined : `within a range: ${found}`
}

function atTime(result: Result, at: number): Result {
  const series = (result as Extract<Result, { kind: 'matrix' }>).series
  const samples = series.flatMap(({ labels, times, values }) => {
    const index = times.indexOf(at)
    return index < 0 ? [] : [{ labels, value: values[index]! }]
  })
  return { kind: 'vector', at: unixMillis(at), samples }
}

function failureFault({ failMessage, failPattern }: Eval, message: string): string | undefined {
  if (failMessage !== undefined && !message.includes(failMessage))
    return `fails with '${message}', not with '${failMessage}'`
  if (failPattern !== undefined && !failPattern.test(message))
    return `fails with '${message}', not with ${String(failPattern)}`
  return undefined
}

function annotationFault(
  { warn, info, messages }: Eval,
  { warnings, infos }: PromqlAnswer,
): string | undefined {
  if (warn !== undefined && warn !== warnings.length > 0) return `warnings: ${JSON.stringify(warnings)}`
  if (info !== undefined && info !== infos.length > 0) return `infos: ${JSON.stringify(infos)}`
  const missing = messages.find(
    ({ kind, text }) => !(kind === 'warn' ? warnings : infos).some(one => one.includes(text)),
  )
  return missing === undefined
    ? undefined
    : `no ${missing.kind} tells '${missing.text}': ${JSON.stringify([...warnings, ...infos])}`
}

type Row = { readonly labels: Labels; readonly values: readonly (number | undefined)[] }

function resultFault(test: Eval, result: Result): string | undefined {
  if (test.text !== undefined)
    return result.kind === 'string' && result.value === test.text ? undefined : `is ${JSON.stringify(result)}`
  const wanted = test.lines.map(wantedRow)
  const found = rowsOf(result, test)
  if (wanted.length !== found.length)
    return `has ${found.length} series, not ${wanted.length}: ${show(found)}`
  for (const [index, row] of wanted.entries()) {
    const other = test.ordered
      ? found[index]!
      : found.find(({ labels }) => keyOf(labels) === keyOf(row.labels))
    if (other === undefined || keyOf(other.labels) !== keyOf(row.labels))
      return `lacks ${printLabels(row.labels)}: ${show(found)}`
    if (
      row.values.length > other.values.length ||
      !other.values.every((value, i) => equal(value, row.values[i]))
    )
      return `${printLabels(row.labels)} is ${other.values.join(' ')}, not ${row.values.join(' ')}`
  }
  return undefined
}

/** A line of a number alone is a scalar, or a series without labels. */
function wantedRow(line: string): Row {
  const number = parseNumber(line)
  if (number !== undefined) return { labels: [], values: [number] }
  const { labels, samples } = parseSeries(line)
  return { labels, values: samples.map(sample => (sample === 'stale' ? undefined : sample)) }
}

function rowsOf(result: Result, { times }: Eval): Row[] {
  if (result.kind === 'vector')
    return result.samples.map(({ labels, value }) => ({ labels, values: [value] }))
  if (result.kind === 'scalar') return [{ labels: [], values: [result.value] }]
  if (result.kind === 'string') return []
  const { start, step, end } = 'at' in times ? { start: times.at, step: 1, end: times.at } : times
  return result.series.map(({ labels, times, values }) => ({
    labels,
    values: Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, i) => {
      const index = times.indexOf(start + i * step)
      return index < 0 ? undefined : values[index]
    }),
  }))
}

function equal(a: number | undefined, b: number | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true
  const sum = Math.abs(a) + Math.abs(b)
  if (a === 0 || b === 0 || sum < 2 ** -1022) return Math.abs(a - b) < EPSILON * 2 ** -1022
  return Math.abs(a - b) / Math.min(sum, Number.MAX_VALUE) < EPSILON
}

const show = (rows: readonly Row[]): string =>
  rows.map(({ labels, values }) => `${printLabels(labels)} ${values.join(' ')}`).join('; ')
