import { TraceFlags, type HrTime } from '@opentelemetry/api'
import { expect, it } from 'vitest'
import type { MarkedPoint } from '../export/metrics.ts'
import { Durations } from './durations.ts'

const durations = (isDelta = false): Durations => new Durations('latency', 'How long it took', isDelta)
const at = (second: number): HrTime => [second, 0]
const measured = (spanId: string, seconds: number, second: number, traceFlags = TraceFlags.SAMPLED) => ({
  seconds,
  time: at(second),
  context: { traceId: 'ab'.repeat(16), spanId, traceFlags },
})
const exemplars = (of: Durations) => of.collect().dataPoints.map(point => (point as MarkedPoint).exemplars)

it('each bucket keeps the last request that fell into it as an exemplar', () => {
  const latency = durations()
  latency.record('a', measured('1', 0.003, 1), () => ({}))
  latency.record('a', measured('2', 7, 2), () => ({}))
  latency.record('a', measured('3', 0.004, 3), () => ({}))
  expect(exemplars(latency)).toEqual([
    [
      { time: at(3), value: 0.004, traceId: 'ab'.repeat(16), spanId: '3' },
      { time: at(2), value: 7, traceId: 'ab'.repeat(16), spanId: '2' },
    ],
  ])
})

it('a request that is not sampled counts and leaves none: nobody could open its trace', () => {
  const latency = durations()
  latency.record('a', measured('1', 0.003, 1), () => ({}))
  latency.record('a', measured('2', 0.003, 2, TraceFlags.NONE), () => ({}))
  const [point] = latency.collect().dataPoints
  expect(point).toMatchObject({ value: { count: 2 }, exemplars: [{ spanId: '1' }] })
})

it.each([false, true])('none is told twice, of totals or of differences (isDelta: %s)', isDelta => {
  const latency = durations(isDelta)
  latency.record('a', measured('1', 0.003, 1), () => ({}))
  expect(exemplars(latency)).toMatchObject([[{ spanId: '1' }]])
  expect(exemplars(latency)).toEqual(isDelta ? [] : [[]])
  latency.record('a', measured('2', 0.003, 2), () => ({}))
  expect(exemplars(latency)).toMatchObject([[{ spanId: '2' }]])
})

it('each series has its own', () => {
  const latency = durations()
  latency.record('a', measured('1', 0.003, 1), () => ({ route: '/a' }))
  latency.record('b', measured('2', 0.003, 2), () => ({ route: '/b' }))
  expect(exemplars(latency)).toMatchObject([[{ spanId: '1' }], [{ spanId: '2' }]])
})
