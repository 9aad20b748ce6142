/** What is told of metrics: type, unit, description, and what OTLP tells besides. */
import type { Cancellation, Snapshot } from '../store/api.ts'
import type { Answer, MetricDescriptionsAnswer } from './answers.ts'
import { attributeList } from './containers.ts'

export interface MetricDescriptionsParams {
  /** The name of one metric; '' for all. */
  readonly metric: string
  readonly limit: number
}

export function metricDescriptions(
  snapshot: Snapshot,
  { metric, limit }: MetricDescriptionsParams,
  cancel: Cancellation,
): Answer<MetricDescriptionsAnswer> {
  const told = snapshot
    .metrics(cancel)
    .metadata()
    .filter(({ name }) => metric === '' || name === metric)
  return {
    metrics: told.slice(0, limit).map(({ help, attributes, ...of }) => ({
      ...of,
      description: help,
      attributes: attributeList(attributes),
    })),
    more: told.length > limit,
  }
}
