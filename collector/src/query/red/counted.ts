/** Counts of a range by what they are asked for: now, in as long a time before, and along the range. */
import { nanoOfMillis, type UnixMillis } from '../../model/time.ts'
import { MILLIS_PER_MINUTE } from '../../model/time.ts'
import type { RedReader } from '../../red/reader.ts'
import type { Operation, SeenVersion } from '../../red/table.ts'
import type { RedFigures, RedLines } from '../answers/index.ts'
import { figuresOf, secondsOf } from './figures.ts'
import { before, nanoOfMinute, type Slices } from './slices.ts'
import { Tally } from './tally.ts'

export interface Tallies {
  readonly now: Tally
  readonly before: Tally
  readonly points: readonly Tally[]
}

export interface Counted {
  readonly tallies: ReadonlyMap<string, Tallies>
  readonly slices: Slices
  /** Minutes over which rates are taken: from the first request of all on, and not beyond the present. */
  readonly first: number
  readonly end: number
}

interface Asked {
  readonly of: 'services' | 'operations'
  readonly service?: string
  readonly keyOf: (operation: Operation) => string
}

export function readCounted(
  red: RedReader,
  slices: Slices,
  now: UnixMillis,
  { keyOf, ...asked }: Asked,
): Counted {
  const { grain, from, to, step, points } = slices
  const tallies = new Map<string, Tallies>()
  let first = to
  red.each({ ...asked, grain, from: before(slices).from, to }, (operation, status, minute, cell) => {
    const key = keyOf(operation)
    let own = tallies.get(key)
    if (own === undefined) tallies.set(key, (own = newTallies(points)))
    first = Math.min(first, minute)
    if (minute < from) return own.before.add(status, cell)
    own.now.add(status, cell)
    own.points[Math.floor((minute - from) / step)]!.add(status, cell)
  })
  return { tallies, slices, first: Math.max(from, first), end: Math.min(to, now / MILLIS_PER_MINUTE) }
}

const newTallies = (points: number): Tallies => ({
  now: new Tally(),
  before: new Tally(),
  points: Array.from({ length: points }, () => new Tally()),
})

/** Of the range; rates from the first request on. */
export const presentFigures = ({ now }: Tallies, { first, end }: Counted): RedFigures =>
  figuresOf(now, secondsOf(first, end))

export const earlierFigures = ({ before: earlier }: Tallies, { slices: { from, to } }: Counted): RedFigures =>
  figuresOf(earlier, secondsOf(from, to))

export function linesOf({ points }: Tallies, { slices: { from, step }, end }: Counted): RedLines {
  return {
    rate: points.map(
      ({ requests }, i) => requests / secondsOf(from + i * step, Math.min(end, from + (i + 1) * step)),
    ),
    errorRatio: points.map(point => point.errorRatio ?? null),
    p50Nano: points.map(point => point.quantile(0.5) ?? null),
    p95Nano: points.map(point => point.quantile(0.95) ?? null),
    p99Nano: points.map(point => point.quantile(0.99) ?? null),
  }
}

/** What an answer says of its counts. */
export function countedFacts(red: RedReader, { from, to, step }: Slices) {
  const { outOfTime, received } = red.reached
  return {
    fromUnixNano: String(nanoOfMinute(from)),
    toUnixNano: String(nanoOfMinute(to)),
    stepSeconds: step * 60,
    uncountedRequests: red.lacking,
    outOfTimeSpans: outOfTime,
    countedUpToUnixNano: received === undefined ? null : String(received),
  }
}

export const deployFacts = (deploy: SeenVersion | undefined) =>
  deploy ? { version: deploy.version, timeUnixNano: String(nanoOfMillis(deploy.first)) } : null
