/**
 * OpenSLO v1alpha, converted to v1. There each objective has its own ratio, in v1 an SLO has one
 * indicator: an SLO with several ratios becomes several SLOs, numbered.
 *
 * Source: github.com/OpenSLO/OpenSLO, oslo/v1alpha.
 */
import { isRecord, type Fields } from '../model/fields.ts'

const UNITS: ReadonlyMap<unknown, string> = new Map([
  ['Minute', 'm'],
  ['Hour', 'h'],
  ['Day', 'd'],
  ['Week', 'w'],
  ['Month', 'M'],
  ['Quarter', 'Q'],
  ['Year', 'Y'],
])

type Json = Record<string, unknown>

/** @returns v1 documents; what could not be converted is a fault under its v1alpha field */
export function fromV1Alpha(document: Fields): Json[] {
  if (document.at('kind').value !== 'SLO') {
    document.at('kind').fault('of openslo/v1alpha, only kind SLO is converted')
    return []
  }
  const objectives = document.at('spec').at('objectives').items()
  const several = objectives.length > 1
  const timeWindow = convertWindows(document.at('spec').at('timeWindows'))
  if (timeWindow === undefined) return []
  return objectives.flatMap((objective, i) => {
    const indicator = convertRatio(objective.at('ratioMetrics'))
    if (indicator === undefined) return []
    return [slo(document, objective, indicator, timeWindow, several ? `-${i + 1}` : '')]
  })
}

function slo(document: Fields, objective: Fields, indicator: Json, timeWindow: Json, suffix: string): Json {
  const metadata = document.at('metadata')
  const spec = document.at('spec')
  const name = `${metadata.at('name').optionalText()}${suffix}`
  return {
    apiVersion: 'openslo/v1',
    kind: 'SLO',
    metadata: present({ name, displayName: metadata.at('displayName').value }),
    spec: present({
      description: spec.at('description').value,
      service: spec.at('service').value,
      indicator: { metadata: { name }, spec: { ratioMetric: indicator } },
      timeWindow: [timeWindow],
      budgetingMethod: spec.at('budgetingMethod').value,
      objectives: [
        present({ displayName: objective.at('displayName').value, target: objective.at('target').value }),
      ],
    }),
  }
}

const present = (fields: Json): Json =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null))

function convertRatio(ratio: Fields): Json | undefined {
  if (ratio.isAbsent) {
    ratio.fault('only objectives with ratioMetrics are converted')
    return undefined
  }
  const counted = ratio.at('good').isAbsent ? 'bad' : 'good'
  const [part, total] = [convertSource(ratio.at(counted)), convertSource(ratio.at('total'))]
  if (part === undefined || total === undefined) return undefined
  return { counter: ratio.at('incremental').boolean(true), [counted]: part, total }
}

function convertSource(source: Fields): Json | undefined {
  const from = source.at('source').text()
  const query = source.at('query').text()
  const language = source.at('queryType').oneOf(['promql', 'PromQL'])
  if (from === undefined || query === undefined || language === undefined) return undefined
  return { metricSource: { type: 'Prometheus', spec: { query } } }
}

function convertWindows(windows: Fields): Json | undefined {
  const [window, ...more] = windows.items()
  if (window === undefined || more.length > 0) {
    windows.fault('expected one window')
    return undefined
  }
  const unit = UNITS.get(window.at('unit').value)
  if (unit === undefined) window.at('unit').fault(`expected one of ${[...UNITS.keys()].join(', ')}`)
  const count = window.at('count').number()
  if (unit === undefined || count === undefined) return undefined
  const calendar = window.at('calendar').value
  return {
    duration: `${count}${unit}`,
    isRolling: window.at('isRolling').boolean(!isRecord(calendar)),
    ...(isRecord(calendar) ? { calendar } : {}),
  }
}
