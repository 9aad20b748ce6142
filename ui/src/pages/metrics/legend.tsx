/** The legend: a row a series with its figures over the range; a row hides and shows its line. */
import { useSignal, type Signal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { nameOf, selectorText, type Naming, type Series } from '../../lib/matrix.ts'
import { formatQuantity, type Quantity } from '../../lib/quantity.ts'
import type { Stroke } from '../../lib/series-hues.ts'
import { param, setParams } from '../../state/location.ts'
import { useRowKeys } from '../row-keys.ts'

type Figure = 'last' | 'min' | 'max' | 'avg'
const FIGURES: readonly Figure[] = ['last', 'min', 'max', 'avg']

interface Props {
  series: readonly Series[]
  naming: Naming
  strokes: ReadonlyMap<string, Stroke>
  quantity: Quantity
  hidden: ReadonlySet<string>
  /** The key of the series that is pointed at. */
  looked: Signal<string | undefined>
}

/** As the address has it: `max` downwards, `-max` upwards. */
function readSort(): { by: Figure | 'name'; up: boolean } {
  const text = param('sort')
  const by = FIGURES.find(figure => figure === text.replace('-', ''))
  return by ? { by, up: text.startsWith('-') } : { by: 'name', up: text !== '-name' }
}

export function sortSeries(series: readonly Series[], naming: Naming): readonly Series[] {
  const { by, up } = readSort()
  const sign = up ? 1 : -1
  const number = (value: number): number => (Number.isNaN(value) ? -Infinity : value)
  if (by !== 'name') return series.toSorted((a, b) => sign * (number(a[by]) - number(b[by])) || 0)
  const names = new Map(series.map(one => [one, nameOf(one, naming)]))
  return series.toSorted(
    (a, b) => sign * names.get(a)!.localeCompare(names.get(b)!, undefined, { numeric: true }),
  )
}

export function Legend({ series, naming, strokes, quantity, hidden, looked }: Props) {
  const chosen = useSignal(-1)
  const box = useRef<HTMLTableSectionElement>(null)
  const { by, up } = readSort()
  const sort = (column: Figure | 'name'): void => {
    const next = by === column ? !up : column === 'name'
    const text = next === (column === 'name') ? column : `-${column}`
    setParams({ sort: text === 'name' ? '' : text }, { replace: true })
  }
  const hide = (keys: Iterable<string>): void => setParams({ hide: [...keys].join(',') }, { replace: true })
  const toggle = (key: string): void =>
    hide(hidden.has(key) ? [...hidden].filter(one => one !== key) : [...hidden, key])
  const alone = (key: string): void => {
    const others = series.map(one => one.key).filter(one => one !== key)
    hide(others.every(one => hidden.has(one)) && !hidden.has(key) ? [] : others)
  }
  useRowKeys(chosen, series.length, box, i => toggle(series[i]!.key))
  const header = (column: Figure | 'name', label: string) => (
    <th
      key={column}
      class={column === 'name' ? '' : 'number'}
      aria-sort={by === column ? (up ? 'ascending' : 'descending') : undefined}
    >
      <button type="button" class="bare" onClick={() => sort(column)}>
        {label}
      </button>
    </th>
  )
  return (
    <table class="legend">
      <thead>
        <tr>
          {header('name', naming.differing.length === 1 ? naming.differing[0]! : 'Series')}
          {FIGURES.map(figure => header(figure, figure))}
        </tr>
      </thead>
      <tbody ref={box} onPointerLeave={() => (looked.value = undefined)}>
        {series.map((one, i) => (
          <tr
            key={one.key}
            data-row
            class={hidden.has(one.key) ? 'hidden' : ''}
            aria-selected={i === chosen.value}
            onPointerEnter={() => (looked.value = hidden.has(one.key) ? undefined : one.key)}
          >
            <td>
              <div class="name">
                <button
                  type="button"
                  class="bare"
                  aria-pressed={!hidden.has(one.key)}
                  title={selectorText(one.labels) || nameOf(one, naming)}
                  onClick={() => toggle(one.key)}
                >
                  <Swatch stroke={strokes.get(one.key)!} />
                  <span class="clip mono">{nameOf(one, naming)}</span>
                </button>
                {series.length > 1 && (
                  <button type="button" class="bare only" onClick={() => alone(one.key)}>
                    only
                  </button>
                )}
              </div>
            </td>
            {FIGURES.map(figure => (
              <td key={figure} class="number" title={String(one[figure])}>
                {formatQuantity(one[figure], quantity)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const Swatch = ({ stroke: { hue, round } }: { stroke: Stroke }) => (
  <i
    class={round % 3 === 0 ? 'swatch' : 'swatch dashed'}
    style={{ color: `var(--service-${hue})` }}
    aria-hidden="true"
  />
)
