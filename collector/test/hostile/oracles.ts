/**
 * What must hold of a decoder whatever it is given: a typed refusal, or an output that every part
 * behind it takes and gives back unchanged.
 */
import { isDeepStrictEqual } from 'node:util'
import { decodeRequest, type Encoding } from '../../src/decode/request.ts'
import { encodeLogs, encodeSpans, logsOf, spansOf } from '../../src/decode/objects.ts'
import { HodoscopeError } from '../../src/model/errors.ts'
import type { LogRecord, Signal, Span } from '../../src/model/telemetry.ts'
import { unixNano } from '../../src/model/time.ts'
import { DictionaryBuilder } from '../../src/store/columns/dictionaries.ts'
import { bytesOf, Dictionary } from '../../src/store/columns/dictionary.ts'
import { PartReader, readDirectory } from '../../src/store/columns/layout.ts'
import { LogBlock } from '../../src/store/columns/log-block.ts'
import { LogBlockBuilder } from '../../src/store/columns/logs.ts'
import { SpanBlock } from '../../src/store/columns/span-block.ts'
import { SpanBlockBuilder } from '../../src/store/columns/spans.ts'
import type { EncodedBlock } from '../../src/store/columns/block.ts'

const RECEIVED_AT = unixNano(1_700_000_000_000_000_001n)
const REFUSALS: readonly string[] = ['payload_malformed', 'payload_too_large']

export class Broken extends Error {}

/**
 * Decodes, and holds what is accepted to the promise of the canonical form.
 * @returns the canonical body; undefined when the request was refused, or nothing of it was left
 * @throws Broken
 */
export function decodesWell(signal: Signal, encoding: Encoding, input: Uint8Array): Uint8Array | undefined {
  const body = canonicalOrRefused(signal, encoding, input)
  if (body === undefined) return undefined
  const again = decodeRequest(signal, 'protobuf', body)
  if (again.rejected !== 0 || again.message !== '' || again.request?.body.buffer !== body.buffer)
    throw new Broken(`what was accepted is not canonical: ${again.message}`)
  const objects = objectsOf(signal, body)
  if (objects.length !== again.request.items)
    throw new Broken(`${again.request.items} items, ${objects.length} objects`)
  const encoded = encodeObjects(signal, objects)
  same(objectsOf(signal, encoded), objects, 'objects, encoded and decoded again, are others')
  return body
}

function canonicalOrRefused(signal: Signal, encoding: Encoding, input: Uint8Array): Uint8Array | undefined {
  try {
    return decodeRequest(signal, encoding, input).request?.body
  } catch (error) {
    if (error instanceof HodoscopeError && REFUSALS.includes(error.code)) return undefined
    throw new Broken('an error that is none of ours', { cause: error })
  }
}

const objectsOf = (signal: Signal, body: Uint8Array): readonly (Span | LogRecord)[] =>
  signal === 'traces' ? spansOf(body) : logsOf(body, RECEIVED_AT)

const encodeObjects = (signal: Signal, objects: readonly (Span | LogRecord)[]): Uint8Array =>
  signal === 'traces' ? encodeSpans(objects as Span[]) : encodeLogs(objects as LogRecord[])

/** Puts canonical bodies through the store's columns; what comes out must be what `decode` reads. */
export class ThroughColumns {
  readonly #signal: Signal
  #bodies: Uint8Array[] = []

  constructor(signal: Signal) {
    this.#signal = signal
  }

  add(body: Uint8Array): void {
    this.#bodies.push(body)
    if (this.#bodies.length === 64) this.check()
  }

  /** @throws Broken with the bodies in question */
  check(): void {
    const bodies = this.#bodies
    this.#bodies = []
    try {
      this.#compare(bodies)
    } catch (cause) {
      const culprit = bodies.find(body => this.#fails(body))
      throw new Broken(`the store's columns give back something else for ${hex(culprit)}`, { cause })
    }
  }

  #fails(body: Uint8Array): boolean {
    try {
      this.#compare([body])
      return false
    } catch {
      return true
    }
  }

  #compare(bodies: readonly Uint8Array[]): void {
    const expected = bodies.flatMap((body, i) =>
      objectsOf(this.#signal, body).map((object, row) => ({ ...object, ordinal: { sequence: i + 1, row } })),
    )
    same(this.#signal === 'traces' ? spanRows(bodies) : logRows(bodies), expected, 'the columns differ')
  }
}

function spanRows(bodies: readonly Uint8Array[]): unknown[] {
  const dictionary = new DictionaryBuilder()
  const builder = new SpanBlockBuilder(dictionary)
  bodies.forEach((body, i) => builder.append(body, { sequence: i + 1, received: RECEIVED_AT }, tooMany))
  const encoded = builder.finish(false)
  return new SpanBlock(parts(encoded), new Dictionary(bytesOf(dictionary)), encoded.from).spans(
    rowsOf(encoded),
  )
}

function logRows(bodies: readonly Uint8Array[]): unknown[] {
  const dictionary = new DictionaryBuilder()
  const builder = new LogBlockBuilder(dictionary)
  bodies.forEach((body, i) => builder.append(body, { sequence: i + 1, received: RECEIVED_AT }, tooMany))
  const encoded = builder.finish(false)
  return new LogBlock(parts(encoded), new Dictionary(bytesOf(dictionary)), encoded.from).logs(rowsOf(encoded))
}

const parts = (block: EncodedBlock): PartReader =>
  new PartReader(readDirectory(block.directory), place => block.chunks[place]!)
const rowsOf = (block: EncodedBlock): number[] => Array.from({ length: block.rows }, (_, row) => row)
const hex = (body: Uint8Array | undefined): string =>
  body === undefined ? 'no single one of them' : Buffer.from(body).toString('hex')

function tooMany(): never {
  throw new Error('small bodies do not fill a block')
}

function same(actual: unknown, expected: unknown, what: string): void {
  if (!isDeepStrictEqual(actual, expected) && !isDeepStrictEqual(bare(actual), bare(expected)))
    throw new Broken(what)
}

/** With byte arrays of either kind as plain ones. */
function bare(value: unknown): unknown {
  if (value instanceof Uint8Array) return Uint8Array.from(value)
  if (Array.isArray(value)) return value.map(bare)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, bare(entry)]))
}
