/**
 * The filter of a block as it is read; `filter-builder.ts` draws its layout.
 */
import { FILTER_VERSION, FORM } from './filter-builder.ts'
import { ChunkDamaged, openChunk } from './layout.ts'
import { ByteSource } from '../../wire/bytes.ts'
import { readFacts, type StringFacts } from './string-facts.ts'
import type { ValueType } from './values.ts'

export interface FilterColumn {
  /** Number of the attribute key in the partition's dictionary. */
  readonly key: number
  readonly type: ValueType
  /** Of a column of texts; and of integers. With neither, anything may stand there. */
  readonly facts: StringFacts | undefined
  readonly range: { readonly least: number; readonly most: number } | undefined
}

export interface BlockFilter {
  readonly flags: number
  /** Bit n: kind (or severity) n occurs; bit 31 stands for all from 31 on. */
  readonly kinds: number
  readonly statuses: number
  readonly scopes: readonly number[]
  /** By role. */
  readonly intrinsics: ReadonlyMap<number, StringFacts>
  readonly columns: readonly FilterColumn[]
  /** Attribute keys of events; true where something other than a text stands under it. */
  readonly eventKeys: ReadonlyMap<string, boolean>
  readonly eventTexts: StringFacts
  readonly eventNames: StringFacts
  readonly bloom: Uint8Array
}

/**
 * @returns undefined for a filter of another version: then every block may match
 * @throws `ChunkDamaged`
 */
export function readBlockFilter(chunk: Uint8Array): BlockFilter | undefined {
  const source = new ByteSource(openChunk(chunk))
  if (source.varint() !== FILTER_VERSION) return undefined
  try {
    return {
      flags: source.varint(),
      kinds: source.varint(),
      statuses: source.varint(),
      scopes: list(source, () => source.varint()),
      intrinsics: new Map(list(source, () => [source.varint(), readFacts(source)] as const)),
      columns: list(source, () => readColumn(source)),
      eventKeys: new Map(list(source, () => [readText(source), source.varint() === 1] as const)),
      eventTexts: readFacts(source),
      eventNames: readFacts(source),
      bloom: source.bytes.subarray(source.position),
    }
  } catch (cause) {
    if (cause instanceof RangeError) throw new ChunkDamaged('a block filter ends too early')
    throw cause
  }
}

function list<T>(source: ByteSource, read: () => T): T[] {
  return Array.from({ length: source.varint() }, read)
}

function readColumn(source: ByteSource): FilterColumn {
  const key = source.varint()
  const type = source.varint() as ValueType
  const form = source.varint()
  const facts = form === FORM.facts ? readFacts(source) : undefined
  const range = form === FORM.range ? { least: source.float64(), most: source.float64() } : undefined
  return { key, type, facts, range }
}

function readText(source: ByteSource): string {
  const length = source.varint()
  const start = source.position
  source.position += length
  return Buffer.from(source.bytes.subarray(start, source.position)).toString()
}
