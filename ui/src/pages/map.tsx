/** Who calls whom: the map of services, and under it its calls as a table, which a click on the map narrows. */
import type { GraphAnswer } from '../../../collector/src/serve/api-types.ts'
import { formatInteger, plural } from '../lib/format.ts'
import { url } from '../lib/routes.ts'
import { Calls, nodesOf, type Nodes } from '../map/calls.tsx'
import { touches, type Chosen } from '../map/chosen.ts'
import { Drawing } from '../map/drawing.tsx'
import { Empty, Failed, Progress, Skeleton, Stopped } from '../parts/states.tsx'
import { useLoad } from '../state/load.ts'
import { param, setParams } from '../state/location.ts'
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
  const nodes = nodesOf(answer)
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
      <Calls rows={rows} nodes={nodes} choice={{ chosen, onChoose: choose }} />
    </div>
  )
}

const wordsOf = ({ node, edge }: Chosen, nodes: Nodes): string =>
  edge === '' ? (nodes.get(node)?.name ?? node) : edge.replaceAll(/\b[a-z]+:/g, '')
