/** The metrics on which requests left their marks, as rows of a list. Pure. */
import type { MarkedSeriesJson } from '../../../collector/src/serve/api-types.ts'
import { selectorText } from './matrix.ts'
import { quantityOf, type Quantity } from './quantity.ts'
import { suggestQuery } from './suggest-query.ts'

export interface Mark {
  /** A histogram's without `_bucket`. */
  readonly name: string
  /** What else is told of the series: `{http_route="/checkout"}`; '' for nothing. */
  readonly labels: string
  readonly value: number
  readonly quantity: Quantity
  /** Unix milliseconds. */
  readonly at: number
  readonly traceId: string
  readonly spanId: string
  /** What the metric looked like for such requests. */
  readonly query: string
}

/** A window that holds several samples of what is collected once a minute. */
const WINDOW = '5m'

/** Where a `Date` ends, in Unix milliseconds: who sends an exemplar may name any time. */
const FURTHEST = 8.64e15

/** In order of time. */
export function marksOf(metrics: readonly MarkedSeriesJson[]): Mark[] {
  return metrics.flatMap(marksOfSeries).sort((a, b) => a.at - b.at)
}

function marksOfSeries({ labels, exemplars }: MarkedSeriesJson): Mark[] {
  const { __name__: series = '', le, ...rest } = labels
  const isBucket = le !== undefined && series.endsWith('_bucket')
  const name = isBucket ? series.slice(0, -'_bucket'.length) : series
  const own = isBucket || le === undefined ? rest : { ...rest, le }
  const query = suggestQuery({ name, type: 'unknown', names: [series] }, WINDOW, own)
  const text = selectorText(own)
  return exemplars.map(({ value, timeUnixMillis, traceId, spanId }) => ({
    name,
    labels: text,
    value: Number(value),
    quantity: quantityOf(series),
    at: Math.max(-FURTHEST, Math.min(FURTHEST, timeUnixMillis)),
    traceId,
    spanId,
    query,
  }))
}
