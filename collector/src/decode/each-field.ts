/**
 * Walks the fields of one message, for the slow path. Keeps no list of them: a message may hold
 * millions of empty ones.
 */
import { lengthEndAt, skipAt, tagAt, varintEnd } from '../wire/varint.ts'
import { WireWriter } from '../wire/writer.ts'

/** @param at where the tag stands @param start,end the value, without its length */
export type VisitField = (tag: number, at: number, start: number, end: number) => void

export function eachField(message: Uint8Array, visit: VisitField): void {
  let at = 0
  while (at < message.length) {
    const tag = tagAt(message, at, message.length)
    const fieldAt = at
    let start = varintEnd
    if ((tag & 7) === 2) {
      at = lengthEndAt(message, start, message.length)
      start = varintEnd
    } else at = skipAt(message, tag, start, message.length)
    visit(tag, fieldAt, start, at)
  }
}

/** The value of a singular message field: all its occurrences one behind the other, which is how protobuf merges. */
export function mergedField(message: Uint8Array, wanted: number): Uint8Array | undefined {
  if (countFields(message, wanted) < 2) return lastField(message, wanted)
  const joined = new WireWriter(message.length)
  eachField(message, (tag, _at, start, end) => {
    if (tag === wanted) joined.raw(message, start, end)
  })
  return joined.finish()
}

/** The value of a singular scalar field: its last occurrence. */
export function lastField(message: Uint8Array, wanted: number): Uint8Array | undefined {
  let last: Uint8Array | undefined
  eachField(message, (tag, _at, start, end) => {
    if (tag === wanted) last = message.subarray(start, end)
  })
  return last
}

export function countFields(message: Uint8Array, wanted: number): number {
  let count = 0
  eachField(message, tag => {
    if (tag === wanted) count++
  })
  return count
}
