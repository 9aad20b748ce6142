/**
 * The slow path of remote-write: leaves out what cannot be kept, sorts labels, and counts.
 *
 * What is wrong with the labels costs the series; what is wrong with a sample costs that sample.
 */
import { isUtf8 } from 'node:buffer'
import { WireReader } from '../../wire/reader.ts'
import { WireWriter } from '../../wire/writer.ts'
import { eachField, lastField } from '../each-field.ts'
import type { Findings } from '../findings.ts'
import { EXEMPLAR, LABEL, SAMPLE, TIME_SERIES, WRITE_REQUEST } from './fields.ts'
import { histogramFault, nativeHistogramOf } from './histogram.ts'
import { MAX_TIME } from './scan.ts'

export const TOO_NEW = 'a timestamp is more than 10 minutes ahead'
export const OUT_OF_RANGE = 'a timestamp is out of range'

interface RawLabel {
  readonly name: Buffer
  readonly value: Buffer
}

/** @param latest Unix milliseconds; what is later is rejected */
export function normaliseWrite(body: Uint8Array, latest: number, findings: Findings): Uint8Array {
  const out = new WireWriter(body.length)
  eachField(body, (tag, at, start, end) => {
    if (tag === WRITE_REQUEST.series) writeSeries(out, body.subarray(start, end), latest, findings)
    else out.raw(body, at, end)
  })
  return out.finish()
}

function writeSeries(out: WireWriter, series: Uint8Array, latest: number, findings: Findings): void {
  const labels = labelsIn(series, TIME_SERIES.labels)
  const fault = labelsFault(labels) ?? nameFault(labels)
  const before = out.length
  let kept = 0
  out.varint(WRITE_REQUEST.series)
  const opened = out.open()
  writeLabels(out, TIME_SERIES.labels, labels)
  eachField(series, (tag, at, start, end) => {
    if (tag === TIME_SERIES.labels) return
    const judge = JUDGES.get(tag)
    const reason = judge === undefined ? undefined : (fault ?? judge(series.subarray(start, end), latest))
    if (reason !== undefined) return findings.reject(reason)
    if (judge !== undefined) kept++
    if (tag === TIME_SERIES.exemplars) writeExemplar(out, series.subarray(start, end))
    else out.raw(series, at, end)
  })
  if (kept > 0) out.close(opened)
  else out.reset(before)
}

/** Tells why a sample, an exemplar or a histogram cannot be kept. */
type Judge = (item: Uint8Array, latest: number) => string | undefined

const JUDGES: ReadonlyMap<number, Judge> = new Map<number, Judge>([
  [TIME_SERIES.samples, (sample, latest) => timeFault(timeIn(sample, SAMPLE.timestamp), latest)],
  [
    TIME_SERIES.exemplars,
    (exemplar, latest) =>
      labelsFault(labelsIn(exemplar, EXEMPLAR.labels)) ??
      timeFault(timeIn(exemplar, EXEMPLAR.timestamp), latest),
  ],
  [
    TIME_SERIES.histograms,
    (bytes, latest) => {
      const histogram = nativeHistogramOf(bytes, 0, bytes.length)
      return histogramFault(histogram) ?? timeFault(histogram.timestamp, latest)
    },
  ],
])

function timeFault(time: number, latest: number): string | undefined {
  if (!(time >= -MAX_TIME && time <= MAX_TIME)) return OUT_OF_RANGE
  return time > latest ? TOO_NEW : undefined
}

function timeIn(message: Uint8Array, wanted: number): number {
  let time = 0
  const reader = new WireReader(message, 0, message.length)
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === wanted) time = Number(reader.int64())
    else reader.skip(tag)
  return time
}

/** Ascending by the bytes of their names. */
function labelsIn(message: Uint8Array, wanted: number): RawLabel[] {
  const labels: RawLabel[] = []
  eachField(message, (tag, _at, start, end) => {
    if (tag !== wanted) return
    const label = message.subarray(start, end)
    labels.push({ name: text(lastField(label, LABEL.name)), value: text(lastField(label, LABEL.value)) })
  })
  return labels.sort((a, b) => Buffer.compare(a.name, b.name))
}

const text = (bytes: Uint8Array | undefined): Buffer => Buffer.from(bytes ?? [])

function labelsFault(labels: readonly RawLabel[]): string | undefined {
  for (const [i, { name, value }] of labels.entries()) {
    if (name.length === 0) return 'a label has no name'
    if (value.length === 0) return `the label ${quoted(name)} is empty`
    if (!isUtf8(name) || !isUtf8(value)) return 'a label is not valid UTF-8'
    if (i > 0 && name.equals(labels[i - 1]!.name)) return `the label ${quoted(name)} stands twice`
  }
  return undefined
}

const nameFault = (labels: readonly RawLabel[]): string | undefined =>
  labels.some(({ name }) => name.toString() === '__name__') ? undefined : 'the label "__name__" is missing'

const quoted = (name: Buffer): string => JSON.stringify(name.toString().slice(0, 100))

function writeLabels(out: WireWriter, tag: number, labels: readonly RawLabel[]): void {
  for (const { name, value } of labels) {
    out.varint(tag)
    const opened = out.open()
    out.varint(LABEL.name)
    out.blob(name)
    out.varint(LABEL.value)
    out.blob(value)
    out.close(opened)
  }
}

function writeExemplar(out: WireWriter, exemplar: Uint8Array): void {
  out.varint(TIME_SERIES.exemplars)
  const opened = out.open()
  writeLabels(out, EXEMPLAR.labels, labelsIn(exemplar, EXEMPLAR.labels))
  eachField(exemplar, (tag, at, _start, end) => {
    if (tag !== EXEMPLAR.labels) out.raw(exemplar, at, end)
  })
  out.close(opened)
}
