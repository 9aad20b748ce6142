/** What is told of metrics: type, unit, description, and what OTLP tells besides. */
import type { Cancellation, Snapshot } from '../store/api.ts'
import type { Answer, MetricsAnswer } from './answers.ts'
import { attributeList } from './containers.ts'

export interface MetricsParams {
  /** The name of one metric; '' for all. */
  readonly metric: string
  readonly limit: number
}

export function metrics(
  snapshot: Snapshot,
  { metric, limit }: MetricsParams,
  cancel: Cancellation,
): Answer<MetricsAnswer> {
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
