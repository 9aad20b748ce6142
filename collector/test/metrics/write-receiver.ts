/**
 * Remote-write requests as senders post them, and what the store was given of them, in lines. A test
 * file that imports it has a receiver of its own, before a store that only writes down.
 */
import snappy from 'snappyjs'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { walkWrite } from '../../src/decode/series/write-walk.ts'
import { labelsOf } from '../../src/decode/series/label-bytes.ts'
import type { CanonicalRequest } from '../../src/model/canonical.ts'
import { startCollector, type Collector } from '../otlp/harness.ts'
import type { WrittenSeries } from './write.ts'

export const PATH = '/api/v1/write'
export const NOW = Date.now()

export let collector: Collector
beforeAll(async () => void (collector = await startCollector()))
afterAll(() => collector.close())
beforeEach(() => {
  collector.appended.length = 0
  collector.beforeAppend = undefined
})

export const compressed = (body: Uint8Array): Uint8Array => snappy.compress(new Uint8Array(body))

export const post = (body: Uint8Array, headers: Record<string, string> = {}): Promise<Response> =>
  collector.post(PATH, headers['content-type'] ?? 'application/x-protobuf', compressed(body), {
    'content-encoding': 'snappy',
    ...headers,
  })

/** What the store was given: samples as `name{labels} time value`. */
export function given(requests: readonly CanonicalRequest[] = collector.appended): string[] {
  const lines: string[] = []
  const names: string[] = []
  for (const { body } of requests)
    walkWrite(body, {
      series(bytes, start, end) {
        const labels = labelsOf(bytes, start, end)
        const others = labels.filter(([name]) => name !== '__name__').map(label => label.join('='))
        const name = labels.find(([label]) => label === '__name__')![1]
        return names.push(`${name}{${others.join(',')}}`) - 1
      },
      sample: (series, time, value, stale) =>
        void lines.push(`${names[series]} ${time} ${stale ? 'stale' : Object.is(value, -0) ? '-0' : value}`),
      histogram: (series, time, encoding) => void lines.push(`${names[series]} ${time} ${encoding}`),
      exemplar: (series, time, value, labels) =>
        void lines.push(
          `${names[series]} ${time} ${value} # ${labelsOf(labels, 0, labels.length).join(' ')}`,
        ),
      metadata: ({ name, type, unit, help }) => void lines.push(`# ${name} ${type} ${unit} ${help}`),
    })
  return lines
}

export const up = (labels: Record<string, string> = {}): WrittenSeries => ({
  labels: { __name__: 'up', ...labels },
  samples: [[NOW, 1]],
})
