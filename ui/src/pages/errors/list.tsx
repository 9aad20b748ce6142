/** Errors in groups: which there are, since when, how often, and what is new since a deploy. */
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { ErrorRow, ErrorsAnswer } from '../../../../collector/src/serve/api-types.ts'
import { Sparkline } from '../../chart/sparkline.tsx'
import { exactInstant } from '../../lib/clock.ts'
import { formatCount, formatDuration, formatInteger, plural } from '../../lib/format.ts'
import { errorPath, url } from '../../lib/routes.ts'
import { ListStates, Order } from '../../parts/list-states.tsx'
import { NewMark } from '../../parts/new-mark.tsx'
import { Dot, Service } from '../../parts/service.tsx'
import { Empty } from '../../parts/states.tsx'
import { usePages } from '../../state/load.ts'
import { link, navigate, param, setParams } from '../../state/location.ts'
import { range, setRange } from '../../state/range.ts'
import { useRowKeys } from '../row-keys.ts'
import './errors.css'
import { ago, headOf, restOf } from './words.ts'

const PAGE_SIZE = 50
const ORDERS = ['busiest', 'newest', 'latest'] as const

export function ErrorsPage() {
  const { from, to } = range.value
  const [service, isNew] = [param('service'), param('new') === '1']
  const order = ORDERS.find(name => name === param('order')) ?? 'busiest'
  const list = usePages<ErrorsAnswer>(
    url('/api/errors', { from, to, service, new: isNew ? 1 : '', order, limit: PAGE_SIZE }),
  )
  const rows = list.pages.flatMap(({ errors }) => errors)
  return (
    <div class="page errors">
      <div class="head">
        <h1>Errors</h1>
        <p class="facts" role="status">
          {rows.length > 0 &&
            plural(
              rows.length,
              list.more ? 'group and more' : 'group',
              list.more ? 'groups and more' : 'groups',
            )}
        </p>
        <div class="actions">
          {service !== '' && (
            <button
              type="button"
              class="outlined only"
              onClick={() => setParams({ service: '' })}
              title="Show all services"
            >
              <Service name={service} /> ×
            </button>
          )}
          <button
            type="button"
            class="outlined"
            aria-pressed={isNew}
            onClick={() => setParams({ new: isNew ? '' : 1 })}
          >
            New since the last deploy
          </button>
          <Order
            choices={ORDERS}
            chosen={order}
            onChoose={chosen => setParams({ order: chosen === 'busiest' ? '' : chosen }, { replace: true })}
          />
        </div>
      </div>
      <ListStates
        list={list}
        count={rows.length}
        pageSize={PAGE_SIZE}
        empty={<NoErrors isNew={isNew} service={service} />}
      >
        <Table rows={rows} step={list.data?.line.stepSeconds ?? 3_600} />
      </ListStates>
      {(list.data?.uncountedRequests ?? 0) > 0 && (
        <p class="muted uncounted">
          {plural(list.data!.uncountedRequests, 'export')} came before errors were grouped, and are not in
          these figures.
        </p>
      )}
    </div>
  )
}

const NoErrors = ({ isNew, service }: { isNew: boolean; service: string }) => (
  <Empty
    title={`No ${isNew ? 'error is new since a deploy' : 'error'} in this range${service === '' ? '' : ` in ${service}`}`}
  >
    <p class="offers">
      {isNew && (
        <button type="button" class="outlined" onClick={() => setParams({ new: '' })}>
          Show those that are not new
        </button>
      )}
      <button type="button" class="outlined" onClick={() => setRange({ from: 'now-7d', to: 'now' })}>
        Look at the last 7 days
      </button>
    </p>
  </Empty>
)

function Table({ rows, step }: { rows: readonly ErrorRow[]; step: number }) {
  const box = useRef<HTMLTableElement>(null)
  const chosen = useSignal(-1)
  useRowKeys(chosen, rows.length, box, row => navigate(link(errorPath(rows[row]!.fingerprint))))
  return (
    <table class="error-groups" ref={box}>
      <thead>
        <tr>
          <th class="what">Error</th>
          <th class="where">Services</th>
          <th class="trend" title={`A value for each ${formatDuration(step * 1e9)}; a day at least`}>
            Trend
          </th>
          <th class="number count">Count</th>
          <th class="seen">Last seen</th>
          <th class="seen first">First seen</th>
          <th class="versions">Versions</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, i) => (
          <Row key={row.fingerprint} row={row} chosen={i === chosen.value} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ row, chosen }: { row: ErrorRow; chosen: boolean }) {
  const { fingerprint, services, versions, count, totalCount, firstUnixNano, lastUnixNano, isNew, line } = row
  return (
    <tr data-row aria-selected={chosen}>
      <td class="what" title={`${row.type} ${row.message}`.trim()}>
        <a href={link(errorPath(fingerprint))}>
          <b class="clip">
            {headOf(row)}
            {isNew && <NewMark />}
          </b>
          <span class="clip muted">{restOf(row)}</span>
        </a>
      </td>
      <td class="where" title={services.join(', ')}>
        {services.length === 1 ? (
          <Service name={services[0]!} />
        ) : (
          <>
            {services.slice(0, 4).map(name => (
              <Dot key={name} service={name} />
            ))}{' '}
            <span class="muted">{services.length}</span>
          </>
        )}
      </td>
      <td class="trend">
        <Sparkline values={line} tone="bad" />
      </td>
      <td
        class="number count"
        title={`${formatInteger(count)} in the range, ${formatInteger(totalCount)} in all`}
      >
        {formatCount(count)}
      </td>
      <td class="seen" title={exactInstant(lastUnixNano)}>
        {ago(lastUnixNano)}
      </td>
      <td class="seen first" title={exactInstant(firstUnixNano)}>
        {ago(firstUnixNano)}
      </td>
      <td class="versions mono" title={versions.join(', ')}>
        {versions.join(', ')}
      </td>
    </tr>
  )
}
