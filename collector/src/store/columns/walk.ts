/**
 * Walks a canonical request: resources, then scopes, then records. Spans and logs have the same
 * frame: in each of the three messages the records are field 2.
 *
 * Relies on `decode/`, which has checked every length: nothing here reads past its message.
 */
import type { UnixNano } from '../../model/time.ts'
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

/** Which records of a body become rows. */
export interface RecordRows {
  /** Of the journal record. */
  readonly sequence: number
  /** Time of receipt: that of a log without one of its own. */
  readonly received: UnixNano
  /** Records before this one are left out. */
  readonly skip?: number
  /** Records from this one on are left out. */
  readonly end?: number
  /** Place in the journal record of the body's first record: not 0 where blocks are built anew. */
  readonly firstRow?: number
}

/** What takes rows until it is full. */
export interface RowTaker {
  readonly full: boolean
  /** The rows that follow are those of a journal record from `offset` on. */
  begin(sequence: number, offset: number): void
  readonly add: OnRecord
}

/**
 * Gives a taker the records of a body as rows.
 * @param onFull called when the taker is full, with the records done so far; it empties it, and the walk goes on
 * @returns records of the body, those left out included
 */
export function takeRows(
  body: Uint8Array,
  dictionary: DictionaryBuilder,
  { sequence, skip = 0, end = Infinity, firstRow = 0 }: RecordRows,
  taker: RowTaker,
  onFull: (rowsOfRecord: number) => void,
): number {
  let row = 0
  let continues = false
  walkRecords(body, dictionary, (bytes, start, stop, resource, scope) => {
    const place = row++
    if (place < skip || place >= end) return
    if (!continues) taker.begin(sequence, firstRow + place)
    continues = true
    taker.add(bytes, start, stop, resource, scope)
    if (!taker.full) return
    onFull(row)
    continues = false
  })
  return row
}

/** Where the content of a length-delimited field with a one-byte tag begins. */
export function contentStart(bytes: Uint8Array, at: number): number {
  at++
  while (bytes[at++]! > 0x7f);
  return at
}
