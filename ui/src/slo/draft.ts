/** A new objective for an operation, as OpenSLO YAML. */
import { stringify } from 'yaml'
import { filterTerm } from '../lib/search-text.ts'
import type { SlosAnswer } from './answers.ts'

export interface Draft {
  readonly service: string
  /** Of the operation; '' for all requests that enter the service. */
  readonly operation: string
  readonly kind: string
  /** Milliseconds under which a request is good; undefined: it is good without an error. */
  readonly thresholdMillis: number | undefined
  /** A decimal, as `0.999`. */
  readonly target: string
}

/** Names of documents that are stored, also of those with faults. */
export const takenNames = ({ objectives, faulty }: SlosAnswer): ReadonlySet<string> =>
  new Set([...objectives.map(({ slo }) => slo), ...faulty.map(({ name }) => name)])

/** Lower-case letters, digits, - and ., as names of OpenSLO are. */
export function nameOf({ service, operation, thresholdMillis }: Draft, taken: ReadonlySet<string>): string {
  const what = thresholdMillis === undefined ? 'availability' : 'latency'
  const name = [service, operation, what]
    .join('-')
    .toLowerCase()
    .replaceAll(/[^a-z\d]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 240)
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name}-${n}`
    if (!taken.has(candidate)) return candidate
  }
}

export function draftYaml(draft: Draft, taken: ReadonlySet<string>): string {
  const { service, operation, kind, thresholdMillis, target } = draft
  const words = [
    service === '' ? '' : filterTerm('service', service),
    operation === '' ? '' : filterTerm('name', operation),
    kind === '' ? '' : filterTerm('kind', kind),
  ]
  const source = (query: string) => ({ metricSource: { type: 'Hodoscope', spec: { query } } })
  const events = source(words.filter(word => word !== '').join(' ') || 'kind:server')
  const title = [service, operation].filter(part => part !== '').join(' ')
  return stringify(
    {
      apiVersion: 'openslo/v1',
      kind: 'SLO',
      metadata: {
        name: nameOf(draft, taken),
        displayName: `${title === '' ? 'Requests' : title} ${thresholdMillis === undefined ? 'without error' : 'in time'}`,
      },
      spec: {
        ...(service !== '' && { service }),
        indicator: {
          spec:
            thresholdMillis === undefined
              ? { ratioMetric: { good: source('-status:error'), total: events } }
              : { thresholdMetric: events },
        },
        timeWindow: [{ duration: '30d', isRolling: true }],
        budgetingMethod: 'Occurrences',
        objectives: [
          {
            target: Number(target),
            ...(thresholdMillis !== undefined && { op: 'lt', value: thresholdMillis }),
          },
        ],
      },
    },
    { lineWidth: 0 },
  )
}

/** A bound that most requests keep: the p95 with some air, rounded up to a pleasant number of milliseconds. */
export function pleasantThreshold(p95Nano: number | null): number {
  const least = ((p95Nano ?? 1e8) / 1e6) * 1.25
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)))
  return [1, 2, 2.5, 5, 8, 10].map(factor => factor * power).find(value => value >= least) ?? 10 * power
}
