/**
 * The labels of a series as bytes: a repeated `Label` of remote-write, ascending by the bytes of
 * the names. Equal sets of labels are equal bytes, so that a series is known by them.
 *
 * A label whose name is empty cannot come from outside; under it stands what a series is beside its
 * labels (`DELTA`).
 */
import type { Label, Labels } from '../../model/series.ts'
import { WireReader } from '../../wire/reader.ts'
import { WireWriter } from '../../wire/writer.ts'
import { LABEL, TIME_SERIES } from '../write/fields.ts'

/** Marks a series of deltas: each sample tells what came since the one before. */
export const DELTA: Label = ['', 'delta']

const byName = ([a]: Label, [b]: Label): number => (a < b ? -1 : a > b ? 1 : 0)

/** @param labels in any order, no name twice; empty values are left out */
export function labelBytes(labels: readonly Label[]): Uint8Array {
  const out = new WireWriter(256)
  const named = labels.filter(([, value]) => value !== '')
  for (const { name, value } of named
    .map(([name, value]) => ({ name: Buffer.from(name), value: Buffer.from(value) }))
    .sort((a, b) => Buffer.compare(a.name, b.name))) {
    out.varint(TIME_SERIES.labels)
    const opened = out.open()
    if (name.length > 0) {
      out.varint(LABEL.name)
      out.blob(name)
    }
    out.varint(LABEL.value)
    out.blob(value)
    out.close(opened)
  }
  return out.finish()
}

/** Labels in [start, end), ascending by name in UTF-16 code units. */
export function labelsOf(bytes: Uint8Array, start: number, end: number): Labels {
  const labels: Label[] = []
  const reader = new WireReader(bytes, start, end)
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === TIME_SERIES.labels) labels.push(labelOf(reader))
    else reader.skip(tag)
  // The order of the bytes differs from it only beyond the Basic Multilingual Plane.
  for (let i = 1; i < labels.length; i++) if (labels[i]![0] < labels[i - 1]![0]) return labels.sort(byName)
  return labels
}

function labelOf(reader: WireReader): Label {
  const end = reader.enter()
  const label = new WireReader(reader.bytes, reader.position, end)
  let name = ''
  let value = ''
  for (let tag = label.tag(); tag !== 0; tag = label.tag())
    if (tag === LABEL.name) name = label.text()
    else if (tag === LABEL.value) value = label.text()
    else label.skip(tag)
  reader.position = end
  return [name, value]
}
