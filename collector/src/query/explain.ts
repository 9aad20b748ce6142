/**
 * What sets a part of the spans apart that a search finds: those of some stretch of time and of some
 * durations, against all the others.
 */
import type { Filter } from '../filter/ast.ts'
import { unixNano, type Nanos } from '../model/time.ts'
import type { Cancellation, Snapshot, TimeRange } from '../store/api.ts'
import type { Answer, ExplainAnswer } from './answers/index.ts'
import { differences, valuesIn, type CountValues } from './differences.ts'
import { parseSearch } from './search/parse.ts'

export interface ExplainParams {
  /** In the search language. */
  readonly q: string
  readonly range: TimeRange
  readonly selected: TimeRange
  readonly atLeast: Nanos
  /** undefined for all that lasts longer. */
  readonly below: Nanos | undefined
}

const SIGNAL = 'traces'
/** So many spans tell as much as all of them, and are read in a second or two. */
const MOST_COMPARED = 200_000
/** Values of the others that are looked at, for each attribute. */
const ALL_VALUES = 2_000

/** @throws HodoscopeError `query_malformed` */
export function explain(
  snapshot: Snapshot,
  params: ExplainParams,
  cancel: Cancellation,
): Answer<ExplainAnswer> {
  const { q, range, selected } = params
  const all = parseSearch(q, SIGNAL)
  const within: Filter = { op: 'and', of: [all, ...durationFilters(params)] }
  const count = (filter: Filter, of: TimeRange): number => countIn(snapshot, filter, of, cancel)
  const selectedCount = count(within, selected)
  const total = count(all, range)
  const compared = stretchAround(selected, range, of => count(all, of), total)
  const comparedSelected = compared.selected === selected ? selectedCount : count(within, compared.selected)
  const restCount = compared.total - comparedSelected
  const bad = valuesIn(snapshot, { signal: SIGNAL, filter: within, range: compared.selected }, cancel)
  const everything = valuesIn(snapshot, { signal: SIGNAL, filter: all, range: compared.range }, cancel)
  const found =
    comparedSelected === 0
      ? []
      : differences(
          snapshot,
          {
            signal: SIGNAL,
            range: compared.range,
            badCount: comparedSelected,
            goodCount: restCount,
            bad,
            good: less(everything, bad),
          },
          cancel,
        )
  return {
    selectedCount,
    restCount: total - selectedCount,
    compared: {
      fromUnixNano: String(compared.range.from),
      toUnixNano: String(compared.range.to),
      selectedCount: comparedSelected,
      restCount,
    },
    differences: found.map(({ key, value, bad: selectedOf, good: rest, badShare, goodShare }) => ({
      key,
      value,
      selected: selectedOf,
      rest,
      selectedShare: badShare,
      restShare: goodShare,
    })),
  }
}

function durationFilters({ atLeast, below }: ExplainParams): Filter[] {
  const field = { in: 'intrinsic', name: 'duration' } as const
  const bound = (op: '>=' | '<', nano: number): Filter => ({
    op,
    field,
    value: { text: `${nano}ns`, number: nano },
  })
  return [bound('>=', atLeast), ...(below === undefined ? [] : [bound('<', below)])]
}

function countIn(snapshot: Snapshot, filter: Filter, range: TimeRange, cancel: Cancellation): number {
  if (range.from >= range.to) return 0
  const { counts } = snapshot.histogram({ signal: SIGNAL, filter, range, buckets: 1 }, cancel)
  return Object.values(counts).reduce((sum, [count = 0]) => sum + count, 0)
}

/** What all have, less what the selected ones have of it. */
const less =
  (all: CountValues, selected: CountValues): CountValues =>
  key => {
    const of = selected(key, ALL_VALUES)
    return new Map([...all(key, ALL_VALUES)].map(([value, count]) => [value, count - (of.get(value) ?? 0)]))
  }

interface Stretch {
  readonly range: TimeRange
  readonly selected: TimeRange
  readonly total: number
}

/** All of the range where few enough are in it, else less and less of it around the middle of the selection. */
function stretchAround(
  selected: TimeRange,
  range: TimeRange,
  count: (range: TimeRange) => number,
  whole: number,
): Stretch {
  let [part, total] = [range, whole]
  const middle = (selected.from + selected.to) / 2n
  while (total > MOST_COMPARED && part.to - part.from > 1n) {
    const half = (part.to - part.from) / 4n
    part = {
      from: unixNano(middle - half > range.from ? middle - half : range.from),
      to: unixNano(middle + half + 1n < range.to ? middle + half + 1n : range.to),
    }
    total = count(part)
  }
  return part === range
    ? { range, selected, total }
    : { range: part, selected: overlap(selected, part), total }
}

const overlap = (a: TimeRange, b: TimeRange): TimeRange => ({
  from: a.from > b.from ? a.from : b.from,
  to: a.to < b.to ? a.to : b.to,
})
