/** What the checks of metrics share: requests as the door gives them to the store, and series as short texts. */
import { decodeRequest } from '../../../src/decode/request.ts'
import { decodeWrite } from '../../../src/decode/write/request.ts'
import type { LabelMatcher, Series } from '../../../src/model/series.ts'
import { unixMillis } from '../../../src/model/time.ts'
import type { Cancellation, MetricsView, Snapshot } from '../../../src/store/api.ts'
import { metricsRequest } from '../../metrics/otlp.ts'
import { writeRequest, type WrittenSeries } from '../../metrics/write.ts'
import type { Batch } from '../request.ts'
import { patient, type Scene } from '../scene.ts'

/** 2023-11-14T22:13:20Z. */
export const T = 1_700_000_000_000
export const ALWAYS = { from: unixMillis(-Infinity), to: unixMillis(Infinity) }

/** @param extra bytes of the request behind the series */
export function samples(series: readonly WrittenSeries[], extra: Uint8Array = Buffer.alloc(0)): Batch {
  const body = new Uint8Array(Buffer.concat([writeRequest(...series), extra]))
  const { request, message } = decodeWrite(body, unixMillis(T + 86_400_000))
  if (request === undefined || message !== '') throw new Error(`not all is accepted: ${message}`)
  return { signal: 'samples', request }
}

export function otlp(...metrics: readonly Uint8Array[]): Batch {
  const { request, message } = decodeRequest('metrics', 'protobuf', new Uint8Array(metricsRequest(metrics)))
  if (request === undefined || message !== '') throw new Error(`not all is accepted: ${message}`)
  return { signal: 'metrics', request }
}

/** A name that no other check uses. */
export const nameOf = (scene: Scene): string => `m${scene.traceId(0).slice(0, 8)}`

export const viewOf = (snapshot: Snapshot, cancel: Cancellation = patient): MetricsView =>
  snapshot.metrics(cancel)

export type Shown = Readonly<Record<string, readonly (readonly [number, number | 'stale'])[]>>

export const labelText = (series: Pick<Series, 'labels'>): string =>
  series.labels.flatMap(([name, value]) => (name === '__name__' ? [] : [`${name}=${value}`])).join(',')

/** Samples by the labels beside the name; times from T. */
function shown(all: readonly Series[]): Shown {
  return Object.fromEntries(
    all.map(series => [
      labelText(series),
      [...series.times].map(
        (time, i) => [time - T, series.stale?.[i] === 1 ? 'stale' : series.values[i]!] as const,
      ),
    ]),
  )
}

export const named = (name: string, ...more: LabelMatcher[]): LabelMatcher[] => [
  { name: '__name__', op: '=', value: name },
  ...more,
]

export const select = (snapshot: Snapshot, name: string, range = ALWAYS, ...more: LabelMatcher[]): Shown =>
  shown(viewOf(snapshot).select({ matchers: named(name, ...more), ...range }))

export const range = (from: number, to: number) => ({ from: unixMillis(T + from), to: unixMillis(T + to) })
