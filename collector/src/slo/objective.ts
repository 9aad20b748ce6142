/**
 * A service level objective: which events count, which of them are good, and how many must be over
 * a window. The OpenSLO document it was read from is its one stored form; everything else here is
 * read off it, so that a file and the API can never disagree.
 *
 * Source: github.com/OpenSLO/OpenSLO (v1).
 */
import type { FieldProblem } from '../model/fields.ts'
import type { SloDuration } from './duration.ts'
import type { AlertRow } from './rows.ts'
import type { Target } from './target.ts'

/** Where events or numbers are found. `spec` is free in OpenSLO; a query of ours or a PromQL expression lies in it. */
export interface MetricSource {
  /** `Hodoscope` or `Prometheus` can be resolved; whatever else was written is kept. */
  readonly type: string
  /** For `Hodoscope`. */
  readonly signal: 'spans' | 'logs'
  /** A search (`Hodoscope`) or a PromQL expression (`Prometheus`). */
  readonly query: string
  /** Where it stands in the document, for messages. */
  readonly field: string
}

export type Comparison = 'lt' | 'lte' | 'gt' | 'gte'

export type Indicator =
  /** Of the events of `total`, those that are `good`, or those that are not `bad`. */
  | {
      readonly kind: 'ratio'
      readonly counted: 'good' | 'bad'
      readonly part: MetricSource
      readonly total: MetricSource
      /** The numbers only grow, so that their increase is what counts. */
      readonly counter: boolean
    }
  /**
   * Spans whose duration compares to `value`, in milliseconds, are good; of a metric, each value of each
   * minute is an event.
   */
  | {
      readonly kind: 'threshold'
      readonly source: MetricSource
      readonly op: Comparison
      readonly value: number
    }

export type SloWindow =
  | { readonly kind: 'rolling'; readonly duration: SloDuration }
  | {
      readonly kind: 'calendar'
      readonly duration: SloDuration
      /** Wall time at which one period began, `2022-01-01 12:00:00`. */
      readonly startTime: string
      readonly timeZone: string
    }

/** How events become the units that the budget is counted in. */
export type Budgeting =
  | { readonly method: 'Occurrences' }
  /** A slice is good when at least this share of its events is. */
  | { readonly method: 'Timeslices'; readonly sliceMinutes: number; readonly sliceTarget: Target }
  /** Each slice counts as one, by the share of its good events. */
  | { readonly method: 'RatioTimeslices'; readonly sliceMinutes: number }

export interface Objective {
  /** Unique: the SLO's name, and behind a dot the place of the objective where there are several. */
  readonly name: string
  readonly sloName: string
  readonly displayName: string
  readonly description: string
  readonly service: string
  readonly indicator: Indicator
  readonly target: Target
  readonly window: SloWindow
  readonly budgeting: Budgeting
  readonly alerting: Alerting
}

export interface Alerting {
  readonly rows: readonly AlertRow[]
  /** Bad events that the long window must hold before a row fires. */
  readonly minBadEvents: number
  /** Labels of its alerts, besides `alertname`, `slo`, `service` and `severity`. */
  readonly labels: Readonly<Record<string, string>>
}

/** What is wrong with a document, and where. */
export interface Problem extends FieldProblem {
  /** e.g. `SLO/search-slo`. */
  readonly object: string
}

/** One document of kind SLO, as written and as understood. */
export interface Slo {
  readonly name: string
  /** The document in OpenSLO v1, plain data. */
  readonly document: Readonly<Record<string, unknown>>
  /** Empty where problems forbid to evaluate it. */
  readonly objectives: readonly Objective[]
  readonly problems: readonly Problem[]
}
