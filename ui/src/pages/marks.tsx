/** Metrics on which requests left their marks; each leads to what such requests looked like around that time. */
import { formatInstant } from '../lib/clock.ts'
import type { MarkedSeriesJson } from '../../../collector/src/serve/api-types.ts'
import { marksOf, type Mark } from '../lib/marks.ts'
import { formatQuantity } from '../lib/quantity.ts'
import { link } from '../state/location.ts'
import { utc } from '../state/preferences.ts'
import { now } from '../state/range.ts'
import './marks.css'

const BEFORE_MILLIS = 45 * 60_000
const BEHIND_MILLIS = 15 * 60_000

export const Marks = ({ metrics }: { metrics: readonly MarkedSeriesJson[] }) => (
  <ul class="marks" aria-label="Metrics">
    {marksOf(metrics).map((mark, i) => (
      <li key={i}>
        <a href={pathOf(mark)} title={`${mark.name}${mark.labels}\n${mark.value}`}>
          <time>{formatInstant(mark.at, { utc: utc.value }, now.value)}</time>
          <span class="number">{formatQuantity(mark.value, mark.quantity)}</span>
          <span class="mono clip">{mark.name}</span>
          <span class="mono clip muted">{mark.labels}</span>
        </a>
      </li>
    ))}
  </ul>
)

const pathOf = ({ query, at }: Mark): string =>
  link('/query', { q: query, from: at - BEFORE_MILLIS, to: at + BEHIND_MILLIS })
