/** Logs: what to look for, how much of it there is by severity, and the lines themselves. */
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type {
  HistogramAnswer,
  LogJson,
  LogsAnswer,
  ResourceJson,
} from '../../../collector/src/serve/api-types.ts'
import { useSearchMarks } from '../chart/deploy-marks.ts'
import { Volume } from '../chart/volume.tsx'
import { formatInteger } from '../lib/format.ts'
import { url } from '../lib/routes.ts'
import { filterTerm } from '../lib/search-text.ts'
import { SEVERITIES } from '../lib/severity.ts'
import { alignRange } from '../lib/time-range.ts'
import { ListStates, Order } from '../parts/list-states.tsx'
import { useLoad, usePages } from '../state/load.ts'
import { param, setParams } from '../state/location.ts'
import { range, zoomTo } from '../state/range.ts'
import { LogList } from './log-list.tsx'
import { NothingFound } from './nothing-found.tsx'
import { useRowKeys } from './row-keys.ts'
import { isQueryFault, SearchBar } from './search-bar.tsx'

const PAGE = 100
const MOST_BUCKETS = 120

const LOG_CLASSES = SEVERITIES.map(name => ({
  name,
  label: name === 'unspecified' ? 'without severity' : name,
  color: `var(--severity-${name})`,
  ...(name !== 'unspecified' && { term: filterTerm('severity', name) }),
}))

export interface LogEntry {
  readonly log: LogJson
  readonly resource: ResourceJson | undefined
}

/** Each page of an answer has its own table of resources. */
const entriesOf = (page: Pick<LogsAnswer, 'logs' | 'resources'>): LogEntry[] =>
  page.logs.map(log => ({ log, resource: page.resources[log.resource] }))

export function LogsPage() {
  const q = param('q')
  const order = param('order') === 'oldest' ? 'oldest' : 'newest'
  const { from, to } = range.value
  const aligned = alignRange(range.value, MOST_BUCKETS)
  const list = usePages<LogsAnswer>(url('/api/logs', { q, from, to, order, limit: PAGE }))
  const marks = useSearchMarks(q)
  const volume = useLoad<HistogramAnswer>(
    url('/api/logs/histogram', { q, from: aligned.from, to: aligned.to, buckets: aligned.buckets }),
  )
  const entries = list.pages.flatMap(entriesOf)
  const fault = isQueryFault(list.failure) ? list.failure : undefined
  return (
    <div class="page">
      <div class="head">
        <h1>Logs</h1>
        <p class="facts" role="status">
          {list.data &&
            entries.length > 0 &&
            `${list.more ? order : ''} ${formatInteger(entries.length)} lines`.trim()}
        </p>
        <div class="actions">
          <Order
            choices={['newest', 'oldest']}
            chosen={order}
            onChoose={choice => setParams({ order: choice === 'newest' ? '' : choice })}
          />
        </div>
      </div>
      <SearchBar signal="logs" fault={fault} />
      <Volume
        answer={volume.data}
        classes={LOG_CLASSES}
        noun="lines"
        range={range.value}
        stale={volume.loading && volume.data !== undefined}
        fault={list.failure ? undefined : volume.failure?.message}
        marks={marks}
        onZoom={zoomTo}
      />
      <ListStates
        list={list}
        count={entries.length}
        fault={fault}
        pageSize={PAGE}
        empty={<NothingFound signal="logs" q={q} />}
      >
        <Lines entries={entries} />
      </ListStates>
    </div>
  )
}

function Lines({ entries }: { entries: readonly LogEntry[] }) {
  const chosen = useSignal(-1)
  const box = useRef<HTMLDivElement>(null)
  const open = param('log')
  const toggle = (id: string): void => setParams({ log: id === open ? '' : id }, { replace: true })
  useRowKeys(chosen, entries.length, box, i => toggle(entries[i]!.log.id))
  return (
    <div ref={box}>
      <LogList entries={entries} chosen={chosen.value} open={open} onToggle={toggle} />
    </div>
  )
}
