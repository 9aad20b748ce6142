/**
 * What a person looks at first: objectives in trouble, alerts that fire, and every service with its
 * requests, those that changed most above.
 */
import type { OverviewAnswer, OverviewRow } from '../../../collector/src/serve/api-types.ts'
import { Sparkline } from '../chart/sparkline.tsx'
import { formatDuration, formatInteger, formatRate, formatRatio, plural } from '../lib/format.ts'
import { deployPath, servicePath, sloPath, url } from '../lib/routes.ts'
import { filterTerm } from '../lib/search-text.ts'
import { ListStates } from '../parts/list-states.tsx'
import { Service } from '../parts/service.tsx'
import { Empty, Failed } from '../parts/states.tsx'
import type { AlertsAnswer, SlosAnswer } from '../slo/answers.ts'
import { AlertName } from '../slo/episodes.tsx'
import { BudgetBar, Health } from '../slo/health.tsx'
import { byUrgency } from '../slo/words.ts'
import type { Failure } from '../state/api.ts'
import { useLoad } from '../state/load.ts'
import { link } from '../state/location.ts'
import { now, range, setRange } from '../state/range.ts'
import { Counted } from './counted.tsx'
import { changeWords } from './overview-words.ts'
import './overview.css'

export function OverviewPage() {
  const { from, to } = range.value
  const answer = useLoad<OverviewAnswer>(url('/api/overview', { from, to }))
  const services = answer.data?.services.filter(({ requestCount }) => requestCount > 0) ?? []
  return (
    <div class="page overview">
      <div class="head">
        <h1>Overview</h1>
        <p class="facts" role="status">
          {services.length > 0 && plural(services.length, 'service')}
        </p>
      </div>
      <Trouble />
      <Firing />
      <ListStates list={answer} count={services.length} empty={<NoRequests />}>
        <Services rows={services} />
      </ListStates>
      {answer.data && <Counted of={answer.data} />}
    </div>
  )
}

const NoRequests = () => (
  <Empty title="No service had a request in this range">
    <p class="offers">
      <button type="button" class="outlined" onClick={() => setRange({ from: 'now-24h', to: 'now' })}>
        Look at the last 24 hours
      </button>
    </p>
  </Empty>
)

/** Nothing in trouble and nothing known of it are not the same. */
const NotLoaded = ({ what, failure }: { what: string; failure: Failure }) => (
  <section aria-label={what}>
    <h2>{what} are not known</h2>
    <Failed failure={failure} old={false} />
  </section>
)

const MOST = 5

function Trouble() {
  const { data, failure } = useLoad<SlosAnswer>('/api/slos')
  const troubled = (data?.objectives ?? [])
    .filter(({ health }) => health === 'at_risk' || health === 'budget_blown')
    .toSorted(byUrgency)
  if (failure && !data) return <NotLoaded what="Objectives" failure={failure} />
  if (troubled.length === 0 && !failure) return null
  return (
    <section aria-labelledby="trouble">
      <h2 id="trouble">
        <a href={link('/slos')}>{plural(troubled.length, 'objective')} in trouble</a>
      </h2>
      {failure && <Failed failure={failure} old />}
      <table class="troubled">
        <tbody>
          {troubled.slice(0, MOST).map(objective => (
            <tr key={objective.name}>
              <td class="name" title={objective.displayName}>
                <a href={link(sloPath(objective.name))}>{objective.displayName}</a>
              </td>
              <td class="of">{objective.service !== '' && <Service name={objective.service} />}</td>
              <td class="standing">
                <Health health={objective.health} />
              </td>
              <td>
                <BudgetBar objective={objective} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Firing() {
  const { data, failure } = useLoad<AlertsAnswer>('/api/alerts')
  const firing = data?.active.filter(({ state }) => state === 'firing') ?? []
  if (failure && !data) return <NotLoaded what="Alerts" failure={failure} />
  if (firing.length === 0 && !failure) return null
  return (
    <section aria-labelledby="firing">
      <h2 id="firing">
        <a href={link('/alerts')}>{plural(firing.length, 'alert')} firing</a>
      </h2>
      {failure && <Failed failure={failure} old />}
      <table class="firing">
        <tbody>
          {firing.slice(0, MOST).map(({ labels, since }) => (
            <tr key={JSON.stringify(labels)}>
              <td class="name" title={Object.values(labels).join(' ')}>
                <AlertName labels={labels} named />
              </td>
              <td>{labels['severity']}</td>
              <td>for {formatDuration(Math.max(0, now.value - Date.parse(since)) * 1e6)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

const Services = ({ rows }: { rows: readonly OverviewRow[] }) => (
  <table class="overview-services">
    <thead>
      <tr>
        <th class="name">Service</th>
        <th class="changed">Changed</th>
        <th class="figure">Rate</th>
        <th class="figure">Errors</th>
        <th class="figure second">p50</th>
        <th class="figure">p95</th>
        <th class="figure second">p99</th>
        <th class="deploy">Last deploy</th>
      </tr>
    </thead>
    <tbody>
      {rows.map(row => (
        <ServiceRow key={row.service} row={row} />
      ))}
    </tbody>
  </table>
)

function ServiceRow({ row }: { row: OverviewRow }) {
  const q = filterTerm('service', row.service)
  const slow = link('/traces', { q, sort: 'slowest' })
  const { before, lines, lastDeploy } = row
  const change = changeWords(row)
  return (
    <tr data-row>
      <td class="name">
        <a href={link(servicePath(row.service))}>
          <Service name={row.service} />
        </a>
      </td>
      <td class="changed">
        {change && <span class={change.isWorse ? 'bad' : 'muted'}>{change.words}</span>}
      </td>
      <Figure
        href={link('/traces', { q })}
        title={`${formatInteger(row.requestCount)} requests; before, ${formatRate(before.rate)}`}
        text={formatRate(row.rate)}
        line={lines.rate}
      />
      <Figure
        href={link('/traces', { q: `${q} ${filterTerm('status', 'error')}` })}
        title={`${formatInteger(row.errorCount)} of ${formatInteger(row.requestCount)} failed; before, ${formatRatio(before.errorRatio)}`}
        text={formatRatio(row.errorRatio)}
        line={lines.errorRatio}
        isBad={row.errorCount > 0}
      />
      {([row.p50Nano, row.p95Nano, row.p99Nano] as const).map((nano, i) => (
        <Figure
          key={i}
          href={slow}
          title={`before, ${durationOr(([before.p50Nano, before.p95Nano, before.p99Nano] as const)[i]!)}`}
          text={durationOr(nano)}
          line={([lines.p50Nano, lines.p95Nano, lines.p99Nano] as const)[i]!}
          isSecond={i !== 1}
        />
      ))}
      <td class="deploy">
        {lastDeploy && (
          <a
            href={link(deployPath(row.service, lastDeploy.version))}
            title={`${lastDeploy.version}, ${new Date(millisOf(lastDeploy.timeUnixNano)).toISOString()}`}
          >
            <span class="clip">{lastDeploy.version}</span>
            <span class="muted">
              {formatDuration((now.value - millisOf(lastDeploy.timeUnixNano)) * 1e6)} ago
            </span>
          </a>
        )}
      </td>
    </tr>
  )
}

const durationOr = (nano: number | null): string => (nano === null ? '–' : formatDuration(nano))
const millisOf = (nano: string): number => Number(nano.slice(0, -6))

interface FigureProps {
  href: string
  title: string
  text: string
  line: readonly (number | null)[]
  isBad?: boolean
  /** Left out where the screen is narrow. */
  isSecond?: boolean
}

/** A number that leads to what it counts, and how it went. */
const Figure = ({ href, title, text, line, isBad = false, isSecond = false }: FigureProps) => (
  <td class={isSecond ? 'figure second' : 'figure'}>
    <a href={href} title={title}>
      <span class={isBad ? 'bad' : ''}>{text}</span>
      {line.some(value => value !== null && value > 0) && (
        <Sparkline values={line} tone={isBad ? 'bad' : undefined} />
      )}
    </a>
  </td>
)
