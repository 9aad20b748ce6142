/** Who calls whom: the map of services, and under it its calls as a table, which a click on the map narrows. */
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import type { GraphAnswer, GraphEdgeRow, GraphNodeRow } from '../../../collector/src/serve/api-types.ts'
import { formatDuration, formatInteger, formatRate, formatRatio, plural } from '../lib/format.ts'
import { url } from '../lib/routes.ts'
import { filterTerm } from '../lib/search-text.ts'
import { idOfEdge, touches, type Chosen } from '../map/chosen.ts'
import { Drawing } from '../map/drawing.tsx'
import { Service } from '../parts/service.tsx'
import { Empty, Failed, Progress, Skeleton, Stopped } from '../parts/states.tsx'
import { useLoad } from '../state/load.ts'
import { link, param, setParams } from '../state/location.ts'
import { range, setRange } from '../state/range.ts'
import { Counted } from './counted.tsx'
import './map.css'

export function MapPage() {
  const { from, to } = range.value
  const answer = useLoad<GraphAnswer>(url('/api/graph', { from, to }))
  const { data } = answer
  return (
    <div class="page map">
      <div class="head">
        <h1>Map</h1>
        <p class="facts" role="status">
          {data && data.nodes.length > 0 && factsOf(data)}
        </p>
      </div>
      <Progress loading={answer.loading} stop={answer.stop} />
      {answer.failure && <Failed failure={answer.failure} old={data !== undefined} />}
      {answer.stopped && <Stopped />}
      {!data && answer.loading && <Skeleton rows={8} />}
      {data && (data.nodes.length === 0 ? <NoCalls /> : <Graph answer={data} stale={answer.loading} />)}
      {data && <Counted of={data} />}
    </div>
  )
}

function factsOf({ nodes, edges }: GraphAnswer): string {
  const failing = edges.filter(({ errorCount }) => errorCount > 0).length
  const services = nodes.filter(({ kind }) => kind === 'service').length
  const counts = [plural(services, 'service'), plural(edges.length, 'call path')]
  return [...counts, ...(failing > 0 ? [`${formatInteger(failing)} with errors`] : [])].join(' · ')
}

const NoCalls = () => (
  <Empty title="Nobody called anybody in this range">
    <p class="offers">
      <button type="button" class="outlined" onClick={() => setRange({ from: 'now-24h', to: 'now' })}>
        Look at the last 24 hours
      </button>
    </p>
  </Empty>
)

function Graph({ answer, stale }: { answer: GraphAnswer; stale: boolean }) {
  const chosen: Chosen = { node: param('node'), edge: param('edge') }
  const choose = ({ node, edge }: Chosen): void => setParams({ node, edge }, { replace: true })
  const nodes = new Map(answer.nodes.map(node => [node.id, node]))
  const isNarrow = chosen.node !== '' || chosen.edge !== ''
  const rows = isNarrow ? answer.edges.filter(edge => touches(chosen, edge)) : answer.edges
  return (
    <div class={stale ? 'stale' : ''}>
      <Drawing answer={answer} chosen={chosen} onChoose={choose} />
      <div class="narrowed">
        <h2>{isNarrow ? `Calls of ${wordsOf(chosen, nodes)}` : 'All calls, the busiest first'}</h2>
        {isNarrow && (
          <button type="button" class="outlined" onClick={() => choose({ node: '', edge: '' })}>
            Show all calls
          </button>
        )}
      </div>
      <Calls rows={rows} nodes={nodes} chosen={chosen} onChoose={choose} />
    </div>
  )
}

type Nodes = ReadonlyMap<string, GraphNodeRow>

const wordsOf = ({ node, edge }: Chosen, nodes: Nodes): string =>
  edge === '' ? (nodes.get(node)?.name ?? node) : edge.replaceAll(/\b[a-z]+:/g, '')

/** Rows at first: a table of hundreds is not read, and takes longer to draw than the map. */
const FIRST = 40

interface CallsProps {
  rows: readonly GraphEdgeRow[]
  nodes: Nodes
  chosen: Chosen
  onChoose: (chosen: Chosen) => void
}

function Calls({ rows, nodes, chosen, onChoose }: CallsProps) {
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
            <th class="only">
              <span class="unseen">Show on the map</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {(all.value ? rows : rows.slice(0, FIRST)).map(row => (
            <CallRow key={idOfEdge(row)} row={row} nodes={nodes} chosen={chosen} onChoose={onChoose} />
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

function CallRow({ row, nodes, chosen, onChoose }: Omit<CallsProps, 'rows'> & { row: GraphEdgeRow }) {
  const [client, server] = [nodes.get(row.client)!, nodes.get(row.server)!]
  const q = queryOf(client, server, row)
  const id = idOfEdge(row)
  const isChosen = chosen.edge === id
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
      <td class="only">
        <button
          type="button"
          aria-pressed={isChosen}
          aria-label={`Show the calls from ${client.name} to ${server.name} on the map`}
          onClick={() => onChoose({ node: '', edge: isChosen ? '' : id })}
        >
          {isChosen ? 'shown' : 'show'}
        </button>
      </td>
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
