/** Operations of a service, as they were counted. Every number leads on. */
import type { ServiceOperation } from '../../../../collector/src/serve/api-types.ts'
import { Sparkline } from '../../chart/sparkline.tsx'
import { formatDuration, formatInteger, formatRate, formatRatio } from '../../lib/format.ts'
import { filterTerm } from '../../lib/search-text.ts'
import { link, param, setParams } from '../../state/location.ts'
import { changeWords } from '../overview-words.ts'

const FIRST = 10

export function Operations({ service, rows }: { service: string; rows: readonly ServiceOperation[] }) {
  const present = rows.filter(({ requestCount }) => requestCount > 0)
  const shown = param('operations') === 'all' ? present : present.slice(0, FIRST)
  if (present.length === 0) return null
  return (
    <section aria-labelledby="operations-title">
      <h2 id="operations-title">Operations</h2>
      <table class="operations">
        <thead>
          <tr>
            <th class="name">Operation</th>
            <th class="kind">Kind</th>
            <th class="changed">Changed</th>
            <th class="line">Rate</th>
            <th class="line">Errors</th>
            <th class="number">p50</th>
            <th class="line">p95</th>
            <th class="number">p99</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(row => (
            <Row key={`${row.kind} ${row.name}`} service={service} row={row} />
          ))}
        </tbody>
      </table>
      {present.length > shown.length && (
        <button type="button" onClick={() => setParams({ operations: 'all' }, { replace: true })}>
          {formatInteger(present.length - shown.length)} more
        </button>
      )}
    </section>
  )
}

function Row({ service, row }: { service: string; row: ServiceOperation }) {
  const q = `${filterTerm('service', service)} ${filterTerm('name', row.name)}`
  const change = changeWords(row)
  return (
    <tr data-row>
      <td class="name" title={row.name}>
        <a href={link('/traces', { q })}>{row.name}</a>
      </td>
      <td class="kind muted">{row.kind}</td>
      <td class="changed" title={change?.words}>
        {change && <span class={change.isWorse ? 'bad' : 'muted'}>{change.words}</span>}
      </td>
      <td class="line" title={`${formatInteger(row.requestCount)} spans`}>
        {formatRate(row.rate)} <Sparkline values={row.lines.rate} />
      </td>
      <td
        class="line"
        title={`${formatInteger(row.errorCount)} of ${formatInteger(row.requestCount)} failed`}
      >
        <a
          class={row.errorCount > 0 ? 'bad' : 'muted'}
          href={link('/traces', { q: `${q} ${filterTerm('status', 'error')}` })}
        >
          {formatRatio(row.errorRatio)}
        </a>{' '}
        {row.errorCount > 0 && <Sparkline values={row.lines.errorRatio} tone="bad" />}
      </td>
      <td class="number">{durationOr(row.p50Nano)}</td>
      <td class="line">
        <a href={link('/traces', { q, sort: 'slowest' })}>{durationOr(row.p95Nano)}</a>{' '}
        <Sparkline values={row.lines.p95Nano} />
      </td>
      <td class="number">{durationOr(row.p99Nano)}</td>
    </tr>
  )
}

const durationOr = (nano: number | null): string => (nano === null ? '–' : formatDuration(nano))
