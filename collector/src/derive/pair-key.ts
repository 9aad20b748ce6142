/**
 * By which a span and its children find each other: 52 bits of a hash over trace id and span id,
 * which are an exact number. Among 250,000 that wait at a time, two share one by chance once in
 * 100,000 minutes.
 */
import { mix } from '../model/lookup-hash.ts'

const HIGH = 0x1_0000_0000
const TRACE_BYTES = 16
const SPAN_BYTES = 8

/** @param trace where the 16 bytes of the trace id begin @param span where the 8 of the span id do */
export function pairKey(bytes: Uint8Array, trace: number, span: number): number {
  let a = 0x9e3779b9
  let b = 0x7f4a7c15
  for (let at = trace; at < trace + TRACE_BYTES; at += 4) {
    const word = wordAt(bytes, at)
    a = mix(a ^ word)
    b = Math.imul(b ^ word, 0x5bd1e995) ^ (b >>> 15)
  }
  for (let at = span; at < span + SPAN_BYTES; at += 4) {
    const word = wordAt(bytes, at)
    a = mix(a ^ word)
    b = Math.imul(b ^ word, 0x5bd1e995) ^ (b >>> 15)
  }
  return (mix(b + Math.imul(a, 5)) & 0xfffff) * HIGH + (a >>> 0)
}

const wordAt = (bytes: Uint8Array, at: number): number =>
  bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
