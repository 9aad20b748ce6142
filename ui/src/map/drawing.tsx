/**
 * The map as it is drawn: calls as curves, as thick as their rate and red over the share that fails;
 * nodes as buttons over them, which arrow keys walk.
 */
import { useMemo, useRef } from 'preact/hooks'
import type { GraphAnswer, GraphEdgeRow, GraphNodeRow } from '../../../collector/src/serve/api-types.ts'
import { useWidth } from '../chart/measure.ts'
import { formatDuration, formatRate, formatRatio } from '../lib/format.ts'
import { serviceColor } from '../lib/hue.ts'
import { curvesOf, type Curve } from './curves.ts'
import { layoutOf, NODE, type Arc, type Layout, type Place } from './layout.ts'
import { idOfEdge, touches, type Chosen } from './chosen.ts'
import './drawing.css'

/** Below this, names are too small to read: the map scrolls instead. */
const SMALLEST_SCALE = 0.8
const MARGIN = 12
const STROKE = { thinnest: 1.25, thickest: 9 } as const

interface Call extends Arc {
  readonly edge: GraphEdgeRow
}

interface Props {
  answer: GraphAnswer
  chosen: Chosen
  onChoose: (chosen: Chosen) => void
}

export function Drawing({ answer, chosen, onChoose }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box)
  const { nodes, edges } = answer
  const shape = `${nodes.map(({ id }) => id).join('\n')}\n\n${edges.map(idOfEdge).join('\n')}`
  const calls = edges.map((edge): Call => ({ edge, from: edge.client, to: edge.server }))
  const layout = useMemo(() => placed(nodes, calls), [shape])
  const curves = useMemo(() => curvesOf(calls, layout), [answer, layout])
  const fastest = Math.max(...edges.map(({ rate }) => rate), Number.MIN_VALUE)
  const scale = Math.min(1, Math.max(SMALLEST_SCALE, (width - 2 * MARGIN) / Math.max(1, layout.width)))
  const size = { width: layout.width + 2 * MARGIN, height: layout.height + 2 * MARGIN }
  return (
    <div class="service-map" ref={box}>
      <div class="sized" style={{ width: `${size.width * scale}px`, height: `${size.height * scale}px` }}>
        <div class="drawn" style={{ ...pixels(size), transform: `scale(${scale})` }}>
          <svg {...size} viewBox={`${-MARGIN} ${-MARGIN} ${size.width} ${size.height}`} aria-hidden="true">
            {curves.map(curve => (
              <CallCurve
                key={idOfEdge(curve.arc.edge)}
                curve={curve}
                stroke={strokeOf(curve.arc.edge.rate / fastest)}
                isDim={isAny(chosen) && !touches(chosen, curve.arc.edge)}
                onClick={() => onChoose({ node: '', edge: idOfEdge(curve.arc.edge) })}
              />
            ))}
          </svg>
          <Nodes nodes={nodes} edges={edges} layout={layout} chosen={chosen} onChoose={onChoose} />
        </div>
      </div>
    </div>
  )
}

const isAny = ({ node, edge }: Chosen): boolean => node !== '' || edge !== ''
const pixels = ({ width, height }: { width: number; height: number }) => ({
  width: `${width}px`,
  height: `${height}px`,
})

/** By area rather than by width: a tenth of the rate is a third of the stroke. */
const strokeOf = (share: number): number =>
  STROKE.thinnest + (STROKE.thickest - STROKE.thinnest) * Math.sqrt(share)

/** Users stand first, and what stands alone last. */
function placed(nodes: readonly GraphNodeRow[], calls: readonly Call[]): Layout {
  const linked = new Set(calls.flatMap(({ from, to }) => [from, to]))
  const rank = ({ id, kind }: GraphNodeRow): number => (kind === 'user' ? 0 : linked.has(id) ? 1 : 2)
  const ids = nodes.toSorted((a, b) => rank(a) - rank(b)).map(({ id }) => id)
  return layoutOf(ids, calls)
}

interface CallProps {
  curve: Curve<Call>
  stroke: number
  isDim: boolean
  onClick: () => void
}

function CallCurve({ curve: { arc, path, head, middle }, stroke, isDim, onClick }: CallProps) {
  const { errorRatio, rate, p95Nano, via } = arc.edge
  const failing = errorRatio ?? 0
  return (
    <g class={`call ${via}${isDim ? ' dim' : ''}`} onClick={onClick}>
      <title>
        {`${nameOf(arc.from)} → ${nameOf(arc.to)}: ${formatRate(rate)}, ${formatRatio(errorRatio)} failed, p95 ${durationOr(p95Nano)}`}
      </title>
      <path class="hit" d={path} />
      <path class="line" d={path} stroke-width={stroke} />
      <path class="head" d={head} />
      {failing > 0 && (
        <path
          class="failing"
          d={path}
          pathLength={100}
          stroke-width={stroke + 1}
          stroke-dasharray={`${Math.max(3, failing * 100)} 200`}
        />
      )}
      {failing >= 0.005 && (
        <text class="share" x={middle.x} y={middle.y - stroke / 2 - 3}>
          {formatRatio(errorRatio)}
        </text>
      )}
    </g>
  )
}

const nameOf = (id: string): string => id.slice(id.indexOf(':') + 1)
const durationOr = (nano: number | null): string => (nano === null ? '–' : formatDuration(nano))

interface NodesProps extends Omit<Props, 'answer'> {
  nodes: readonly GraphNodeRow[]
  edges: readonly GraphEdgeRow[]
  layout: Layout
}

function Nodes({ nodes, edges, layout, chosen, onChoose }: NodesProps) {
  const near = new Set(
    edges.filter(edge => touches(chosen, edge)).flatMap(edge => [edge.client, edge.server]),
  )
  const walk = (event: KeyboardEvent): void => {
    const from = (event.target as HTMLElement).dataset['node']
    const to = from && neighbour(event.key, layout.places.get(from)!, [...layout.places.values()])
    if (!to) return
    event.preventDefault()
    const buttons = (event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('[data-node]')
    Array.from(buttons)
      .find(button => button.dataset['node'] === to.id)
      ?.focus()
  }
  const first = chosen.node === '' ? nodes[0]?.id : chosen.node
  return (
    <div role="toolbar" aria-label="Services and what they call; arrow keys walk" onKeyDown={walk}>
      {nodes.map(node => (
        <Node
          key={node.id}
          node={node}
          place={layout.places.get(node.id)!}
          isChosen={node.id === chosen.node}
          isDim={isAny(chosen) && node.id !== chosen.node && !near.has(node.id)}
          isFirst={node.id === first}
          onClick={() => onChoose({ node: node.id === chosen.node ? '' : node.id, edge: '' })}
        />
      ))}
    </div>
  )
}

interface NodeProps {
  node: GraphNodeRow
  place: Place
  isChosen: boolean
  isDim: boolean
  /** Where the tab key enters. */
  isFirst: boolean
  onClick: () => void
}

function Node({
  node: { id, kind, name, rate, errorRatio, errorCount, p95Nano },
  place,
  ...node
}: NodeProps) {
  const figures = `${formatRate(rate)} · ${formatRatio(errorRatio)} · ${durationOr(p95Nano)}`
  return (
    <button
      type="button"
      class={`node ${kind}${node.isDim ? ' dim' : ''}`}
      data-node={id}
      tabIndex={node.isFirst ? 0 : -1}
      aria-pressed={node.isChosen}
      title={`${name} (${kind}): ${formatRate(rate)}, ${formatRatio(errorRatio)} failed, p95 ${durationOr(p95Nano)}`}
      style={{
        left: `${place.x + MARGIN}px`,
        top: `${place.y + MARGIN}px`,
        ...pixels(NODE),
        ...(kind === 'service' && { borderLeftColor: serviceColor(name) }),
      }}
      onClick={node.onClick}
    >
      <span class="clip name">
        {kind !== 'service' && kind !== 'user' && <span class="kind">{WORDS[kind]}</span>}
        {name}
      </span>
      <span class={errorCount > 0 ? 'clip figures bad' : 'clip figures'}>{figures}</span>
    </button>
  )
}

const WORDS = { database: 'db', queue: 'queue', external: 'ext', other: '' } as const

/** The nearest in the direction of an arrow key; what lies aside counts double. */
function neighbour(key: string, from: Place, all: readonly Place[]): Place | undefined {
  const direction = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[key]
  if (direction === undefined) return undefined
  const [right, down] = direction as [number, number]
  const far = ({ x, y }: Place): number => {
    const [along, aside] = [
      (x - from.x) * right + (y - from.y) * down,
      (x - from.x) * down + (y - from.y) * right,
    ]
    return along <= 0 ? Infinity : along + 2 * Math.abs(aside)
  }
  return all.filter(place => far(place) < Infinity).toSorted((a, b) => far(a) - far(b))[0]
}
