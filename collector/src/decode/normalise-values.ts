/** Attributes in canonical form: one value a KeyValue, one member a value, nested no deeper than allowed. */
import type { WireWriter } from '../wire/writer.ts'
import { eachField, mergedField } from './each-field.ts'
import { ANY_VALUE, KEY_VALUE, LIST, MAX_VALUE_DEPTH } from './fields.ts'

export const TOO_DEEP = `a value is nested deeper than ${MAX_VALUE_DEPTH} levels`

const members: ReadonlySet<number> = new Set(Object.values(ANY_VALUE))

/** Writes a KeyValue under `tag`. @returns false where its value is nested too deep */
export function writeAttribute(out: WireWriter, tag: number, entry: Uint8Array, depth = 1): boolean {
  let kept = true
  out.varint(tag)
  const opened = out.open()
  eachField(entry, (field, at, _start, end) => {
    if (field !== KEY_VALUE.value) out.raw(entry, at, end)
  })
  const value = mergedField(entry, KEY_VALUE.value)
  if (value !== undefined) kept = writeValue(out, KEY_VALUE.value, value, depth)
  out.close(opened)
  return kept
}

/** Writes an AnyValue under `tag`. @returns false where it is nested too deep */
export function writeValue(out: WireWriter, tag: number, value: Uint8Array, depth: number): boolean {
  if (depth > MAX_VALUE_DEPTH) return false
  let kept = true
  out.varint(tag)
  const opened = out.open()
  const chosen = chosenMember(value)
  eachField(value, (field, at, start, end) => {
    if (at < chosen.from && members.has(field)) return
    if (field === ANY_VALUE.array || field === ANY_VALUE.kvlist) {
      if (at === chosen.from) kept &&= writeList(out, field, value, chosen.from, depth + 1)
    } else out.raw(value, at, end)
  })
  out.close(opened)
  return kept
}

/**
 * The member of the oneof that counts: the last one. Lists that follow one another with no other
 * member between are one list, so it begins with the first of that run.
 */
function chosenMember(value: Uint8Array): { from: number } {
  let last = 0
  let from = value.length
  eachField(value, (field, at) => {
    if (!members.has(field)) return
    const continues = field === last && (field === ANY_VALUE.array || field === ANY_VALUE.kvlist)
    if (!continues) from = at
    last = field
  })
  return { from }
}

/** All elements of the lists under `field` from `from` on, as one list. */
function writeList(out: WireWriter, field: number, value: Uint8Array, from: number, depth: number): boolean {
  let kept = true
  out.varint(field)
  const opened = out.open()
  eachField(value, (tag, at, start, end) => {
    if (tag !== field || at < from || !kept) return
    const list = value.subarray(start, end)
    eachField(list, (tag, at, start, end) => {
      if (tag !== LIST.values) return out.raw(list, at, end)
      const element = list.subarray(start, end)
      kept &&=
        field === ANY_VALUE.kvlist
          ? writeAttribute(out, tag, element, depth)
          : writeValue(out, tag, element, depth)
    })
  })
  out.close(opened)
  return kept
}
