/**
 * Cells of counts become counters: what came in each slice of a range, for each series that is asked for.
 *
 * A histogram has two bounds for each doubling, which are bounds of the buckets in which durations are
 * counted, so that none is split. A duration that is exactly a bound counts above it.
 */
import { bucketOf, lowerOf } from '../../model/duration-buckets.ts'
import { HodoscopeError } from '../../model/errors.ts'
import type { Label, Labels } from '../../model/series.ts'
import type { StatusCode } from '../../model/telemetry.ts'
import type { Nanos } from '../../model/time.ts'
import type { CellScan } from '../../red/cells.ts'
import type { Operation } from '../../red/table.ts'
import { matchesLabels, type CompiledMatcher } from '../../store/api.ts'
import { keyOf, METRIC_NAME } from '../promql/labels.ts'
import type { Family } from './families.ts'

const ERROR = 2
const NANOS_PER_SECOND = 1e9
/** Buckets of durations between two bounds; the first bound, 131 µs, and the last, 34 s. */
const STEP = 4
const [FIRST, LAST] = [56, 200]
const BOUNDS = Array.from({ length: (LAST - FIRST) / STEP + 1 }, (_, i) => FIRST + i * STEP)
/** What is held at a time: 160 MB. */
const MOST_SAMPLES = 20_000_000

/** What a slice of one cell adds. */
type Amount = (cell: CellScan) => number

const count: Amount = ({ size, counts }) => {
  let sum = 0
  for (let i = 0; i < size; i++) sum += counts[i]!
  return sum
}
const seconds: Amount = ({ sum }) => sum / NANOS_PER_SECOND
/** @param bound a bucket of durations; those in it and above do not count */
const below =
  (bound: number): Amount =>
  ({ size, buckets, counts }) => {
    let sum = 0
    for (let i = 0; i < size && buckets[i]! < bound; i++) sum += counts[i]!
    return sum
  }

interface Member {
  readonly suffix: string
  readonly label: Label | undefined
  readonly amount: Amount
}

const COUNTER: readonly Member[] = [{ suffix: '', label: undefined, amount: count }]
const HISTOGRAM: readonly Member[] = [
  { suffix: '_count', label: undefined, amount: count },
  { suffix: '_sum', label: undefined, amount: seconds },
  ...BOUNDS.map((bound): Member => ({
    suffix: '_bucket',
    label: ['le', String(lowerOf(bound) / NANOS_PER_SECOND)],
    amount: below(bound),
  })),
  { suffix: '_bucket', label: ['le', '+Inf'], amount: count },
]

/** The label `le` of the first bucket that counts a duration. */
export function boundOf(duration: Nanos): string {
  const bucket = bucketOf(duration)
  const bound = BOUNDS.find(at => at > bucket)
  return bound === undefined ? '+Inf' : String(lowerOf(bound) / NANOS_PER_SECOND)
}

const membersOf = ({ as }: Family): readonly Member[] => (as === 'histogram' ? HISTOGRAM : COUNTER)

export interface Counter {
  readonly labels: Labels
  /** For each slice. */
  readonly added: Float64Array
}

export class Counters {
  readonly #families: readonly Family[]
  readonly #matchers: readonly CompiledMatcher[]
  readonly #slices: number
  readonly #byKey = new Map<string, Counter>()
  readonly #of = new Map<Operation, (readonly (readonly [Counter, Amount])[] | undefined)[]>()

  constructor(families: readonly Family[], matchers: readonly CompiledMatcher[], slices: number) {
    this.#families = families
    this.#matchers = matchers
    this.#slices = slices
  }

  add(operation: Operation, status: StatusCode, slice: number, cell: CellScan): void {
    let byStatus = this.#of.get(operation)
    if (byStatus === undefined) this.#of.set(operation, (byStatus = []))
    for (const [{ added }, amount] of (byStatus[status] ??= this.#counters(operation, status)))
      added[slice]! += amount(cell)
  }

  #counters(operation: Operation, status: StatusCode): (readonly [Counter, Amount])[] {
    const found: (readonly [Counter, Amount])[] = []
    for (const family of this.#families) {
      const own = family.labels(operation, status)
      if (own === undefined) continue
      // What never failed is told as 0: a share of failures needs both.
      const isCounted = family.as !== 'failed' || status === ERROR
      for (const { suffix, label, amount } of membersOf(family)) {
        const named: Label = [METRIC_NAME, family.name + suffix]
        const labels = [named, ...own, ...(label ? [label] : [])]
          .filter(([, value]) => value !== '')
          .sort(([a], [b]) => (a < b ? -1 : 1))
        if (matchesLabels(this.#matchers, labels))
          found.push([this.#counter(labels), isCounted ? amount : () => 0])
      }
    }
    return found
  }

  #counter(labels: Labels): Counter {
    const key = keyOf(labels)
    let counter = this.#byKey.get(key)
    if (counter !== undefined) return counter
    if ((this.#byKey.size + 1) * this.#slices > MOST_SAMPLES)
      throw new HodoscopeError(
        'query_too_large',
        `the query would read more than ${MOST_SAMPLES} samples of what was counted of spans`,
      )
    this.#byKey.set(key, (counter = { labels, added: new Float64Array(this.#slices) }))
    return counter
  }

  all(): Iterable<Counter> {
    return this.#byKey.values()
  }
}

/** Families of which some series has a name that matches. */
export function wanted(families: readonly Family[], matchers: readonly CompiledMatcher[]): Family[] {
  const ofName = matchers.filter(({ name }) => name === METRIC_NAME)
  const names = (family: Family) => new Set(membersOf(family).map(({ suffix }) => family.name + suffix))
  return families.filter(family =>
    [...names(family)].some(name => matchesLabels(ofName, [[METRIC_NAME, name]])),
  )
}
