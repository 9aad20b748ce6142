/** How the processes of a service run, from the metrics of the agent; the worst of its instances, and each. */
import type { QueryData } from '../../../../collector/src/query/metrics/answers.ts'
import { LinePanel } from '../../chart/line-panel.tsx'
import type { Mark } from '../../chart/marks.ts'
import { readMatrix } from '../../lib/matrix.ts'
import { formatQuantity } from '../../lib/quantity.ts'
import { rangeSteps } from '../../lib/range-steps.ts'
import { url } from '../../lib/routes.ts'
import {
  instanceQueries,
  runtimePanels,
  type RuntimeLine,
  type RuntimePanel,
} from '../../lib/runtime-queries.ts'
import { Failed, Skeleton } from '../../parts/states.tsx'
import { useLoad, type Loaded } from '../../state/load.ts'
import { link } from '../../state/location.ts'
import { range } from '../../state/range.ts'

interface Answer {
  readonly data: QueryData
}

/** The agent sends each minute: less than four of these are easily none. */
const LEAST_WINDOW_SECONDS = 240

export function Runtime({ service, marks }: { service: string; marks: readonly Mark[] }) {
  const { step } = rangeSteps(range.value)
  const window = `${Math.max(LEAST_WINDOW_SECONDS, Math.ceil((2 * step) / 1_000))}s`
  return (
    <section class="runtime" aria-labelledby="runtime-title">
      <h2 id="runtime-title">Node runtime</h2>
      <Instances service={service}>
        <div class="board">
          {runtimePanels(service, window).map(panel => (
            <Panel key={panel.title} panel={panel} marks={marks} />
          ))}
        </div>
      </Instances>
    </section>
  )
}

function useLine({ query }: RuntimeLine): Loaded<Answer> {
  const { start, end, step } = rangeSteps(range.value)
  return useLoad<Answer>(
    url('/api/v1/query_range', { query, start: start / 1_000, end: end / 1_000, step: step / 1_000 }),
    query,
  )
}

/** One or two lines: hooks are called as often each time, for a panel keeps its lines. */
function Panel({
  panel: { title, quantity, lines },
  marks,
}: {
  panel: RuntimePanel
  marks: readonly Mark[]
}) {
  const answers = lines.map(line => useLine(line))
  const failure = answers.find(answer => answer.failure)?.failure
  const { start, end, step } = rangeSteps(range.value)
  const steps = Math.round((end - start) / step) + 1
  const valuesOf = (answer: Loaded<Answer>): (number | null)[] => {
    const values = new Array<number | null>(steps).fill(null)
    if (answer.data === undefined) return values
    const matrix = readMatrix(answer.data.data)
    const first = Math.round((matrix.start - start) / step)
    matrix.series[0]?.values.forEach((value, i) => {
      if (first + i >= 0 && first + i < steps && Number.isFinite(value)) values[first + i] = value
    })
    return values
  }
  if (failure) return <Failed failure={failure} old={false} />
  return (
    <LinePanel
      title={title}
      quantity={quantity}
      range={range.value}
      marks={marks}
      // A value of a range query stands at its step, not behind it.
      start={start - step}
      step={step}
      stale={answers.some(({ loading }) => loading)}
      lines={lines.map(({ name, color }, i) => ({ name, color, values: valuesOf(answers[i]!) }))}
    />
  )
}

function Instances({ service, children }: { service: string; children: preact.ComponentChildren }) {
  const queries = instanceQueries(service)
  const time = range.value.to / 1_000
  const ask = (query: string) => useLoad<Answer>(url('/api/v1/query', { query, time }), query)
  const [utilization, delay, heap, resident] = [
    ask(queries.utilization),
    ask(queries.delay),
    ask(queries.heap),
    ask(queries.resident),
  ]
  const all = [utilization, delay, heap, resident]
  const failure = all.find(answer => answer.failure)?.failure
  if (failure) return <Failed failure={failure} old={false} />
  if (all.some(({ data, loading }) => data === undefined && loading)) return <Skeleton rows={3} />
  const figures = [
    byInstance(utilization),
    byInstance(delay),
    byInstance(heap),
    byInstance(resident),
  ] as const
  const names = [...new Set(figures.flatMap(figure => [...figure.keys()]))].toSorted()
  if (names.length === 0)
    return (
      <p class="muted">
        No process of this service told how it runs at the end of this range. The agent does.
      </p>
    )
  const [busy, waits, used, held] = figures
  return (
    <>
      {children}
      <table class="instances">
        <thead>
          <tr>
            <th>Instance</th>
            <th class="number">Event loop</th>
            <th class="number">Delay p99</th>
            <th class="number">Heap</th>
            <th class="number">Resident</th>
          </tr>
        </thead>
        <tbody>
          {names.map(name => (
            <tr key={name}>
              <td class="mono" title={name}>
                {name === '' ? 'unnamed' : name}
              </td>
              <td class="number">{formatQuantity(busy.get(name) ?? Number.NaN, 'ratio')}</td>
              <td class="number">{formatQuantity(waits.get(name) ?? Number.NaN, 'seconds')}</td>
              <td class="number">{formatQuantity(used.get(name) ?? Number.NaN, 'bytes')}</td>
              <td class="number">{formatQuantity(held.get(name) ?? Number.NaN, 'bytes')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="muted">
        <a class="link" href={link('/query', { q: queries.utilization })}>
          Ask the metrics
        </a>
      </p>
    </>
  )
}

function byInstance({ data }: Loaded<Answer>): ReadonlyMap<string, number> {
  if (data?.data.resultType !== 'vector') return new Map()
  return new Map(
    data.data.result.flatMap(row =>
      'value' in row ? [[row.metric['instance'] ?? '', Number(row.value[1])] as const] : [],
    ),
  )
}
