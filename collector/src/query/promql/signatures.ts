/**
 * Functions by name: what they take and what they give.
 *
 * Left out by name: functions of native histograms, and those that Prometheus calls experimental.
 * Source: prometheus.io/docs/prometheus/latest/querying/functions.
 */
import type { ValueType } from './ast.ts'

export interface Signature {
  readonly args: readonly ValueType[]
  /** How many of `args` may be left out, from the end. */
  readonly optional: number
  /** The last of `args` may be repeated. */
  readonly repeats: boolean
  readonly returns: ValueType
}

const of = (args: readonly ValueType[], returns: ValueType = 'vector', optional = 0): Signature => ({
  args,
  optional,
  repeats: false,
  returns,
})

const each = (names: string, signature: Signature): (readonly [string, Signature])[] =>
  names.split(' ').map(name => [name, signature])

export const SIGNATURES: ReadonlyMap<string, Signature> = new Map([
  ...each('abs ceil exp floor ln log10 log2 sgn sqrt deg rad', of(['vector'])),
  ...each('acos acosh asin asinh atan atanh cos cosh sin sinh tan tanh', of(['vector'])),
  ...each('absent sort sort_desc timestamp', of(['vector'])),
  ...each(
    'day_of_month day_of_week day_of_year days_in_month hour minute month year',
    of(['vector'], 'vector', 1),
  ),
  ...each('rate increase delta irate idelta changes resets deriv', of(['matrix'])),
  ...each('avg_over_time count_over_time last_over_time max_over_time min_over_time', of(['matrix'])),
  ...each('stddev_over_time stdvar_over_time sum_over_time', of(['matrix'])),
  ...each('absent_over_time present_over_time', of(['matrix'])),
  ['predict_linear', of(['matrix', 'scalar'])],
  ['quantile_over_time', of(['scalar', 'matrix'])],
  ['histogram_quantile', of(['scalar', 'vector'])],
  ['clamp', of(['vector', 'scalar', 'scalar'])],
  ...each('clamp_max clamp_min', of(['vector', 'scalar'])),
  ['round', of(['vector', 'scalar'], 'vector', 1)],
  ['label_replace', of(['vector', 'string', 'string', 'string', 'string'])],
  [
    'label_join',
    { args: ['vector', 'string', 'string', 'string'], optional: 1, repeats: true, returns: 'vector' },
  ],
  ...each('time pi', of([], 'scalar')),
  ['scalar', of(['vector'], 'scalar')],
  ['vector', of(['scalar'])],
])

/** Known by name, so that a query is told why it has no answer. */
const LEFT_OUT: ReadonlyMap<string, string> = new Map([
  ...'histogram_avg histogram_count histogram_fraction histogram_stddev histogram_stdvar histogram_sum'
    .split(' ')
    .map(name => [name, 'it works on native histograms, which cannot be computed with yet'] as const),
  ...(
    'double_exponential_smoothing info limitk limit_ratio mad_over_time sort_by_label sort_by_label_desc ' +
    'first_over_time ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time'
  )
    .split(' ')
    .map(name => [name, 'Prometheus calls it experimental'] as const),
  [
    'holt_winters',
    'Prometheus 3 has renamed it to double_exponential_smoothing, and calls that experimental',
  ],
])

/** Why there is no such function, and what may have been meant. */
export function whyUnknown(name: string): string {
  const reason = LEFT_OUT.get(name)
  return reason === undefined ? `there is no function '${name}'` : `'${name}' is not supported: ${reason}`
}
