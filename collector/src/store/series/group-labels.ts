/**
 * The labels of up to 64 neighbouring series as columns: for each name its distinct values, and
 * which of them each series has. A matcher is asked once for each distinct value, not for each series.
 *
 *   varints    series, names
 *   each name  text · values, their texts · for each series 0 (absent) or the value's place + 1
 */
import { lookupHash } from '../../model/lookup-hash.ts'
import type { Label, Labels } from '../../model/series.ts'
import { openChunk, sealChunk } from '../columns/layout.ts'
import { ByteSink, ByteSource } from '../../wire/bytes.ts'
import { columnOf, type LabelColumn, type LabelColumns } from './label-columns.ts'
import type { CompiledMatcher } from './matching.ts'

/** The hash under which the groups are found in which a series has this label. */
export function labelHash([name, value]: Label): number {
  const bytes = Buffer.from(`${name}\u0000${value}`)
  return lookupHash(bytes, 0, bytes.length)
}

/** @param series labels of each, at most 64 */
export function encodeGroupLabels(series: readonly Labels[]): Uint8Array {
  const names = [...new Set(series.flatMap(labels => labels.map(([name]) => name)))].sort()
  const sink = new ByteSink(2048)
  sink.varint(series.length)
  sink.varint(names.length)
  for (const name of names) {
    const places = new Map<string, number>()
    const codes = series.map(labels => {
      const value = labels.find(label => label[0] === name)?.[1]
      if (value === undefined) return 0
      if (!places.has(value)) places.set(value, places.size + 1)
      return places.get(value)!
    })
    putText(sink, name)
    sink.varint(places.size)
    for (const value of places.keys()) putText(sink, value)
    for (const code of codes) sink.varint(code)
  }
  return sealChunk(sink.take(), true)
}

function putText(sink: ByteSink, text: string): void {
  const bytes = Buffer.from(text)
  sink.varint(bytes.length)
  sink.push(bytes, 0, bytes.length)
}

function takeText(source: ByteSource): string {
  const length = source.varint()
  const start = source.position
  source.position += length
  const { buffer, byteOffset } = source.bytes
  return Buffer.from(buffer, byteOffset + start, length).toString()
}

export class GroupLabels implements LabelColumns {
  readonly size: number
  readonly columns: readonly LabelColumn[]
  readonly #labels: (Labels | undefined)[] = []

  /** @throws ChunkDamaged */
  constructor(chunk: Uint8Array) {
    const source = new ByteSource(openChunk(chunk))
    const size = source.varint()
    this.size = size
    this.columns = Array.from({ length: source.varint() }, () => {
      const name = takeText(source)
      const values = Array.from({ length: source.varint() }, (): Label => [name, takeText(source)])
      const codes = Uint8Array.from({ length: size }, () => source.varint())
      return { name, values, codes }
    })
  }

  /** The slots of all series for which every matcher holds. */
  matching(matchers: readonly CompiledMatcher[]): number[] {
    let slots = Array.from({ length: this.size }, (_, slot) => slot)
    for (const { name, matches } of matchers) {
      const column = columnOf(this, name)
      const absent = matches('')
      if (column === undefined) {
        if (!absent) return []
        continue
      }
      const holds = [absent, ...column.values.map(([, value]) => matches(value))]
      slots = slots.filter(slot => holds[column.codes[slot]!])
      if (slots.length === 0) return slots
    }
    return slots
  }

  labels(slot: number): Labels {
    return (this.#labels[slot] ??= this.columns.flatMap(({ values, codes }) => {
      const code = codes[slot]!
      return code === 0 ? [] : [values[code - 1]!]
    }))
  }
}
