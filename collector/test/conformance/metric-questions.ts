/** Every question about metrics, about the series of one scene. Lists without an order come sorted. */
import type { LabelMatcher, Labels, SeriesSelection } from '../../src/model/series.ts'
import { milliOfNano, unixMillis } from '../../src/model/time.ts'
import type { MetricsView, Snapshot } from '../../src/store/api.ts'
import { METRIC_NAMES, sceneLabel } from './generate-metrics.ts'
import { patient, type Scene } from './scene.ts'

const MATCHERS: readonly (readonly LabelMatcher[])[] = [
  [],
  ...METRIC_NAMES.map((value): LabelMatcher[] => [{ name: '__name__', op: '=', value }]),
  [{ name: 'k', op: '=', value: 'a' }],
  [{ name: 'k', op: '=', value: '' }],
  [
    { name: 'k', op: '!=', value: 'a' },
    { name: '__name__', op: '=~', value: 'h_.*|m' },
  ],
  [{ name: '__proto__', op: '!~', value: '' }],
]

export type MetricQuestion = readonly [what: string, ask: (snapshot: Snapshot) => unknown]

export function* metricQuestions(scene: Scene): Generator<MetricQuestion> {
  const of: LabelMatcher = { name: 'scene', op: '=', value: sceneLabel(scene) }
  const all = { from: unixMillis(-Infinity), to: unixMillis(Infinity) }
  const some = { from: milliOfNano(scene.at(2)), to: milliOfNano(scene.at(4)) }
  for (const more of MATCHERS)
    for (const [what, ask] of VIEWS)
      for (const range of [all, some]) {
        // Series that have something near the range may be listed too.
        if (range === some && LISTS.has(what)) continue
        const selection = { matchers: [of, ...more], ...range }
        yield [`${what} of ${JSON.stringify(selection)}`, s => ask(s.metrics(patient), selection)]
      }
  const info: SeriesSelection = {
    matchers: [
      { name: '__name__', op: '=', value: 'target_info' },
      { name: 'job', op: '=', value: sceneLabel(scene) },
    ],
    ...all,
  }
  yield ['target_info', snapshot => select(snapshot.metrics(patient), info)]
  yield ['times of samples', snapshot => snapshot.metrics(patient).extent()]
  yield ['metadata', snapshot => snapshot.metrics(patient).metadata()]
  for (let n = 1; n <= 3; n++)
    yield [
      `exemplars of trace ${n}`,
      snapshot => byLabels(snapshot.metrics(patient).exemplarsOfTrace(scene.traceId(n))),
    ]
}

const LISTS: ReadonlySet<string> = new Set(['labels', 'names', 'values', 'metrics', 'cardinality'])

type Ask = (view: MetricsView, selection: SeriesSelection) => unknown

const select: Ask = (view, selection) =>
  byLabels(
    view.select(selection).map(({ labels, times, values, stale }) => ({
      labels,
      samples: [...times].map((time, i) => [time, stale?.[i] === 1 ? 'stale' : values[i]]),
    })),
  )

const points: Ask = (view, selection) =>
  byLabels(
    view.points(selection).map(({ labels, delta, times, values, starts, stale }) => ({
      labels: [['delta', String(delta)] as const, ...labels],
      samples: [...times].map((time, i) => [time, starts[i], stale[i] === 1 ? 'stale' : values[i]]),
    })),
  )

const VIEWS: readonly (readonly [string, Ask])[] = [
  ['samples', select],
  ['points', points],
  ['exemplars', (view, selection) => byLabels(view.exemplars(selection))],
  ['histograms', (view, selection) => byLabels(view.histograms(selection))],
  ['labels', (view, selection) => view.labels(selection).map(textOf).sort()],
  ['names', (view, selection) => view.labelNames(selection)],
  ['values', (view, selection) => view.labelValues('k', selection)],
  ['metrics', (view, selection) => Object.fromEntries(view.seriesByMetric(selection))],
  ['cardinality', (view, selection) => view.cardinality(selection, 2)],
]

const textOf = (labels: Labels): string => JSON.stringify(labels)

function byLabels<T extends { readonly labels: Labels }>(all: readonly T[]): T[] {
  return [...all].sort((a, b) => (textOf(a.labels) < textOf(b.labels) ? -1 : 1))
}
