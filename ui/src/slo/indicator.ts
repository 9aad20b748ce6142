/** What an SLO document counts, read from its OpenSLO YAML far enough to be told in a sentence. */
import { parse } from 'yaml'

export interface Told {
  /** Which events, as a search or a PromQL expression. */
  readonly events: string
  /** What makes one good, or bad. */
  readonly condition: string
  readonly counted: 'good' | 'bad' | 'threshold'
  readonly signal: 'traces' | 'logs'
  /** Whether `events` is a search of ours that can be opened. */
  readonly searchable: boolean
}

const SIGNS: Readonly<Record<string, string>> = { lt: 'under', lte: 'at most', gt: 'over', gte: 'at least' }

/** A path of own properties; undefined where it leads nowhere. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let here = value
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined
    here = (here as Record<string | number, unknown>)[key]
  }
  return here
}

const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''

/**
 * @param place of the objective among those of the document
 * @returns undefined where the indicator stands elsewhere, or is none that can be told
 */
export function toldOf(yaml: string, place: number): Told | undefined {
  let document: unknown
  try {
    document = parse(yaml)
  } catch {
    return undefined
  }
  const indicator = at(document, 'spec', 'indicator', 'spec')
  const ratio = at(indicator, 'ratioMetric')
  const threshold = at(indicator, 'thresholdMetric', 'metricSource')
  const counted = ratio === undefined ? 'threshold' : at(ratio, 'good') === undefined ? 'bad' : 'good'
  const source = counted === 'threshold' ? threshold : at(ratio, 'total', 'metricSource')
  const events = text(at(source, 'spec', 'query'))
  if (events === '') return undefined
  const searchable = text(at(source, 'type')).toLowerCase() === 'hodoscope'
  return {
    events,
    counted,
    condition:
      counted === 'threshold'
        ? thresholdWords(at(document, 'spec', 'objectives', place), searchable ? '\u00a0ms' : '')
        : text(at(ratio, counted, 'metricSource', 'spec', 'query')),
    signal: at(source, 'spec', 'signal') === 'logs' ? 'logs' : 'traces',
    searchable,
  }
}

/** `under 800 ms`; a metric's values have units of their own. */
const thresholdWords = (objective: unknown, unit: string): string =>
  `${SIGNS[text(at(objective, 'op'))] ?? '?'} ${text(at(objective, 'value'))}${unit}`
