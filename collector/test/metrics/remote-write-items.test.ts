/** Histograms, exemplars and metadata by remote-write 1.0 (W12). */
import { describe, expect, it } from 'vitest'
import { bytesOf, int, len } from '../otlp/wire.ts'
import { double, metadata, writeRequest } from './write.ts'
import { collector, given, NOW, post, up } from './write-receiver.ts'

describe('W12: histograms, exemplars, metadata', () => {
  const zigzag = (value: number): bigint => BigInt(value >= 0 ? value * 2 : -value * 2 - 1)
  const span = (offset: number, length: number): Uint8Array => bytesOf(int(1, zigzag(offset)), int(2, length))
  const deltas = (...values: number[]): Uint8Array =>
    bytesOf(...values.map(value => int(1, zigzag(value)).subarray(1)))
  const native = (count: number, ...more: Uint8Array[]): Uint8Array =>
    bytesOf(int(1, count), double(3, 5), int(4, zigzag(1)), int(15, NOW), ...more)
  const send = async (histogram: Uint8Array): Promise<string> => {
    const answer = await post(writeRequest({ labels: { __name__: 'x' }, histograms: [histogram] }))
    return `${answer.status} ${await answer.text()}`.trim()
  }
  it('whole numbers, negative and zero buckets', async () => {
    const histogram = native(
      10,
      int(6, 1),
      len(8, span(0, 1)),
      len(9, deltas(2)),
      len(11, span(-3, 2)),
      len(11, span(1, 1)),
      len(12, deltas(1, 2, 0)),
    )
    expect(await send(histogram)).toBe('204')
    expect(given()).toEqual([`x{} ${NOW} prometheus`])
  })
  it('floats', async () => {
    const histogram = bytesOf(
      double(2, 2.5),
      int(15, NOW),
      len(11, span(0, 1)),
      len(13, double(1, 2.5).subarray(1)),
    )
    expect(await send(histogram)).toBe('204')
  })
  it('custom buckets', async () => {
    const custom = (...bounds: number[]): Uint8Array =>
      bytesOf(
        int(1, 1),
        int(4, zigzag(-53)),
        int(15, NOW),
        len(11, span(0, 1)),
        len(12, deltas(1)),
        len(16, ...bounds.map(bound => double(1, bound).subarray(1))),
      )
    expect(await send(custom(1, 2))).toBe('204')
    expect(await send(custom(2, 1))).toBe(
      '400 1 samples rejected: custom_values are not strictly increasing (1).',
    )
  })
  it.each([
    [
      'a wrong count',
      native(3, len(11, span(0, 1)), len(12, deltas(2))),
      'the count of a native histogram is not the sum of its buckets',
    ],
    [
      'fewer counts than buckets',
      native(2, len(11, span(0, 2)), len(12, deltas(2))),
      'the spans of a native histogram do not have as many buckets as it has counts',
    ],
    [
      'a negative count',
      native(0, len(11, span(0, 1)), len(12, deltas(-1))),
      'a bucket of a native histogram has a negative count',
    ],
    [
      'a span that goes back',
      native(2, len(11, span(0, 1)), len(11, span(-1, 1)), len(12, deltas(1, 0))),
      'a span of a native histogram has a negative offset',
    ],
    [
      'an unknown schema',
      bytesOf(int(4, zigzag(99)), int(15, NOW)),
      'a native histogram of schema 99 is not known',
    ],
  ])('%s: 400', async (_, histogram, reason) => {
    expect(await send(histogram)).toBe(`400 1 samples rejected: ${reason} (1).`)
    expect(collector.appended).toEqual([])
  })
  it('exemplars of any value, with or without a trace', async () => {
    await post(
      writeRequest({
        ...up(),
        exemplars: [
          { labels: { trace_id: 'abc' }, time: NOW, value: Infinity },
          { labels: {}, time: NOW, value: 1 },
        ],
      }),
    )
    expect(given()).toEqual([`up{} ${NOW} 1`, `up{} ${NOW} Infinity # trace_id,abc`, `up{} ${NOW} 1 # `])
  })
  it('metadata of every type, by itself', async () => {
    const answer = await post(
      bytesOf(...Array.from({ length: 8 }, (_, type) => metadata(type, `m${type}`, 'help', 's'))),
    )
    expect(answer.status).toBe(204)
    expect(given()).toEqual(
      ['unknown', 'counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset'].map(
        (type, i) => `# m${i} ${type} s help`,
      ),
    )
  })
})
