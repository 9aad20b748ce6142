/**
 * Walks a canonical request: resources, then scopes, then records. Spans and logs have the same
 * frame: in each of the three messages the records are field 2.
 *
 * Relies on `decode/`, which has checked every length: nothing here reads past its message.
 */
import { fieldEnd, type DictionaryBuilder } from './dictionaries.ts'

/** `bytes[start, end)` is a Span or LogRecord; `resource` and `scope` are numbers of the dictionary. */
export type OnRecord = (
  bytes: Uint8Array,
  start: number,
  end: number,
  resource: number,
  scope: number,
) => void

const REQUEST_RESOURCES = 0x0a
const RECORDS = 0x12

export function walkRecords(body: Uint8Array, dictionary: DictionaryBuilder, onRecord: OnRecord): void {
  for (let at = 0; at < body.length;) {
    const end = fieldEnd(body, at)
    if (body[at] === REQUEST_RESOURCES) walkResource(body, contentStart(body, at), end, dictionary, onRecord)
    at = end
  }
}

function walkResource(
  bytes: Uint8Array,
  start: number,
  end: number,
  dictionary: DictionaryBuilder,
  onRecord: OnRecord,
): void {
  const resource = dictionary.resource(bytes, start, end)
  for (let at = start; at < end;) {
    const next = fieldEnd(bytes, at)
    if (bytes[at] === RECORDS) walkScope(bytes, contentStart(bytes, at), next, resource, dictionary, onRecord)
    at = next
  }
}

function walkScope(
  bytes: Uint8Array,
  start: number,
  end: number,
  resource: number,
  dictionary: DictionaryBuilder,
  onRecord: OnRecord,
): void {
  const scope = dictionary.scope(bytes, start, end)
  for (let at = start; at < end;) {
    const next = fieldEnd(bytes, at)
    if (bytes[at] === RECORDS) onRecord(bytes, contentStart(bytes, at), next, resource, scope)
    at = next
  }
}

/** Where the content of a length-delimited field with a one-byte tag begins. */
export function contentStart(bytes: Uint8Array, at: number): number {
  at++
  while (bytes[at++]! > 0x7f);
  return at
}
