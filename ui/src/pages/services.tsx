/** Services as they are seen from their entry spans, and, opened, their operations. Every number leads on. */
import type { ComponentChildren } from 'preact'
import type {
  OperationRow,
  OperationsAnswer,
  ServiceRow,
  ServicesAnswer,
} from '../../../collector/src/serve/api-types.ts'
import { exactDuration, formatDuration, formatInteger, formatRate, formatRatio } from '../lib/format.ts'
import { servicePath, url } from '../lib/routes.ts'
import { filterTerm } from '../lib/search-text.ts'
import { coveredMillis } from '../lib/time-range.ts'
import { Icon } from '../parts/icons.tsx'
import { Service } from '../parts/service.tsx'
import { Empty, Failed, Partial, Progress, Skeleton, Stopped } from '../parts/states.tsx'
import { useLoad } from '../state/load.ts'
import { link, param, setParams } from '../state/location.ts'
import { oldest, range, setRange } from '../state/range.ts'
import { lazyPage } from './lazy.tsx'
import './services.css'

type SortKey = 'service' | 'rate' | 'errors' | 'p50' | 'p95' | 'p99'
const COLUMNS: readonly { key: SortKey; label: string }[] = [
  { key: 'service', label: 'Service' },
  { key: 'rate', label: 'Rate' },
  { key: 'errors', label: 'Errors' },
  { key: 'p50', label: 'p50' },
  { key: 'p95', label: 'p95' },
  { key: 'p99', label: 'p99' },
]
const VALUE: Readonly<Record<Exclude<SortKey, 'service'>, (row: ServiceRow) => number>> = {
  rate: row => row.rate,
  errors: row => row.errorRatio ?? -1,
  p50: row => row.p50Nano ?? -1,
  p95: row => row.p95Nano ?? -1,
  p99: row => row.p99Nano ?? -1,
}

/** By name upwards, by any figure downwards. */
function sorted(rows: readonly ServiceRow[], key: SortKey): ServiceRow[] {
  const byName = (a: ServiceRow, b: ServiceRow): number => a.service.localeCompare(b.service)
  if (key === 'service') return rows.toSorted(byName)
  return rows.toSorted((a, b) => VALUE[key](b) - VALUE[key](a) || byName(a, b))
}

export function ServicesPage() {
  const { from, to } = range.value
  const answer = useLoad<ServicesAnswer>(url('/api/services', { from, to }))
  const sort = COLUMNS.find(({ key }) => key === param('sort'))?.key ?? 'service'
  const rows = sorted(answer.data?.services ?? [], sort)
  const failing = rows.filter(row => row.errorCount > 0).length
  return (
    <div class="page">
      <div class="head">
        <h1>Services</h1>
        <p class="facts" role="status">
          {rows.length > 0 && `${formatInteger(rows.length)} · ${formatInteger(failing)} with errors`}
        </p>
      </div>
      <Partial answer={answer.data} />
      <Progress loading={answer.loading} stop={answer.stop} />
      {answer.failure && <Failed failure={answer.failure} old={answer.data !== undefined} />}
      {answer.stopped && <Stopped />}
      {!answer.data && answer.loading && <Skeleton rows={8} />}
      {answer.data && rows.length === 0 && <NoServices />}
      {rows.length > 0 && <Table rows={rows} sort={sort} stale={answer.loading} />}
    </div>
  )
}

const NoServices = () => (
  <Empty title="No service sent spans in this range">
    <p class="offers">
      <button type="button" class="outlined" onClick={() => setRange({ from: 'now-24h', to: 'now' })}>
        Look at the last 24 hours
      </button>
    </p>
  </Empty>
)

function Table({ rows, sort, stale }: { rows: readonly ServiceRow[]; sort: SortKey; stale: boolean }) {
  const open = new Set(param('open').split(',').map(decodeURIComponentSafely))
  const slowest = Math.max(1, ...rows.map(row => row.p95Nano ?? 0))
  const toggle = (service: string): void => {
    const next = new Set(open)
    if (!next.delete(service)) next.add(service)
    next.delete('')
    setParams({ open: Array.from(next, encodeURIComponent).join(',') }, { replace: true })
  }
  return (
    <table class={stale ? 'services stale' : 'services'}>
      <thead>
        <tr>
          {COLUMNS.map(({ key, label }) => (
            <th
              key={key}
              class={key === 'service' ? '' : 'number'}
              aria-sort={sort === key ? (key === 'service' ? 'ascending' : 'descending') : undefined}
            >
              <button
                type="button"
                class="bare"
                onClick={() => setParams({ sort: key === 'service' ? '' : key }, { replace: true })}
              >
                {label}
              </button>
            </th>
          ))}
          <th class="spread" aria-label="p50 to p95" />
          <th class="make" aria-label="Objective" />
        </tr>
      </thead>
      {rows.map(row => (
        <tbody key={row.service}>
          <ServiceLine
            row={row}
            slowest={slowest}
            open={open.has(row.service)}
            onToggle={() => toggle(row.service)}
          />
          {open.has(row.service) && <Operations service={row.service} slowest={slowest} />}
        </tbody>
      ))}
    </table>
  )
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

interface LineProps {
  row: ServiceRow
  slowest: number
  open: boolean
  onToggle: () => void
}

function ServiceLine({ row, slowest, open, onToggle }: LineProps) {
  const q = filterTerm('service', row.service)
  return (
    <tr>
      <td>
        <button type="button" class="bare opener" aria-expanded={open} onClick={onToggle}>
          <span class="fold" aria-hidden="true">
            {open ? '▾' : '▸'}
          </span>
          <Service name={row.service} />
        </button>
      </td>
      <Figures row={row} q={q} count={row.entryCount} />
      <Spread row={row} slowest={slowest} />
      <td class="make">
        <a class="button" href={link(servicePath(row.service))} aria-label={`Open ${row.service}`}>
          Open
        </a>
      </td>
    </tr>
  )
}

type FigureRow = Pick<OperationRow, 'rate' | 'errorCount'> &
  Pick<ServiceRow, 'errorRatio' | 'p50Nano' | 'p95Nano' | 'p99Nano'>

/** The cells that services and operations share; each number opens the records that it counts. */
function Figures({ row, q, count }: { row: FigureRow; q: string; count: number }) {
  const slow = link('/traces', { q, sort: 'slowest' })
  const covered = coveredMillis(range.value, oldest.value)
  const rate = (row.rate * (range.value.to - range.value.from)) / covered
  return (
    <>
      <Cell
        href={link('/traces', { q })}
        title={`${formatInteger(count)} requests in ${formatDuration(covered * 1e6)}`}
      >
        {formatRate(rate)}
      </Cell>
      <Cell
        href={link('/traces', { q: `${q} ${filterTerm('status', 'error')}` })}
        title={`${formatInteger(row.errorCount)} of ${formatInteger(count)} failed`}
      >
        <span class={row.errorCount > 0 ? 'bad' : 'muted'}>{formatRatio(row.errorRatio)}</span>
      </Cell>
      {[row.p50Nano, row.p95Nano, row.p99Nano].map((nano, i) => (
        <Cell key={i} href={slow} title={nano === null ? '' : exactDuration(nano)}>
          {nano === null ? '–' : formatDuration(nano)}
        </Cell>
      ))}
    </>
  )
}

const Cell = ({ href, title, children }: { href: string; title: string; children: ComponentChildren }) => (
  <td class="number">
    <a href={href} title={title}>
      {children}
    </a>
  </td>
)

/** From p50 to p95, on one scale for the whole table. */
function Spread({ row, slowest }: { row: FigureRow; slowest: number }) {
  const at = (nano: number | null): string => `${Math.min(100, ((nano ?? 0) / slowest) * 100)}%`
  return (
    <td class="spread" aria-hidden="true">
      <span>
        {row.p95Nano !== null && (
          <i
            style={{
              left: at(row.p50Nano),
              width: `max(2px, calc(${at(row.p95Nano)} - ${at(row.p50Nano)}))`,
            }}
          />
        )}
      </span>
    </td>
  )
}

function Operations({ service, slowest }: { service: string; slowest: number }) {
  const { from, to } = range.value
  const answer = useLoad<OperationsAnswer>(url('/api/operations', { service, from, to }), service)
  if (answer.failure && !answer.data)
    return (
      <tr class="operation">
        <td colSpan={8} class="bad">
          {answer.failure.message} {answer.failure.hint}
        </td>
      </tr>
    )
  if (!answer.data)
    return (
      <tr class="operation">
        <td colSpan={8} class="muted">
          Loading
        </td>
      </tr>
    )
  return answer.data.operations.map(row => (
    <Operation key={`${row.kind} ${row.name}`} row={row} slowest={slowest} />
  ))
}

const NewObjective = lazyPage(() => import('./new-objective.tsx').then(({ NewObjective: part }) => part))

function Operation({ row, slowest }: { row: OperationRow; slowest: number }) {
  const id = `${row.kind} ${row.service} ${row.name}`
  const open = param('objective') === id
  return (
    <>
      <tr class="operation">
        <td title={row.name}>
          <a href={link('/traces', { q: operationQuery(row) })}>{row.name}</a>{' '}
          <span class="muted">{row.kind}</span>
        </td>
        <Figures row={row} q={operationQuery(row)} count={row.count} />
        <Spread row={row} slowest={slowest} />
        <td class="make">
          <button
            type="button"
            aria-expanded={open}
            aria-label={`Make an objective for ${row.name}`}
            title="Make an objective"
            onClick={() => setParams({ objective: open ? '' : id }, { replace: true })}
          >
            <Icon name="slos" />
          </button>
        </td>
      </tr>
      {open && (
        <tr class="operation objective-row">
          <td colSpan={8}>
            <NewObjective row={row} />
          </td>
        </tr>
      )}
    </>
  )
}

const operationQuery = (row: OperationRow): string =>
  `${filterTerm('service', row.service)} ${filterTerm('name', row.name)} ${filterTerm('kind', row.kind)}`
