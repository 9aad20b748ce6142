/** What the engine evaluates: something that says, each round, which alerts burn. */
import type { UnixMillis } from '../model/time.ts'
import type { Verdict } from '../slo/burn.ts'
import type { Labels } from './labels.ts'
import type { Timing } from './machine.ts'

export interface Finding {
  readonly labels: Labels
  readonly verdict: Verdict
  /** As of now: value, threshold and what else people want to read. */
  readonly annotations: Labels
}

export interface Rule {
  /** Stable over restarts. */
  readonly id: string
  readonly timing: Timing
  /** A page of the UI: path and query. */
  readonly link: string
  /** An alert that was found before and is no longer is calm. */
  evaluate(now: UnixMillis): readonly Finding[]
}
