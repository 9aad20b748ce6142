/**
 * The words of PromQL that the collector understands, and what each gives in a few of ours; the editor
 * completes them. A test holds the functions against the collector's own table.
 */

const pairs = (lines: string): ReadonlyMap<string, string> =>
  new Map(
    lines
      .trim()
      .split('\n')
      .map(line => {
        const [word = '', ...note] = line.trim().split(' ')
        return [word, note.join(' ')] as const
      }),
  )

export const FUNCTIONS = pairs(`
  rate increase of a counter per second, over a window
  increase how far a counter rose in a window
  histogram_quantile the value below which a share of observations lies
  irate rate between the last two samples
  delta how far a gauge moved in a window
  idelta how far a gauge moved between its last two samples
  deriv slope of a gauge per second
  avg_over_time mean of a window
  max_over_time largest of a window
  min_over_time smallest of a window
  sum_over_time sum of a window
  count_over_time samples in a window
  last_over_time newest of a window
  quantile_over_time quantile of a window
  stddev_over_time standard deviation of a window
  stdvar_over_time variance of a window
  present_over_time 1 where a window has samples
  absent_over_time 1 where a window has none
  changes how often a value changed
  resets how often a counter began anew
  predict_linear value in so many seconds, along a line
  absent 1 where nothing is
  abs size without sign
  ceil up to a whole number
  floor down to a whole number
  round to a whole number, or a multiple
  clamp kept between two bounds
  clamp_max kept below a bound
  clamp_min kept above a bound
  label_replace a label made of another by a pattern
  label_join a label made of several
  sort ascending by value
  sort_desc descending by value
  scalar the only series as a number
  vector a number as a series
  time seconds since 1970
  timestamp time of each sample
  exp e to the power of it
  ln natural logarithm
  log2 logarithm of base 2
  log10 logarithm of base 10
  sqrt square root
  sgn -1, 0 or 1
  minute minute of the hour
  hour hour of the day
  day_of_week 0 is Sunday
  day_of_month from 1
  day_of_year from 1
  days_in_month 28 to 31
  month 1 to 12
  year in UTC
  pi 3.14159…
  deg radians as degrees
  rad degrees as radians
  sin sine
  cos cosine
  tan tangent
  asin inverse of the sine
  acos inverse of the cosine
  atan inverse of the tangent
  sinh hyperbolic sine
  cosh hyperbolic cosine
  tanh hyperbolic tangent
  asinh inverse of sinh
  acosh inverse of cosh
  atanh inverse of tanh
`)

export const AGGREGATIONS = pairs(`
  sum of all values
  avg mean of all values
  max largest value
  min smallest value
  count how many series
  topk the largest k
  bottomk the smallest k
  quantile quantile over series
  stddev standard deviation over series
  stdvar variance over series
  group 1 for each group
  count_values how many series have each value
`)

/** Before which labels stand in parentheses. */
export const LABEL_LISTS = pairs(`
  by keep these labels
  without drop these labels
  on match by these labels
  ignoring match without these labels
  group_left many on the left
  group_right many on the right
`)

export const KEYWORDS = pairs(`
  and in both
  or in either
  unless in the first alone
  offset so much earlier
  bool 0 or 1 instead of filtering
  atan2 angle of two sides
`)

const OTHERS: ReadonlySet<string> = new Set(['start', 'end', 'inf', 'nan'])

/** Whether the word belongs to the language and is no metric. */
export const isPromqlWord = (word: string): boolean =>
  [FUNCTIONS, AGGREGATIONS, LABEL_LISTS, KEYWORDS].some(words => words.has(word.toLowerCase())) ||
  OTHERS.has(word.toLowerCase())
