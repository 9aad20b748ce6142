/**
 * Metrics of the process: event loop, garbage collector, memory, CPU, what keeps the process alive.
 *
 * All but the collector's pauses are read when a collection asks for them. Names and units are the semantic
 * conventions'; `nodejs.eventloop.delay.*` covers the time since the last collection.
 *
 * Source: https://opentelemetry.io/docs/specs/semconv/runtime/nodejs-metrics/, …/v8js-metrics/,
 * https://opentelemetry.io/docs/specs/semconv/system/process-metrics/
 */
import { metrics, ValueType, type Meter, type ObservableResult } from '@opentelemetry/api'
import { monitorEventLoopDelay, performance, PerformanceObserver, constants } from 'node:perf_hooks'
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8'
import { guarded } from '../guard.ts'
import { onUndo } from '../undo.ts'
import { VERSION } from '../version.ts'

/** How often the event loop is looked at, ms; half the median delay it can tell is the tick itself. */
const RESOLUTION_MILLIS = 20
const NANOS = 1e9

const GC_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1]
const GC_KINDS = new Map<number, string>([
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
])

export function measureRuntime(): void {
  const meter = metrics.getMeter('@hodoscope/agent', VERSION)
  measureEventLoop(meter)
  measureGarbageCollection(meter)
  measureMemory(meter)
  measureCpu(meter)
  measureResources(meter)
}

function gauge(
  meter: Meter,
  name: string,
  unit: string,
  description: string,
  observe: (result: ObservableResult) => void,
): void {
  meter.createObservableGauge(name, { unit, description }).addCallback(guarded(observe))
}

function measureEventLoop(meter: Meter): void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MILLIS })
  delay.enable()
  onUndo(() => void delay.disable())
  // What the timer's own period adds is not delay.
  const seconds = (nanos: number) => Math.max(0, nanos / NANOS - RESOLUTION_MILLIS / 1000)
  const readings: [string, () => number][] = [
    ['min', () => delay.min],
    ['max', () => delay.max],
    ['mean', () => delay.mean],
    ['p50', () => delay.percentile(50)],
    ['p90', () => delay.percentile(90)],
    ['p99', () => delay.percentile(99)],
  ]
  const gauges = readings.map(([name]) =>
    meter.createObservableGauge(`nodejs.eventloop.delay.${name}`, {
      unit: 's',
      description: `Event loop delay, ${name}`,
    }),
  )
  meter.addBatchObservableCallback(
    guarded(result => {
      if (delay.count > 0) readings.forEach(([, read], i) => result.observe(gauges[i]!, seconds(read())))
      delay.reset()
    }),
    gauges,
  )
  let before = performance.eventLoopUtilization()
  gauge(
    meter,
    'nodejs.eventloop.utilization',
    '1',
    'Share of time in which the event loop is busy',
    result => {
      const now = performance.eventLoopUtilization()
      result.observe(performance.eventLoopUtilization(now, before).utilization)
      before = now
    },
  )
}

function measureGarbageCollection(meter: Meter): void {
  const pauses = meter.createHistogram('v8js.gc.duration', {
    unit: 's',
    description: 'Garbage collection pauses',
    advice: { explicitBucketBoundaries: GC_BOUNDS },
  })
  const observer = new PerformanceObserver(
    guarded(list => {
      for (const entry of list.getEntries()) {
        const { kind } = (entry as unknown as { detail: { kind: number } }).detail
        pauses.record(entry.duration / 1000, { 'v8js.gc.type': GC_KINDS.get(kind) ?? 'other' })
      }
    }),
  )
  observer.observe({ entryTypes: ['gc'] })
  onUndo(() => observer.disconnect())
}

function measureMemory(meter: Meter): void {
  gauge(meter, 'process.memory.usage', 'By', 'Resident set size', result =>
    result.observe(process.memoryUsage.rss()),
  )
  gauge(meter, 'v8js.memory.heap.limit', 'By', 'Heap size limit', result =>
    result.observe(getHeapStatistics().heap_size_limit),
  )
  gauge(meter, 'v8js.memory.heap.used', 'By', 'Heap in use, by space', result => {
    for (const space of getHeapSpaceStatistics())
      result.observe(space.space_used_size, { 'v8js.heap.space.name': space.space_name })
  })
}

function measureCpu(meter: Meter): void {
  meter
    .createObservableCounter('process.cpu.time', {
      unit: 's',
      description: 'CPU time',
      valueType: ValueType.DOUBLE,
    })
    .addCallback(
      guarded(result => {
        const { user, system } = process.cpuUsage()
        result.observe(user / 1e6, { 'cpu.mode': 'user' })
        result.observe(system / 1e6, { 'cpu.mode': 'system' })
      }),
    )
}

function measureResources(meter: Meter): void {
  gauge(meter, 'nodejs.resource.active', '{resource}', 'What keeps the process alive, by type', result => {
    const counts = new Map<string, number>()
    for (const type of process.getActiveResourcesInfo()) counts.set(type, (counts.get(type) ?? 0) + 1)
    for (const [type, count] of counts) result.observe(count, { 'nodejs.resource.type': type })
  })
}
