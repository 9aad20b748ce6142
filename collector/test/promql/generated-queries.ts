/**
 * Queries at random over the generated series, each of which has one right answer to the last digits.
 *
 * An expression is `exact` when both engines compute it by the same operations in the same order.
 * Functions that jump (comparisons, `floor`, `topk`) or cancel (`-`, `%`) are applied to exact ones
 * alone: elsewhere a difference in the last digit would decide over the answer.
 *
 * Left out, because 2.42 gives what nobody can mean: the calendar of NaN and of infinities (the
 * smallest 64-bit integer, as a date), `predict_linear` under `@` in range queries (its window
 * moves on), and `timestamp` under `@` and `offset` at once (the offset is forgotten).
 */
import type { Random } from '../support/random.ts'
import { FIRST_SECOND, LAST_SECOND } from './generated-series.ts'

interface Generated {
  readonly text: string
  readonly exact: boolean
}

const exact = (text: string): Generated => ({ text, exact: true })
const inexact = (text: string): Generated => ({ text, exact: false })

const SELECTORS = [
  'temperature',
  'temperature{zone="x"}',
  'temperature{job=~"api|web"}',
  'temperature{instance!="a",zone="y"}',
  'memory_bytes',
  'memory_bytes{job!~"d.*"}',
  'requests_total',
  'requests_total{code="200"}',
  'requests_total{code=~"[45]..",job="api"}',
  'latency_seconds_bucket{le="1"}',
  'up',
  'up{job="api"}',
  'absent_metric{job="x"}',
] as const
const COUNTERS = [
  'requests_total',
  'requests_total{code!="404"}',
  'latency_seconds_bucket{job="api"}',
] as const
const RANGES = ['1m', '2m', '5m', '10m', '25m'] as const
const CALENDAR = [
  'hour',
  'minute',
  'month',
  'year',
  'day_of_week',
  'day_of_month',
  'days_in_month',
  'day_of_year',
] as const
const GROUPS = [
  'by (job)',
  'by (job, instance)',
  'without (instance)',
  'by (zone, code)',
  'without (zone, code)',
  '',
] as const
const MATCHES = [
  '',
  'on (job, instance)',
  'on (instance, zone)',
  'ignoring (zone)',
  'ignoring (code)',
  'on (job)',
] as const

export class Queries {
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  next(): string {
    return this.#vector(3).text
  }

  #vector(depth: number): Generated {
    if (depth === 0) return exact(this.#selector())
    const forms = [
      () => exact(this.#selector()),
      () => this.#overTime(depth),
      () => this.#rate(),
      () => this.#aggregation(depth),
      () => this.#binary(depth),
      () => this.#withScalar(depth),
      () => this.#elementwise(depth),
      () => this.#histogramQuantile(),
      () => this.#other(depth),
    ]
    return this.#random.pick(forms)()
  }

  #exact(depth: number): string {
    for (let left = 20; left > 0; left--) {
      const { text, exact } = this.#vector(depth)
      if (exact) return text
    }
    return this.#selector()
  }

  #selector(): string {
    return `${this.#random.pick(SELECTORS)}${this.#shift()}`
  }

  #shift(): string {
    const random = this.#random
    const at = random.chance(0.08)
      ? ` @ ${random.pick(['end()', 'start()', `${FIRST_SECOND + 1800}.037`])}`
      : ''
    return random.chance(0.15) ? `${at} offset ${random.pick(['1m', '7m', '-2m', '30s'])}` : at
  }

  #range(selectors: readonly string[]): string {
    return `${this.#random.pick(selectors)}[${this.#random.pick(RANGES)}]${this.#shift()}`
  }

  #subquery(depth: number): string {
    const range = this.#random.pick(['3m', '10m'])
    return `(${this.#withoutSubquery(depth)})[${range}:${this.#random.pick(['', '30s', '45s', '2m'])}]${this.#shift()}`
  }

  /** Subqueries within subqueries would look at the edges of windows. */
  #withoutSubquery(depth: number): string {
    for (let left = 20; left > 0; left--) {
      const text = this.#exact(depth)
      if (!text.includes(':')) return text
    }
    return this.#selector()
  }

  #overTime(depth: number): Generated {
    const random = this.#random
    const range = random.chance(0.25) ? this.#subquery(depth - 1) : this.#range(SELECTORS)
    const name = random.pick([
      'min_over_time',
      'max_over_time',
      'count_over_time',
      'last_over_time',
      'changes',
      'resets',
      'present_over_time',
      'absent_over_time',
      'idelta',
    ])
    if (random.chance(0.5)) return exact(`${name}(${range})`)
    if (random.chance(0.2))
      return inexact(`quantile_over_time(${random.pick(['0.5', '0.9', '0'])}, ${range})`)
    if (random.chance(0.2))
      return inexact(`predict_linear(memory_bytes[${random.pick(RANGES)}], ${random.pick(['60', '-300'])})`)
    return inexact(
      `${random.pick(['avg_over_time', 'sum_over_time', 'stddev_over_time', 'stdvar_over_time', 'deriv'])}(${this.#range(['memory_bytes', 'requests_total', 'memory_bytes{job="web"}'])})`,
    )
  }

  #rate(): Generated {
    const func = this.#random.pick(['rate', 'increase', 'irate', 'delta'])
    const range =
      func === 'delta' ? this.#range(['temperature', 'memory_bytes{job="api"}']) : this.#range(COUNTERS)
    return inexact(`${func}(${range})`)
  }

  #aggregation(depth: number): Generated {
    const random = this.#random
    const group = random.pick(GROUPS)
    if (random.chance(0.15))
      return exact(
        `${random.pick(['topk', 'bottomk'])} ${group} (${1 + random.below(4)}, ${random.pick(['temperature', 'memory_bytes'])}${this.#shift()})`,
      )
    if (random.chance(0.08))
      return inexact(`quantile ${group} (${random.pick(['0.3', '0.99', '1.5'])}, ${this.#exact(depth - 1)})`)
    if (random.chance(0.06))
      return exact(
        `count_values ${group} ("value", ${random.pick(['up', 'round(temperature)', 'build_info'])})`,
      )
    if (random.chance(0.3)) return inexact(`${random.pick(['sum', 'avg'])} ${group} (${this.#positive()})`)
    if (random.chance(0.1))
      return inexact(`${random.pick(['stddev', 'stdvar'])} ${group} (temperature${this.#shift()})`)
    const op = random.pick(['min', 'max', 'count', 'group'])
    return exact(`${op} ${group} (${this.#exact(depth - 1)})`)
  }

  /** Nothing cancels in a sum of these. */
  #positive(): string {
    const random = this.#random
    return random.chance(0.5)
      ? `rate(${this.#range(COUNTERS)})`
      : `${random.pick(['memory_bytes', 'requests_total', 'up'])}${this.#shift()}`
  }

  #binary(depth: number): Generated {
    const random = this.#random
    const match = random.pick(MATCHES)
    if (random.chance(0.2))
      return exact(
        `(${this.#exact(depth - 1)}) ${random.pick(['and', 'or', 'unless'])} ${match} (${this.#exact(depth - 1)})`,
      )
    if (random.chance(0.25)) {
      const many = random.pick(['temperature', 'requests_total', 'memory_bytes'])
      return exact(
        `${many} ${random.pick(['*', '+', '>', '/'])} on (job, instance) group_left (version) build_info`,
      )
    }
    if (random.chance(0.3)) {
      const [left, right] = [this.#vector(depth - 1), this.#vector(depth - 1)]
      const text = `(${left.text}) ${random.pick(['*', '/'])} ${match} (${right.text})`
      return { text, exact: left.exact && right.exact }
    }
    const op = random.pick(['+', '-', '==', '!=', '<', '>=', '> bool', '== bool', '%', '^'])
    return {
      text: `(${this.#exact(depth - 1)}) ${op} ${match} (${this.#exact(depth - 1)})`,
      exact: op !== '^',
    }
  }

  #withScalar(depth: number): Generated {
    const random = this.#random
    const number = random.pick([
      '2',
      '0.5',
      '10',
      '1e3',
      'scalar(up{job="api",instance="a"})',
      '-3',
      'NaN',
      '+Inf',
    ])
    const turn = (vector: string, op: string): string =>
      random.chance(0.3) ? `${number} ${op} (${vector})` : `(${vector}) ${op} ${number}`
    if (random.chance(0.3)) {
      const { text, exact } = this.#vector(depth - 1)
      return { text: turn(text, random.pick(['*', '/'])), exact }
    }
    return exact(turn(this.#exact(depth - 1), random.pick(['+', '-', '<', '>', '<=', '!=', '> bool', '%'])))
  }

  #elementwise(depth: number): Generated {
    const random = this.#random
    const inner = this.#exact(depth - 1)
    if (random.chance(0.35))
      return inexact(
        `${random.pick(['ln', 'log2', 'log10', 'sqrt', 'exp', 'sin', 'cos', 'atan', 'sinh', 'deg', 'rad', 'asinh'])}(${inner})`,
      )
    if (random.chance(0.2))
      return exact(`clamp(${inner}, ${random.pick(['0', '-5'])}, ${random.pick(['10', '-10', '1e6'])})`)
    if (random.chance(0.2))
      return exact(`${random.pick(['clamp_min', 'clamp_max'])}(${inner}, ${random.pick(['1', '15', '1e6'])})`)
    if (random.chance(0.2)) return exact(`round(${inner}, ${random.pick(['5', '0.5', '100'])})`)
    return exact(`${random.pick(['abs', 'ceil', 'floor', 'sgn', '-'])}(${inner})`)
  }

  #histogramQuantile(): Generated {
    const random = this.#random
    const labels = random.pick(['le', 'job, le', 'instance, job, le'])
    const rates = `rate(latency_seconds_bucket[${random.pick(['2m', '5m'])}]${this.#shift()})`
    const buckets = random.chance(0.6) ? `sum by (${labels}) (${rates})` : rates
    return inexact(`histogram_quantile(${random.pick(['0.5', '0.9', '0.99', '0', '1', '2'])}, ${buckets})`)
  }

  #timestamp(): string {
    return `timestamp(${this.#random.pick(SELECTORS)}${this.#random.pick(['', ' offset 7m', ' @ end()'])})`
  }

  #other(depth: number): Generated {
    const inner = this.#exact(depth - 1)
    return exact(
      this.#random.pick([
        this.#timestamp(),
        `${this.#random.pick(CALENDAR)}(${this.#timestamp()})`,
        `${this.#random.pick(CALENDAR)}(1e4 * temperature)`,
        `absent(${inner})`,
        `sort(${inner})`,
        `label_replace(${inner}, "place", "$1-$2", "job", "(.)(.*)")`,
        `label_join(${inner}, "place", "/", "job", "instance")`,
        `vector(scalar(${inner}))`,
        `vector(time())`,
        `(${inner})`,
      ]),
    )
  }
}

/** Seconds; 0.037 after a whole one. */
export type QueryTimes =
  { readonly at: number } | { readonly start: number; readonly end: number; readonly step: number }

export function timesAtRandom(random: Random): QueryTimes {
  const at = FIRST_SECOND + 900 + random.below(LAST_SECOND - FIRST_SECOND - 600) + 0.037
  if (random.chance(0.5)) return { at }
  const step = random.pick([15, 17, 60, 240])
  return { start: at, end: at + step * random.below(12), step }
}
