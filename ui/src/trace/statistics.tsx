/** Where the time of the chosen spans went, by service and operation. */
import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type { SpanJson } from '../../../collector/src/serve/api-types.ts'
import { exactDuration, formatDuration, formatInteger, formatRatio } from '../lib/format.ts'
import { serviceColor } from '../lib/hue.ts'
import { Dot } from '../parts/service.tsx'
import type { TraceLayout } from './layout.ts'
import { operationRows, type OperationRow } from './statistics.ts'
import { Heads, type Column } from './table-heads.tsx'
import type { TraceView } from './view.ts'
import './tables.css'

type Key = 'self' | 'count' | 'total' | 'longest' | 'errors'
const COLUMNS: readonly Column<Key | 'service' | 'name'>[] = [
  { key: 'service', title: 'Service' },
  { key: 'name', title: 'Operation' },
  { key: 'self', title: 'Self time', number: true },
  { key: 'count', title: 'Spans', number: true },
  { key: 'errors', title: 'Errors', number: true },
  { key: 'total', title: 'Duration, summed', number: true },
  { key: 'longest', title: 'Longest', number: true },
]

interface Props extends Pick<TraceView, 'act'> {
  spans: readonly SpanJson[]
  layout: TraceLayout
  chosen: readonly number[]
}

export function Statistics({ spans, layout, chosen, act }: Props) {
  const order = useSignal<Key | 'service' | 'name'>('self')
  const rows = useMemo(() => operationRows(spans, layout, chosen), [spans, layout, chosen])
  const whole = rows.reduce((sum, row) => sum + row.self, 0)
  const sorted = rows.toSorted(comparing(order.value))
  return (
    <div class="trace-table" tabIndex={0} role="region" aria-label="Statistics">
      <table class="statistics">
        <Heads columns={COLUMNS} order={order.value} onOrder={key => (order.value = key)} />
        <tbody>
          {sorted.map(row => (
            <Operation
              key={JSON.stringify([row.service, row.name])}
              row={row}
              ratio={whole > 0 ? row.self / whole : 0}
              open={() => act.reveal(row.outlier)}
            />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Operation({ row, ratio, open }: { row: OperationRow; ratio: number; open: () => void }) {
  const { service, name, count, errors, self, total, longest } = row
  return (
    <tr onClick={open} title="Opens the longest of them">
      <td class="clip" title={service}>
        <Dot service={service} /> {service}
      </td>
      <td class="clip" title={name}>
        {name}
      </td>
      <td class="number" title={exactDuration(self)}>
        <i class="share" style={{ width: `${ratio * 45}%`, background: serviceColor(service) }} />
        {formatDuration(self)} <span class="muted">{formatRatio(ratio)}</span>
      </td>
      <td class="number">{formatInteger(count)}</td>
      <td class={errors > 0 ? 'number bad' : 'number muted'}>{formatInteger(errors)}</td>
      <td class="number" title={exactDuration(total)}>
        {formatDuration(total)}
      </td>
      <td class="number" title={exactDuration(longest)}>
        {formatDuration(longest)}
      </td>
    </tr>
  )
}

/** Names from a to z, numbers from the largest on. */
const comparing =
  (key: Key | 'service' | 'name') =>
  (a: OperationRow, b: OperationRow): number =>
    key === 'service' || key === 'name' ? (a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : 0) : b[key] - a[key]
