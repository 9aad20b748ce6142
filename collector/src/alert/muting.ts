/** What keeps an alert that fires from being told of: silences, and other alerts. */
import { matchesAll, type Labels, type Matcher } from './labels.ts'
import type { SilenceInForce } from './silences.ts'

/** An alert that matches `source` mutes those that match `target` and have the same values of `equal`. */
export interface Inhibition {
  readonly source: readonly Matcher[]
  readonly target: readonly Matcher[]
  readonly equal: readonly string[]
}

/** Whoever is woken by a page needs no ticket about the same objective. */
export const DEFAULT_INHIBITIONS: readonly Inhibition[] = [
  {
    source: [{ name: 'severity', op: '=', value: 'page' }],
    target: [{ name: 'severity', op: '=', value: 'ticket' }],
    equal: ['slo'],
  },
]

export interface Muting {
  readonly silences: readonly SilenceInForce[]
  readonly inhibitions: readonly Inhibition[]
  /** Labels of all alerts that fire. */
  readonly firing: readonly Labels[]
}

/** @returns ids of the silences that keep it quiet */
export const silencedBy = (labels: Labels, { silences }: Muting): readonly string[] =>
  silences.filter(({ matchers }) => matchesAll(matchers, labels)).map(({ id }) => id)

export const isInhibited = (labels: Labels, { inhibitions, firing }: Muting): boolean =>
  inhibitions.some(
    ({ source, target, equal }) =>
      matchesAll(target, labels) &&
      !matchesAll(source, labels) &&
      firing.some(other => matchesAll(source, other) && equal.every(name => other[name] === labels[name])),
  )

export const isMuted = (labels: Labels, muting: Muting): boolean =>
  silencedBy(labels, muting).length > 0 || isInhibited(labels, muting)
