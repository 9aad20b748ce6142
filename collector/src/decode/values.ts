/** Attribute values, from canonical bytes to objects. Ranges are [start, end) and have been validated by the scan. */
import type { AnyValue, Attributes, KeyValue } from '../model/attributes.ts'
import { WireReader } from '../wire/reader.ts'
import { ANY_VALUE, KEY_VALUE, LIST } from './fields.ts'

/** An AnyValue; null where no member is set. */
export function anyValueOf(bytes: Uint8Array, start: number, end: number): AnyValue {
  const reader = new WireReader(bytes, start, end)
  let value: AnyValue = null
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    switch (tag) {
      case ANY_VALUE.string:
        value = reader.text()
        break
      case ANY_VALUE.bool:
        value = reader.bool()
        break
      case ANY_VALUE.int:
        value = reader.int64()
        break
      case ANY_VALUE.double:
        value = reader.double()
        break
      case ANY_VALUE.bytes:
        value = reader.copy()
        break
      case ANY_VALUE.array:
        value = { kind: 'array', values: listOf(reader, anyValueOf) }
        break
      case ANY_VALUE.kvlist:
        value = { kind: 'kvlist', entries: listOf(reader, keyValueOf) }
        break
      default:
        reader.skip(tag)
    }
  return value
}

export function keyValueOf(bytes: Uint8Array, start: number, end: number): KeyValue {
  const reader = new WireReader(bytes, start, end)
  let key = ''
  let value: AnyValue = null
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === KEY_VALUE.key) key = reader.text()
    else if (tag === KEY_VALUE.value) value = nested(reader, anyValueOf)
    else reader.skip(tag)
  return { key, value }
}

/** The attributes of a message in [start, end), which carries them as KeyValues under `tag`. */
export function attributesOf(bytes: Uint8Array, start: number, end: number, tag: number): Attributes {
  const attributes: KeyValue[] = []
  const reader = new WireReader(bytes, start, end)
  for (let next = reader.tag(); next !== 0; next = reader.tag())
    if (next === tag) attributes.push(nested(reader, keyValueOf))
    else reader.skip(next)
  return attributes
}

/** Reads a length-delimited value with `read` and goes on behind it. */
export function nested<T>(reader: WireReader, read: (bytes: Uint8Array, start: number, end: number) => T): T {
  const end = reader.enter()
  const value = read(reader.bytes, reader.position, end)
  reader.position = end
  return value
}

function listOf<T>(reader: WireReader, read: (bytes: Uint8Array, start: number, end: number) => T): T[] {
  return nested(reader, (bytes, start, end) => {
    const values: T[] = []
    const list = new WireReader(bytes, start, end)
    for (let tag = list.tag(); tag !== 0; tag = list.tag())
      if (tag === LIST.values) values.push(nested(list, read))
      else list.skip(tag)
    return values
  })
}
