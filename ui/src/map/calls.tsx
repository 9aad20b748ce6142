/** Calls as a table: from whom to whom, how many, how many failed, how long they took. Every number leads on. */
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import type { GraphAnswer, GraphEdgeRow, GraphNodeRow } from '../../../collector/src/serve/api-types.ts'
import { formatDuration, formatInteger, formatRate, formatRatio } from '../lib/format.ts'
import { filterTerm } from '../lib/search-text.ts'
import { Service } from '../parts/service.tsx'
import { link } from '../state/location.ts'
import './calls.css'
import { idOfEdge, type Chosen } from './chosen.ts'

export type Nodes = ReadonlyMap<string, GraphNodeRow>

export const nodesOf = ({ nodes }: GraphAnswer): Nodes => new Map(nodes.map(node => [node.id, node]))

/** Rows at first: a table of hundreds is not read, and takes longer to draw than the map. */
const FIRST = 40

interface CallsProps {
  rows: readonly GraphEdgeRow[]
  nodes: Nodes
  /** Where a map stands beside them. */
  choice?: { readonly chosen: Chosen; readonly onChoose: (chosen: Chosen) => void }
}

export function Calls({ rows, nodes, choice }: CallsProps) {
  const all = useSignal(false)
  if (rows.length === 0) return <p class="muted">It has no calls in this range.</p>
  return (
    <>
      <table class="calls">
        <thead>
          <tr>
            <th class="end">From</th>
            <th class="end">To</th>
            <th class="number">Calls</th>
            <th class="number">Errors</th>
            <th class="number">p50</th>
            <th class="number">p95</th>
            <th class="number">p99</th>
            {choice && (
              <th class="only">
                <span class="unseen">Show on the map</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {(all.value ? rows : rows.slice(0, FIRST)).map(row => (
            <CallRow key={idOfEdge(row)} row={row} nodes={nodes} {...(choice && { choice })} />
          ))}
        </tbody>
      </table>
      {!all.value && rows.length > FIRST && (
        <button type="button" class="outlined" onClick={() => (all.value = true)}>
          Show all {formatInteger(rows.length)}
        </button>
      )}
    </>
  )
}

function CallRow({ row, nodes, choice }: Omit<CallsProps, 'rows'> & { row: GraphEdgeRow }) {
  const [client, server] = [nodes.get(row.client)!, nodes.get(row.server)!]
  const q = queryOf(client, server, row)
  const id = idOfEdge(row)
  const isChosen = choice?.chosen.edge === id
  const slow = link('/traces', { q, sort: 'slowest' })
  return (
    <tr data-row>
      <td class="end">
        <End node={client} />
      </td>
      <td class="end">
        <End node={server} />
      </td>
      <Number href={link('/traces', { q })} title={`${formatInteger(row.callCount)} calls`}>
        {formatRate(row.rate)}
      </Number>
      <Number
        href={link('/traces', { q: `${q} ${filterTerm('status', 'error')}` })}
        title={`${formatInteger(row.errorCount)} of ${formatInteger(row.callCount)} failed`}
      >
        <span class={row.errorCount > 0 ? 'bad' : 'muted'}>{formatRatio(row.errorRatio)}</span>
      </Number>
      {[row.p50Nano, row.p95Nano, row.p99Nano].map((nano, i) => (
        <Number key={i} href={slow} title="The slowest traces">
          {nano === null ? '–' : formatDuration(nano)}
        </Number>
      ))}
      {choice && (
        <td class="only">
          <button
            type="button"
            aria-pressed={isChosen}
            aria-label={`Show the calls from ${client.name} to ${server.name} on the map`}
            onClick={() => choice.onChoose({ node: '', edge: isChosen ? '' : id })}
          >
            {isChosen ? 'shown' : 'show'}
          </button>
        </td>
      )}
    </tr>
  )
}

/** Traces with such calls: by the span that serves them, or by the one that makes them where none does. */
function queryOf(client: GraphNodeRow, server: GraphNodeRow, { via }: GraphEdgeRow): string {
  if (server.kind === 'service')
    return `${filterTerm('service', server.name)} ${filterTerm('kind', via === 'call' ? 'server' : 'consumer')}`
  return `${filterTerm('service', client.name)} ${filterTerm('kind', via === 'call' ? 'client' : 'producer')}`
}

const End = ({ node }: { node: GraphNodeRow }) =>
  node.kind === 'service' ? (
    <Service name={node.name} />
  ) : (
    <span class="clip" title={node.name}>
      {node.name} <span class="muted">{node.kind}</span>
    </span>
  )

const Number = ({ href, title, children }: { href: string; title: string; children: ComponentChildren }) => (
  <td class="number">
    <a href={href} title={title}>
      {children}
    </a>
  </td>
)
