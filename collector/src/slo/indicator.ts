/**
 * Reads the indicator of an OpenSLO document. Its `metricSource.spec` is free there; ours holds
 *
 *   type: Hodoscope    spec: { signal: spans | logs, query: <search> }
 *   type: Prometheus   spec: { query: <PromQL> }
 *
 * Any other type is kept as written and told as what cannot be resolved.
 */
import { shown, type Fields } from '../model/fields.ts'
import type { Comparison, Indicator, MetricSource } from './objective.ts'

/** @param spec an SLI's spec @param objective with `op` and `value`, which a threshold needs */
export function readIndicator(spec: Fields, objective: Fields): Indicator | undefined {
  const [ratio, threshold] = [spec.at('ratioMetric'), spec.at('thresholdMetric')]
  if (!ratio.isAbsent && !threshold.isAbsent) {
    threshold.fault('an indicator has a ratioMetric or a thresholdMetric, not both')
    return undefined
  }
  if (!ratio.isAbsent) return readRatio(ratio)
  if (!threshold.isAbsent) return readThreshold(threshold, objective)
  spec.fault('expected a ratioMetric or a thresholdMetric')
  return undefined
}

function readRatio(ratio: Fields): Indicator | undefined {
  const [good, bad, raw] = [ratio.at('good'), ratio.at('bad'), ratio.at('raw')]
  if (!raw.isAbsent) {
    raw.fault('a ratio that was divided already has no events to count; give good or bad, and total')
    return undefined
  }
  if (good.isAbsent === bad.isAbsent) {
    ratio.fault('expected good or bad, one of them')
    return undefined
  }
  const counted = good.isAbsent ? 'bad' : 'good'
  const part = readSource(ratio.at(counted).at('metricSource'))
  const total = readSource(ratio.at('total').at('metricSource'))
  const counter = ratio.at('counter').boolean(false)
  if (part === undefined || total === undefined) return undefined
  if (part.type !== total.type || part.signal !== total.signal) {
    ratio.fault(`${counted} and total must come from the same source`)
    return undefined
  }
  return { kind: 'ratio', counted, part, total, counter }
}

const OPERATORS: readonly Comparison[] = ['lt', 'lte', 'gt', 'gte']

function readThreshold(threshold: Fields, objective: Fields): Indicator | undefined {
  const source = readSource(threshold.at('metricSource'))
  const op = objective.at('op').oneOf(OPERATORS)
  const value = objective.at('value').number()
  if (source === undefined || op === undefined || value === undefined) return undefined
  if (source.type === 'Hodoscope' && source.signal === 'logs') {
    threshold.fault('a threshold is held against the duration of spans, or the values of a metric')
    return undefined
  }
  return { kind: 'threshold', source, op, value }
}

function readSource(source: Fields): MetricSource | undefined {
  const reference = source.at('metricSourceRef')
  if (!reference.isAbsent) {
    reference.fault('data sources are not referred to; give type and spec')
    return undefined
  }
  const written = source.at('type').text('Hodoscope or Prometheus')
  if (written === undefined) return undefined
  const type = ['Hodoscope', 'Prometheus'].find(known => known.toLowerCase() === written.toLowerCase())
  if (type === undefined) {
    source
      .at('type')
      .fault(`${shown(written)} is no source that can be resolved: expected Hodoscope or Prometheus`)
    return undefined
  }
  const spec = source.at('spec')
  const query = spec.at('query').text(type === 'Hodoscope' ? 'a search' : 'a PromQL expression')
  const signal = spec.at('signal').isAbsent ? 'spans' : spec.at('signal').oneOf(['spans', 'logs'] as const)
  if (query === undefined || signal === undefined) return undefined
  return { type, signal, query, field: spec.at('query').path }
}
