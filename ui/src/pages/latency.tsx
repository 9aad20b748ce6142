/** How long spans lasted over time; a part that is chosen is explained by what sets it apart. */
import type {
  ExplainAnswer,
  ExplainDifference,
  HeatMapAnswer,
} from '../../../collector/src/serve/api-types.ts'
import { HeatMap } from '../chart/heat-map.tsx'
import { formatDuration, formatInteger, plural } from '../lib/format.ts'
import { readSelection, selectionText, slowest, type Selection } from '../lib/heat-map.ts'
import { url } from '../lib/routes.ts'
import { attributeTerm, filterTerm, withTerm } from '../lib/search-text.ts'
import type { Range } from '../lib/time-range.ts'
import { Failed, Progress } from '../parts/states.tsx'
import { formatShare } from '../slo/words.ts'
import { useLoad } from '../state/load.ts'
import { link, param, setParams } from '../state/location.ts'
import { range } from '../state/range.ts'
import './latency.css'

const SLOWEST = 0.05
const INTRINSICS: ReadonlySet<string> = new Set(['name', 'service'])
const FIRST = 12

/** @param over the range in whole columns */
export function Latency({ q, over }: { q: string; over: Range & { readonly buckets: number } }) {
  const { from, to, buckets: columns } = over
  const { data, failure, loading } = useLoad<HeatMapAnswer>(
    url('/api/traces/heat-map', { q, from, to, columns }),
  )
  const selection = readSelection(param('explain'))
  const choose = (chosen: Selection | undefined): void =>
    setParams({ explain: chosen === undefined ? '' : selectionText(chosen) })
  if (data === undefined && failure) return <p class="muted">No durations: {failure.message}</p>
  if (data === undefined) return <div class="heat-map-space" aria-busy={loading} />
  if (data.cells.length === 0 && selection === undefined) return null
  return (
    <>
      <HeatMap answer={data} columns={columns} stale={loading} selection={selection} onSelect={choose} />
      {selection === undefined && (
        <p class="explain-offer">
          <button type="button" onClick={() => choose(slowest(data, columns, SLOWEST))}>
            Explain the slowest {SLOWEST * 100} %
          </button>
          <span class="muted">or drag over a part</span>
        </p>
      )}
      {selection !== undefined && <Explained q={q} selection={selection} onClose={() => choose(undefined)} />}
    </>
  )
}

interface ExplainedProps {
  q: string
  selection: Selection
  onClose: () => void
}

function Explained({ q, selection, onClose }: ExplainedProps) {
  const { from, to } = range.value
  const { atLeast, below } = selection
  const asked = { q, from, to, selectedFrom: selection.from, selectedTo: selection.to, atLeast, below }
  const { data, failure, loading, stop } = useLoad<ExplainAnswer>(url('/api/explain', asked))
  return (
    <section class={loading && data ? 'explained stale' : 'explained'} aria-labelledby="explained">
      <h2 id="explained">
        What sets spans of {durations(selection)} apart
        <button type="button" class="outlined" onClick={onClose}>
          Close
        </button>
      </h2>
      <Progress loading={loading} stop={stop} />
      {failure && <Failed failure={failure} old={data !== undefined} />}
      {data && <Differences answer={data} q={q} />}
    </section>
  )
}

const durations = ({ atLeast, below }: Selection): string =>
  below === undefined
    ? `at least ${formatDuration(atLeast)}`
    : `${formatDuration(atLeast)} to ${formatDuration(below)}`

function Differences({ answer, q }: { answer: ExplainAnswer; q: string }) {
  const { selectedCount, restCount, compared, differences } = answer
  return (
    <>
      <p class="muted">
        {plural(selectedCount, 'span')} against {formatInteger(restCount)} others
        {compared.selectedCount + compared.restCount < selectedCount + restCount &&
          `, of which ${formatInteger(compared.selectedCount)} and ${formatInteger(compared.restCount)} around the selection are compared`}
      </p>
      {differences.length === 0 ? (
        <p class="muted">No attribute sets them apart: what they have, the others have too.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th class="what">Attribute</th>
              <th class="number share">Selected</th>
              <th class="bars" aria-label="Shares" />
              <th class="number share">Others</th>
            </tr>
          </thead>
          <tbody>
            {differences.slice(0, FIRST).map(row => (
              <Row key={`${row.key} ${row.value}`} row={row} q={q} />
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}

const termOf = ({ key, value }: ExplainDifference): string =>
  INTRINSICS.has(key) ? filterTerm(key, value) : attributeTerm(key, value)

const Row = ({ row, q }: { row: ExplainDifference; q: string }) => (
  <tr>
    <td class="what mono" title={`${row.key}=${row.value}`}>
      <a href={link('/traces', { q: withTerm(q, termOf(row)) })}>
        <span class="muted">{row.key}=</span>
        {row.value}
      </a>
    </td>
    <td class="number share" title={formatInteger(row.selected)}>
      {formatShare(row.selectedShare)}
    </td>
    <td class="bars" aria-hidden="true">
      <i class="selected" style={{ width: `${row.selectedShare * 100}%` }} />
      <i class="rest" style={{ width: `${row.restShare * 100}%` }} />
    </td>
    <td class="number share" title={formatInteger(row.rest)}>
      {formatShare(row.restShare)}
    </td>
  </tr>
)
