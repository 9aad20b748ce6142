/**
 * What a partition writes down once and its blocks refer to by number: resources, scopes and
 * attribute keys. 1,000 resources written into every block would cost 7.5 bytes a span.
 *
 * A resource is kept as the bytes of a ResourceSpans message without its spans (the resource and
 * its schema URL), a scope as those of a ScopeSpans without spans. The field numbers are the same
 * for logs, so both signals share them.
 */
import { ByteSink } from '../../wire/bytes.ts'
import { InternTable } from './intern.ts'

export class DictionaryBuilder {
  readonly resources = new InternTable()
  readonly scopes = new InternTable()
  readonly keys = new InternTable()
  readonly #scratch = new ByteSink()

  /** @param end end of a ResourceSpans or ResourceLogs message that begins at `start` */
  resource(bytes: Uint8Array, start: number, end: number): number {
    return this.#header(this.resources, bytes, start, end)
  }

  scope(bytes: Uint8Array, start: number, end: number): number {
    return this.#header(this.scopes, bytes, start, end)
  }

  /** Interns all fields of the message but its records (field 2). */
  #header(table: InternTable, bytes: Uint8Array, start: number, end: number): number {
    const scratch = this.#scratch
    scratch.clear()
    let at = start
    while (at < end) {
      const field = at
      const next = fieldEnd(bytes, at)
      if (bytes[field] !== RECORDS_TAG) scratch.push(bytes, field, next)
      at = next
    }
    return table.add(scratch.bytes, 0, scratch.length)
  }
}

/** Field 2, length-delimited: scope_spans, scope_logs, spans, log_records. */
const RECORDS_TAG = 0x12

/** End of the field that begins at `at`. The bytes are validated: nothing here runs past them. */
export function fieldEnd(bytes: Uint8Array, at: number): number {
  let tag = bytes[at++]!
  if (tag > 0x7f) {
    tag &= 7
    while (bytes[at++]! > 0x7f);
  }
  switch (tag & 7) {
    case 0:
      while (bytes[at++]! > 0x7f);
      return at
    case 1:
      return at + 8
    case 5:
      return at + 4
    default: {
      let length = 0
      let byte = 0x80
      for (let shift = 0; byte > 0x7f; shift += 7) length |= ((byte = bytes[at++]!) & 0x7f) << shift
      return at + length
    }
  }
}
