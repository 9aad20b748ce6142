/** Writes protobuf fields one by one, right or wrong: independent of the code under test. */

export const bytesOf = (...parts: (number | Uint8Array)[]): Uint8Array =>
  Buffer.concat(parts.map(part => (typeof part === 'number' ? Buffer.from([part]) : part)))

export function varint(value: bigint | number): Uint8Array {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  do {
    const more = rest > 0x7fn
    bytes.push(Number(rest & 0x7fn) | (more ? 0x80 : 0))
    rest >>= 7n
  } while (rest > 0n)
  return Buffer.from(bytes)
}

/** A field of wire type 0. */
export const int = (field: number, value: bigint | number): Uint8Array =>
  bytesOf(varint(field * 8), varint(value))
/** A length-delimited field: a text, bytes, or a message made of fields. */
export function len(field: number, ...content: (Uint8Array | string)[]): Uint8Array {
  const payload = Buffer.concat(content.map(part => Buffer.from(part as string)))
  return bytesOf(varint(field * 8 + 2), varint(payload.length), payload)
}
/** A field of wire type 1. */
export function fixed64(field: number, value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(value)
  return bytesOf(varint(field * 8 + 1), bytes)
}
/** A field of wire type 5. */
export function fixed32(field: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytesOf(varint(field * 8 + 5), bytes)
}

export const TRACE_ID = Buffer.from('5b8efff798038103d269b633813fc60c', 'hex')
export const SPAN_ID = Buffer.from('eee19b7ec3c1b174', 'hex')
export const START = 1_544_712_660_000_000_123n

export const text = (value: string): Uint8Array => len(1, value)
/** A KeyValue with the given fields of its AnyValue, under a message's attribute field. */
export const attribute = (field: number, key: string, ...value: Uint8Array[]): Uint8Array =>
  len(field, len(1, key), len(2, ...value))

/** The least span that is accepted, and whatever else it shall have. */
export const span = (...fields: Uint8Array[]): Uint8Array =>
  bytesOf(len(1, TRACE_ID), len(2, SPAN_ID), fixed64(7, START), ...fields)
export const log = (...fields: Uint8Array[]): Uint8Array => bytesOf(fixed64(1, START), ...fields)
/** An export request of either signal with one resource and one scope. */
export const request = (...items: Uint8Array[]): Uint8Array =>
  len(
    1,
    len(1, attribute(1, 'service.name', text('shop'))),
    len(2, len(1, len(1, 'lib')), ...items.map(i => len(2, i))),
  )
