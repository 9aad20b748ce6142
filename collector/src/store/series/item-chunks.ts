/**
 * Chunks of what is no float sample: histograms that are kept whole, and exemplars, of up to 64
 * neighbouring series, in order of arrival.
 *
 *   varint   items, then for each: slot · time (float64) · …
 *   histogram  encoding (0 OTLP, 1 Prometheus) · length · bytes
 *   exemplar   value (float64) · length · label bytes
 */
import { labelsOf } from '../../decode/series/label-bytes.ts'
import { openChunk, sealChunk } from '../columns/layout.ts'
import { ByteSink, ByteSource } from '../../wire/bytes.ts'
import type { HeadExemplar, HeadHistogram } from './head.ts'
import type { Exemplar, WholeHistogram } from '../api.ts'

type InSlot<T> = T & { readonly slot: number }
export type HistogramItem = Omit<HeadHistogram, 'series'>
export type ExemplarItem = Omit<HeadExemplar, 'series'>

export function encodeHistograms(histograms: readonly InSlot<HistogramItem>[]): Uint8Array {
  const sink = new ByteSink(4096)
  sink.varint(histograms.length)
  for (const { slot, time, encoding, bytes } of histograms) {
    sink.varint(slot)
    sink.float64(time)
    sink.varint(encoding === 'otlp' ? 0 : 1)
    putBytes(sink, bytes)
  }
  return sealChunk(sink.take(), true)
}

/** @throws ChunkDamaged */
export function decodeHistograms(chunk: Uint8Array): InSlot<WholeHistogram>[] {
  const source = new ByteSource(openChunk(chunk))
  return Array.from({ length: source.varint() }, () => {
    const slot = source.varint()
    const time = source.float64()
    const encoding = source.varint() === 0 ? ('otlp' as const) : ('prometheus' as const)
    return { slot, time, encoding, bytes: takeBytes(source) }
  })
}

export function encodeExemplars(exemplars: readonly InSlot<ExemplarItem>[]): Uint8Array {
  const sink = new ByteSink(4096)
  sink.varint(exemplars.length)
  for (const { slot, time, value, labels } of exemplars) {
    sink.varint(slot)
    sink.float64(time)
    sink.float64(value)
    putBytes(sink, labels)
  }
  return sealChunk(sink.take(), true)
}

/** @throws ChunkDamaged */
export function decodeExemplars(chunk: Uint8Array): InSlot<Exemplar>[] {
  const source = new ByteSource(openChunk(chunk))
  return Array.from({ length: source.varint() }, () => {
    const slot = source.varint()
    const time = source.float64()
    const value = source.float64()
    const bytes = takeBytes(source)
    return { slot, time, value, labels: labelsOf(bytes, 0, bytes.length) }
  })
}

function putBytes(sink: ByteSink, bytes: Uint8Array): void {
  sink.varint(bytes.length)
  sink.push(bytes, 0, bytes.length)
}

function takeBytes(source: ByteSource): Uint8Array {
  const length = source.varint()
  const start = source.position
  source.position += length
  return source.bytes.subarray(start, start + length)
}
