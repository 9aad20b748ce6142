/**
 * Series as test scripts write them: `name{label="value"} 0 1 2 _ stale 5+10x3 {{schema:0 …}}x2`.
 *
 * Native histograms are recognised and not understood: a series that has one is told as such.
 * Source: prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules, "series".
 */
import type { Label, Labels } from '../../src/model/series.ts'
import { parseDuration } from '../../src/query/promql/duration.ts'
import { sortLabels } from '../../src/query/promql/labels.ts'
import { parseNumber } from '../../src/query/promql/number.ts'
import { Scanner } from '../../src/query/promql/scanner.ts'

export type Sample = number | 'stale' | undefined

export interface WrittenSeries {
  readonly labels: Labels
  readonly samples: readonly Sample[]
  /** Whether a sample is a native histogram; those are left out of `samples`. */
  readonly native: boolean
}

export function parseSeries(line: string): WrittenSeries {
  const { labels, rest } = parseLabels(line)
  const words = rest.match(/(?:\{\{[^}]*\}\}|[^\s{])+/g) ?? []
  return { labels, samples: words.flatMap(samplesOf), native: rest.includes('{{') }
}

export function parseLabels(line: string): { labels: Labels; rest: string } {
  const scan = new Scanner(line)
  const labels: Label[] = []
  if (scan.ahead.kind === 'identifier') labels.push(['__name__', scan.take().text])
  const noBraces = line.slice(scan.lastEnd).trimStart().startsWith('{{')
  if (noBraces || scan.takeSymbol('{') === undefined) return { labels, rest: line.slice(scan.lastEnd) }
  while (!scan.isSymbol('}')) {
    const name = scan.take().text
    if (scan.takeSymbol('=') === undefined) labels.push(['__name__', name])
    else labels.push([name, scan.take().text])
    if (scan.takeSymbol(',') === undefined) break
  }
  scan.take()
  return { labels: sortLabels(labels.filter(([, value]) => value !== '')), rest: line.slice(scan.lastEnd) }
}

/** `_`, `_x3`, `stale`, `5`, `5x3` (four of them), `5+10x3`, `5-10x3`. */
function samplesOf(word: string): Sample[] {
  if (word.includes('{{')) return [undefined]
  const gap = /^_(?:x(\d+))?$/.exec(word)
  if (gap !== null) return Array<Sample>(Number(gap[1] ?? 1)).fill(undefined)
  if (word === 'stale') return ['stale']
  const [, first, step, count] =
    /^([+-]?[\w.]+?(?:e[+-]?\d+)?)(?:([+-][\d.]+(?:e[+-]?\d+)?)?x(\d+))?$/i.exec(word) ?? []
  const value = parseNumber(first ?? '')
  if (value === undefined) throw new SyntaxError(`'${word}' is no sample`)
  return Array.from({ length: Number(count ?? 0) + 1 }, (_, i) => value + i * Number(step ?? 0))
}

/** A duration, or a number of seconds, in milliseconds. */
export function parseTime(text: string): number {
  const length = parseDuration(text)
  if (length !== undefined) return length
  const seconds = parseNumber(text)
  if (seconds === undefined) throw new SyntaxError(`'${text}' is no time`)
  return seconds * 1000
}
