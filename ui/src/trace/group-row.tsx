/** The row of look-alike siblings in the waterfall's tree: how many, how long in sum and at most. */
import type { SpanJson } from '../../../collector/src/serve/api-types.ts'
import { formatDuration, formatInteger, plural } from '../lib/format.ts'
import { serviceColor } from '../lib/hue.ts'
import { classes, indent, place, type Shared } from './label-rows.tsx'
import type { Group } from './look-alikes.ts'

interface Props extends Shared {
  /** The first member. */
  span: SpanJson
  group: Group
  opened: boolean
}

const N_PLUS_ONE = 'The same call again and again, one after another: each round trip is waited for.'

export function GroupRow({ row, labels, span, group, opened, chosen, dim, onOpen }: Props) {
  const { members, sum, longest, failed, isNPlusOne } = group
  return (
    <div
      id={`row-${row}`}
      class={classes('row group', chosen && 'chosen', dim && 'dim')}
      style={place(row)}
      role="treeitem"
      aria-level={span.depth + 1}
      aria-selected={chosen}
      aria-expanded={opened}
      onClick={() => onOpen(row)}
    >
      <div class="label" style={{ width: `${labels}px`, paddingLeft: `${indent(span.depth, labels) + 4}px` }}>
        <span aria-hidden="true" class="fold">
          {opened ? '▾' : '▸'}
        </span>
        <i class="hue" style={{ background: serviceColor(span.service) }} />
        <span class="clip" title={`${plural(members.length, 'span')} alike: ${span.service}  ${span.name}`}>
          <span class="unseen">{span.service} </span>
          {span.name}
        </span>
        <span class="count">×{formatInteger(members.length)}</span>
        {isNPlusOne && (
          <b class="n-plus-one" title={N_PLUS_ONE}>
            N+1
          </b>
        )}
        <span class="count" title={`${formatDuration(sum)} in sum, ${formatDuration(longest)} the longest`}>
          Σ {formatDuration(sum)}, max {formatDuration(longest)}
        </span>
        {failed > 0 && <span class="count bad">{formatInteger(failed)} failed</span>}
      </div>
    </div>
  )
}
