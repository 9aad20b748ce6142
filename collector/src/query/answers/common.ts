/**
 * What many answers have in common: attributes, what was not read, who sent it.
 */

/** A value of an attribute in plain JSON. int64 beyond ±2^53 and bytes are strings; NaN and infinities too. */
export type AttributeValue =
  string | number | boolean | null | AttributeValue[] | { [key: string]: AttributeValue }

/** In the order sent; a key may stand twice. */
export type AttributeList = { key: string; value: AttributeValue }[]

/** Told with every list and every scan. */
export interface Answered {
  /** What was not read and why; empty when the answer is whole. */
  partial: { what: string; reason: string }[]
  stats: { tookMillis: number }
}

/** What a job says itself; the query thread adds what is told with every answer. */
export type Answer<Whole extends Answered> = Omit<Whole, keyof Answered>

export type SpanKindName = 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer'

export type StatusName = 'unset' | 'ok' | 'error'

export type SeverityName = 'unspecified' | 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

export interface ResourceJson {
  service: string
  attributes: AttributeList
  droppedAttributesCount: number
  schemaUrl: string
}

export interface ScopeJson {
  name: string
  version: string
  attributes: AttributeList
  droppedAttributesCount: number
  schemaUrl: string
}
