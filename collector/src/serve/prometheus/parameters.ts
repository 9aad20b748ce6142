/**
 * Parameters as Prometheus reads them: times in seconds or RFC 3339, durations in seconds or as `5m`.
 * Parameters that it does not know it ignores, and so do we: clients send their own.
 *
 * Source: prometheus.io/docs/prometheus/latest/querying/api, "Generic placeholders".
 */
import { HodoscopeError } from '../../model/errors.ts'
import type { LabelMatcher } from '../../model/series.ts'
import { millis, unixMillis, type Millis, type UnixMillis } from '../../model/time.ts'
import { parseDuration } from '../../query/promql/duration.ts'
import { placeOf } from '../../query/promql/fault.ts'
import { parseNumber } from '../../query/promql/number.ts'
import { parsePromql } from '../../query/promql/parse.ts'

/** Beyond every sample. */
const FIRST_TIME = unixMillis(-8.64e15)
const LAST_TIME = unixMillis(8.64e15)
const RFC3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/

export class PrometheusParameters {
  readonly #given: URLSearchParams

  constructor(given: URLSearchParams) {
    this.#given = given
  }

  /** '' when it is not given. */
  text(name: string): string {
    return this.#given.get(name) ?? ''
  }

  /** @param missing taken when it is not given; without it, it must be */
  time(name: string, missing?: UnixMillis): UnixMillis {
    const text = this.text(name)
    if (text === '' && missing !== undefined) return missing
    const time = timeOf(text)
    if (time === undefined) throw invalid(name, `cannot parse ${JSON.stringify(text)} to a valid timestamp`)
    return time
  }

  /** Undefined when it is not given. */
  optionalDuration(name: string): Millis | undefined {
    return this.text(name) === '' ? undefined : this.duration(name)
  }

  duration(name: string): Millis {
    const text = this.text(name)
    const seconds = parseNumber(text)
    const length = seconds === undefined ? parseDuration(text) : millis(Math.round(seconds * 1000))
    if (length === undefined || !Number.isFinite(length))
      throw invalid(name, `cannot parse ${JSON.stringify(text)} to a valid duration`)
    return length
  }

  all(name: string): string[] {
    return this.#given.getAll(name)
  }

  /** 0 is no limit. */
  limit(name = 'limit'): number {
    const text = this.text(name)
    if (text === '') return 0
    if (!/^\d{1,15}$/.test(text))
      throw invalid(name, `${JSON.stringify(text)} is no whole number that is 0 or more`)
    return Number(text)
  }

  /** @throws HodoscopeError where `to` lies before `from` */
  timeRange(): { from: UnixMillis; to: UnixMillis } {
    const from = this.time('start', FIRST_TIME)
    const to = this.time('end', LAST_TIME)
    if (to < from) throw invalid('end', 'end timestamp must not be before start timestamp')
    return { from, to }
  }

  /** Matchers of each `match[]`. */
  selectors(): (readonly LabelMatcher[])[] {
    return this.#given.getAll('match[]').map(text => {
      const expr = understood('match[]', text, parsePromql)
      if (expr.kind !== 'selector') throw invalid('match[]', `${JSON.stringify(text)} is no selector`)
      return expr.matchers
    })
  }
}

export function invalid(name: string, reason: string): HodoscopeError {
  return new HodoscopeError('parameter_invalid', `invalid parameter ${JSON.stringify(name)}: ${reason}`)
}

/** Runs what parses a parameter; its fault is told with the place in the text. */
function understood<T>(name: string, text: string, parse: (text: string) => T): T {
  try {
    return parse(text)
  } catch (error) {
    throw error instanceof HodoscopeError ? parseFault(name, text, error) : error
  }
}

/** `invalid parameter "query": 1:5: parse error: …` */
export function parseFault(name: string, text: string, error: HodoscopeError): HodoscopeError {
  return invalid(name, `${placeOf(text, error.position ?? 0)}: parse error: ${error.message}`)
}

function timeOf(text: string): UnixMillis | undefined {
  const seconds = parseNumber(text)
  const time =
    seconds === undefined ? (RFC3339.test(text) ? Date.parse(text) : Number.NaN) : Math.round(seconds * 1000)
  return time >= FIRST_TIME && time <= LAST_TIME ? unixMillis(time) : undefined
}

/** `U__` before a name in a path: `__` stands for `_`, and `_2e_` for the character of that code. */
export function unescapeName(name: string): string {
  if (!name.startsWith('U__')) return name
  return name
    .slice(3)
    .replaceAll(/__|_([\da-f]{1,6})_/gi, (_, code: string | undefined) =>
      code === undefined ? '_' : String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff)),
    )
}
