/** Traces: what to look for, how much of it there is over time, and the traces themselves. */
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { HistogramAnswer, TraceRow, TracesAnswer } from '../../../collector/src/serve/api-types.ts'
import { useSearchMarks } from '../chart/deploy-marks.ts'
import { Volume } from '../chart/volume.tsx'
import { formatInteger } from '../lib/format.ts'
import { tracePath, url } from '../lib/routes.ts'
import { filterTerm } from '../lib/search-text.ts'
import { alignRange } from '../lib/time-range.ts'
import { ListStates, Order } from '../parts/list-states.tsx'
import { useLoad, usePages } from '../state/load.ts'
import { link, navigate, param, setParams } from '../state/location.ts'
import { range, zoomTo } from '../state/range.ts'
import { lazyPage } from './lazy.tsx'
import { NothingFound } from './nothing-found.tsx'
import { useRowKeys } from './row-keys.ts'
import { isQueryFault, SearchBar } from './search-bar.tsx'
import { TraceTable } from './trace-table.tsx'

const Latency = lazyPage(async () => (await import('./latency.tsx')).Latency, 'part')

const PAGE = 50
const MOST_BUCKETS = 120

const SPAN_CLASSES = [
  { name: 'ok', label: 'ok', color: 'var(--volume)' },
  { name: 'error', label: 'failed', color: 'var(--bad)', term: filterTerm('status', 'error') },
]

export function TracesPage() {
  const q = param('q')
  const sort = param('sort') === 'slowest' ? 'slowest' : 'newest'
  const { from, to } = range.value
  const aligned = alignRange(range.value, MOST_BUCKETS)
  const list = usePages<TracesAnswer>(url('/api/traces', { q, from, to, sort, limit: PAGE }))
  const marks = useSearchMarks(q)
  const volume = useLoad<HistogramAnswer>(
    url('/api/traces/histogram', { q, from: aligned.from, to: aligned.to, buckets: aligned.buckets }),
  )
  const traces = list.pages.flatMap(page => (sort === 'newest' ? byStart(page.traces) : page.traces))
  const fault = isQueryFault(list.failure) ? list.failure : undefined
  return (
    <div class="page">
      <div class="head">
        <h1>Traces</h1>
        <p class="facts" role="status">
          {list.data && facts(traces, list.more === undefined ? '' : sort)}
        </p>
        <div class="actions">
          <Order
            choices={['newest', 'slowest']}
            chosen={sort}
            onChoose={order => setParams({ sort: order === 'newest' ? '' : order })}
          />
        </div>
      </div>
      <SearchBar signal="traces" fault={fault} />
      <Volume
        answer={volume.data}
        classes={SPAN_CLASSES}
        noun="spans"
        range={range.value}
        stale={volume.loading && volume.data !== undefined}
        fault={list.failure ? undefined : volume.failure?.message}
        marks={marks}
        onZoom={zoomTo}
      />
      <Latency q={q} over={aligned} />
      <ListStates
        list={list}
        count={traces.length}
        fault={fault}
        pageSize={PAGE}
        empty={<NothingFound signal="traces" q={q} />}
      >
        <Results traces={traces} />
      </ListStates>
    </div>
  )
}

/** @param order  by which these are the first of more; '' when they are all */
/**
 * A page holds the traces with the newest matching spans; within it they stand as the column of
 * starts says. A start is 19 digits for the next two hundred years, so it compares as text.
 */
const byStart = (traces: readonly TraceRow[]): TraceRow[] =>
  traces.toSorted((a, b) => (a.startTimeUnixNano < b.startTimeUnixNano ? 1 : -1))

function facts(traces: readonly TraceRow[], order: string): string {
  if (traces.length === 0) return ''
  const failed = traces.filter(trace => trace.errorCount > 0).length
  return `${order} ${formatInteger(traces.length)} · ${failed === 0 ? 'none' : formatInteger(failed)} with errors`.trim()
}

function Results({ traces }: { traces: readonly TraceRow[] }) {
  const chosen = useSignal(-1)
  const box = useRef<HTMLDivElement>(null)
  useRowKeys(chosen, traces.length, box, i => navigate(link(tracePath(traces[i]!.traceId))))
  return (
    <div ref={box}>
      <TraceTable traces={traces} chosen={chosen.value} />
    </div>
  )
}
