/** What the consumer of derived counts and whoever owns the objectives say to each other. */
import type { Counts, Deltas, IndicatorRow, Missing } from './indicator-table.ts'

export type ToDerive =
  /** Objective by definition (JSON of a `CountedDefinition`): all that are to be counted. */
  | { readonly define: ReadonlyMap<string, string> }
  /** What an indicator of metrics counts in some minutes, whatever was counted there before. */
  | { readonly replace: { readonly indicator: number; readonly minutes: Counts } }
  /** Counts from the store for a piece that was missing, down to `reached`. */
  | { readonly fill: { readonly piece: Missing; readonly reached: number; readonly minutes: Deltas } }

export type FromDerive =
  /** It has (re)opened its file and waits to be told what to count. */
  | { readonly opened: true }
  | { readonly indicators: readonly IndicatorRow[]; readonly missing: readonly Missing[] }
