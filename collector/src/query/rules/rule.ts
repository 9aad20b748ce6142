/**
 * Rules as Prometheus has them, and one kind more: an alert on how many spans or log lines a search
 * finds.
 */
import type { FieldProblem } from '../../model/fields.ts'
import type { Signal } from '../../model/telemetry.ts'
import type { Millis } from '../../model/time.ts'

export type TextMap = Readonly<Record<string, string>>

interface Alert {
  readonly name: string
  readonly forMillis: Millis
  readonly keepFiringMillis: Millis
  readonly labels: TextMap
  /** Templates, as are the values of labels. */
  readonly annotations: TextMap
}

export interface AlertingRule extends Alert {
  readonly kind: 'alerting'
  /** Each series that it finds is an alert. */
  readonly expr: string
}

export interface RecordingRule {
  readonly kind: 'recording'
  readonly name: string
  readonly expr: string
  readonly labels: TextMap
}

export interface CountRule extends Alert {
  readonly kind: 'count'
  readonly signal: Signal
  /** In the search language. */
  readonly query: string
  readonly within: Millis
  /** Burns while more are found. */
  readonly above: number
}

export type Rule = AlertingRule | RecordingRule | CountRule

export interface RuleGroup {
  readonly name: string
  /** undefined for the collector's own. */
  readonly interval: Millis | undefined
  /** Alerts or series that one rule may give; 0 for any number. */
  readonly limit: number
  /** How far back it looks, so that samples that come late are seen. */
  readonly offset: Millis
  readonly rules: readonly Rule[]
}

export interface RuleFile {
  readonly groups: readonly RuleGroup[]
  /** A file with problems has no groups. */
  readonly problems: readonly FieldProblem[]
}
