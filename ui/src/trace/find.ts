/** Finding in a trace: which spans have a text in name, service, status, attributes, or what they said. */
import type { SpanJson } from '../../../collector/src/serve/api-types.ts'
import { attributeText } from '../lib/attribute-text.ts'
import type { Line } from './lines.ts'

export interface Found {
  /** 1 for each span that matches. */
  readonly matches: Uint8Array
  /** Their indices, in order. */
  readonly spans: readonly number[]
}

/** @returns undefined when nothing is looked for */
export function findSpans(
  spans: readonly SpanJson[],
  lines: readonly Line[],
  text: string,
): Found | undefined {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return undefined
  const has = (value: string): boolean => value.toLowerCase().includes(wanted)
  const matches = new Uint8Array(spans.length)
  spans.forEach((span, i) => {
    const hit =
      has(span.name) ||
      has(span.service) ||
      has(span.statusMessage) ||
      span.spanId === wanted ||
      span.attributes.some(({ key, value }) => has(key) || has(attributeText(value)))
    if (hit) matches[i] = 1
  })
  for (const line of lines) if (has(line.text)) matches[line.span] = 1
  return { matches, spans: spans.flatMap((_, i) => (matches[i] ? [i] : [])) }
}

/** The match behind (or before) `from`, going round; -1 when there is none. */
export function nextMatch(found: Found, from: number, step: 1 | -1): number {
  if (found.spans.length === 0) return -1
  return step > 0
    ? (found.spans.find(i => i > from) ?? found.spans[0]!)
    : (found.spans.findLast(i => i < from) ?? found.spans.at(-1)!)
}
