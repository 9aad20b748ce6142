/** The rows of the waterfall's tree: a span's label, or a line that was said while it ran. */
import type { SpanJson } from '../../../collector/src/serve/api-types.ts'
import { serviceColor } from '../lib/hue.ts'
import { formatInteger } from '../lib/format.ts'
import { spanTarget } from '../lib/span-target.ts'
import type { Line } from './lines.ts'
import { ROW_HEIGHT } from './paint.ts'

const INDENT = 14
const ROOM_FOR_NAME = 140
const SHARE_FOR_NAME = 0.6

export interface Shared {
  row: number
  /** Width of the labels in CSS pixels. */
  labels: number
  chosen: boolean
  /** Does not match what is looked for. */
  dim: boolean
  onOpen: (row: number) => void
}

export const place = (row: number) => ({ top: `${row * ROW_HEIGHT}px` })
/** Deep traces stop indenting while there is still room for a name. */
export const indent = (depth: number, labels: number): number =>
  Math.min(depth * INDENT, labels - Math.min(ROOM_FOR_NAME, labels * SHARE_FOR_NAME))
export const classes = (...names: (string | false)[]): string => names.filter(Boolean).join(' ')

interface SpanRowProps extends Shared {
  span: SpanJson
  parent: SpanJson | undefined
  /** Spans below it. */
  below: number
  folds: boolean
  failedBelow: number
  folded: boolean
  /** Duration and start, for those who do not see the bar. */
  label: string
  onToggle: () => void
}

export function SpanRow(props: SpanRowProps) {
  const {
    row,
    labels,
    span,
    parent,
    below,
    folds,
    folded,
    failedBelow,
    chosen,
    dim,
    onOpen,
    onToggle,
    label,
  } = props
  const failed = span.status === 'error'
  const enters = parent?.service !== span.service
  const target = spanTarget(span)
  return (
    <div
      id={`row-${row}`}
      class={classes('row', chosen && 'chosen', dim && 'dim')}
      style={place(row)}
      role="treeitem"
      aria-level={span.depth + 1}
      aria-selected={chosen}
      aria-expanded={folds ? !folded : undefined}
      onClick={() => onOpen(row)}
    >
      <div class="label" style={{ width: `${labels}px`, paddingLeft: `${indent(span.depth, labels) + 4}px` }}>
        <span
          aria-hidden="true"
          class={folds ? 'fold' : 'fold none'}
          onClick={event => {
            if (!folds) return
            event.stopPropagation()
            onToggle()
          }}
        >
          {folds ? (folded ? '▸' : '▾') : ''}
        </span>
        <i class="hue" style={{ background: serviceColor(span.service) }} />
        <span
          class={failed ? 'clip failed' : 'clip'}
          title={`${span.service}  ${span.name}  ${target}`.trimEnd()}
        >
          {enters ? <b>{span.service}</b> : <span class="unseen">{span.service} </span>}
          {span.name}
          {target !== '' && <span class="target"> {target}</span>}
        </span>
        <span class="unseen">
          , {label}
          {failed && ', failed'}
        </span>
        {folded && below > 0 && <span class="count">+{formatInteger(below)}</span>}
        {(failed || (folded && failedBelow > 0)) && (
          <span aria-hidden="true" class={failed ? 'flag' : 'flag below'}>
            !
          </span>
        )}
      </div>
    </div>
  )
}

interface LineRowProps extends Shared {
  line: Line
  depth: number
  /** Where its dot stands on the time axis, in CSS pixels. */
  dot: number
}

/** The text runs on over the bars' area as far as its own dot leaves room. */
export function LineRow({ row, labels, line, depth, dot, chosen, dim, onOpen }: LineRowProps) {
  const width = labels + Math.max(0, dot - 14)
  return (
    <div
      id={`row-${row}`}
      class={classes('row line', chosen && 'chosen', dim && 'dim')}
      style={place(row)}
      role="treeitem"
      aria-level={depth + 2}
      aria-selected={chosen}
      onClick={() => onOpen(row)}
    >
      <div class="label" style={{ width: `${width}px`, paddingLeft: `${indent(depth, labels) + 24}px` }}>
        <i class={`edge ${line.tone}`} />
        <span class="clip mono" title={line.text}>
          {line.adrift && <em>span not stored · </em>}
          {line.text}
        </span>
      </div>
    </div>
  )
}
