/**
 * What sets bad events apart: for each attribute value its share among them against its share among
 * the good ones.
 *
 * A value tells of a cause when several bad events have it. And some attributes say which one it was
 * and not why: the process, the connection, the thread, or whatever has almost a value of its own for
 * each event. After a restart, all that is bad may well come from one process. Such an identity counts
 * half: it stands on top only where nothing else tells half as much, as when one instance of five is
 * broken.
 */
import type { Filter } from '../filter/ast.ts'
import type { Signal } from '../model/telemetry.ts'
import type { Cancellation, Snapshot, TimeRange } from '../store/api.ts'

/** How many of some events have each value of an attribute, most frequent first. */
export type CountValues = (key: string, limit: number) => ReadonlyMap<string, number>

export interface Compared {
  readonly signal: Signal
  /** In which attributes are looked for. */
  readonly range: TimeRange
  readonly bad: CountValues
  readonly good: CountValues
  /** How many events there are. */
  readonly badCount: number
  readonly goodCount: number
}

export interface Difference {
  readonly key: string
  readonly value: string
  readonly bad: number
  readonly good: number
  /** Of the bad events, how many have the value; in [0, 1]. */
  readonly badShare: number
  readonly goodShare: number
}

const KEYS = 60
const BAD_VALUES = 20
const GOOD_VALUES = 1_000
const DIFFERENCES = 30
/** A value that fewer of the bad events have tells of them, not of their cause. */
const LEAST_SHARE = 0.05
const LEAST_EVENTS = 2
/** Known without asking: they say when, not why. */
const INTRINSICS: Readonly<Record<Signal, readonly string[]>> = {
  traces: ['name', 'service'],
  logs: ['service', 'severity'],
}

export function differences(snapshot: Snapshot, compared: Compared, cancel: Cancellation): Difference[] {
  const { signal, range } = compared
  const counted = snapshot.attributeKeys({ signal, range, prefix: '', limit: KEYS }, cancel)
  const keys = new Set([...INTRINSICS[signal], ...counted.map(({ key }) => key)])
  // It is the intrinsic `service`.
  keys.delete('service.name')
  return [...keys]
    .flatMap(key => differencesOf(key, compared))
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight || b.difference.bad - a.difference.bad)
    .slice(0, DIFFERENCES)
    .map(({ difference }) => difference)
}

interface Weighed {
  readonly difference: Difference
  readonly weight: number
}

function differencesOf(key: string, compared: Compared): Weighed[] {
  const { badCount, goodCount } = compared
  const bad = compared.bad(key, BAD_VALUES)
  const least = Math.max(Math.min(LEAST_EVENTS, badCount), badCount * LEAST_SHARE)
  const telling = [...bad].filter(([, count]) => count >= least)
  if (telling.length === 0) return []
  const good = compared.good(key, GOOD_VALUES)
  const factor = isIdentity(key) || isNearlyDistinct(bad, good) ? 0.5 : 1
  return telling.map(([value, count]) => {
    const others = good.get(value) ?? 0
    const badShare = count / badCount
    const goodShare = goodCount === 0 ? 0 : others / goodCount
    const difference = { key, value, bad: count, good: others, badShare, goodShare }
    return { difference, weight: factor * (badShare - goodShare) }
  })
}

/** The values of the records of a range that a filter finds. */
export const valuesIn =
  (
    snapshot: Snapshot,
    {
      signal,
      filter,
      range,
    }: { readonly signal: Signal; readonly filter: Filter; readonly range: TimeRange },
    cancel: Cancellation,
  ): CountValues =>
  (key, limit) => {
    const rows = snapshot.attributeValues({ signal, range, prefix: '', key, filter, limit }, cancel)
    return new Map(rows.map(({ value, count }) => [value, count]))
  }

/** Of OpenTelemetry's conventions, what names one process, thread, machine or connection. */
const IDENTITIES: ReadonlySet<string> = new Set([
  'process.pid',
  'process.parent_pid',
  'process.creation.time',
  'thread.id',
  'thread.name',
  'service.instance.id',
  'host.id',
  'host.name',
  'container.id',
  'k8s.pod.name',
  'k8s.pod.uid',
])

const isIdentity = (key: string): boolean => IDENTITIES.has(key) || /[._]port$/.test(key)

/** The most frequent values come first, so that all of them have no more events each than those here. */
function isNearlyDistinct(bad: ReadonlyMap<string, number>, good: ReadonlyMap<string, number>): boolean {
  const values = new Set([...bad.keys(), ...good.keys()]).size
  const events = [...bad.values(), ...good.values()].reduce((sum, count) => sum + count, 0)
  return events < 2 * values
}
