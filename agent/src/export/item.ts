/**
 * What the queues hold and what becomes of it.
 */

/** In the order in which they are given up when there is no more room; sent the other way round. */
export const PRIORITIES = ['low', 'middle', 'high'] as const

/** `low`: debug logs. `middle`: spans, logs, metrics. `high`: failed spans and logs of errors. */
export type Priority = (typeof PRIORITIES)[number]

export interface Item {
  /** One record as OTLP/JSON. */
  readonly text: string
  /** Of the text as UTF-8. */
  readonly bytes: number
  /** `InstrumentationScope` as OTLP/JSON; equal texts are one scope. */
  readonly scope: string
  readonly priority: Priority
  order?: number
}

/** How the collector took a batch. `reason` is for the person who reads stderr. */
export type Outcome =
  | { readonly kind: 'sent'; readonly rejected?: number; readonly reason?: string }
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMillis?: number }
  | { readonly kind: 'too-large' | 'refused'; readonly reason: string }

/** Why a record was given up. */
export type DropReason = 'no room' | 'refused' | 'partly refused' | 'too large' | 'not encodable' | 'exit'
