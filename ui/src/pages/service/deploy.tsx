/** A deploy: what got better or worse by operation, and the errors that are new since. */
import type {
  BeforeAfter,
  DeployAnswer,
  DeployedOperation,
  NewError,
  Verdict,
} from '../../../../collector/src/serve/api-types.ts'
import { exactInstant, formatInstant } from '../../lib/clock.ts'
import { formatCount, formatDuration, formatInteger, formatRatio, plural } from '../../lib/format.ts'
import { millisOfNano } from '../../lib/nano.ts'
import { deployPath, errorPath, servicePath, url } from '../../lib/routes.ts'
import { filterTerm } from '../../lib/search-text.ts'
import { Service } from '../../parts/service.tsx'
import { Empty, Failed, Progress, Skeleton, Stopped } from '../../parts/states.tsx'
import { useLoad } from '../../state/load.ts'
import { link } from '../../state/location.ts'
import { utc } from '../../state/preferences.ts'
import { now } from '../../state/range.ts'
import { ago, headOf, restOf } from '../errors/words.ts'
import './deploy.css'

export function DeployPage({ service, version }: { service: string; version: string }) {
  const answer = useLoad<DeployAnswer>(
    `/api/deploys/${encodeURIComponent(service)}/${encodeURIComponent(version)}`,
    deployPath(service, version),
  )
  const { data } = answer
  return (
    <div class="page deploy-page">
      <div class="head">
        <h1 class="clip" title={version}>
          {version}
        </h1>
        <p class="facts">
          <a href={link(servicePath(service))}>
            <Service name={service} />
          </a>
        </p>
      </div>
      <Progress loading={answer.loading} stop={answer.stop} />
      {answer.failure?.code === 'not_found' ? (
        <Empty title="It is no deploy that is known">
          A deploy is a version that came later than the first that is known of its service.
        </Empty>
      ) : (
        answer.failure && <Failed failure={answer.failure} old={data !== undefined} />
      )}
      {answer.stopped && <Stopped />}
      {!data && answer.loading && <Skeleton rows={8} />}
      {data && <Sentence deploy={data} />}
      {data && data.windowSeconds > 0 && <Compared deploy={data} stale={answer.loading} />}
      {data && <NewErrors errors={data.newErrors} />}
    </div>
  )
}

function Sentence({ deploy }: { deploy: DeployAnswer }) {
  const { replaced, timeUnixNano, windowSeconds, leastRequests, operations } = deploy
  const worse = operations.filter(isWorse).length
  const window = formatDuration(windowSeconds * 1e9)
  return (
    <>
      <p class="sentence">
        It replaced <b>{replaced}</b>{' '}
        <time title={exactInstant(timeUnixNano)}>
          {ago(timeUnixNano)}, at{' '}
          {formatInstant(millisOfNano(timeUnixNano), { utc: utc.value }, now.value, 'minute')}
        </time>
        .{' '}
        {windowSeconds > 0 &&
          (worse > 0 ? (
            <b class="bad">{plural(worse, 'operation')} got worse.</b>
          ) : (
            'No operation got worse for certain.'
          ))}
      </p>
      <p class="muted">
        {windowSeconds > 0
          ? `${window} before against ${window} after, all versions in each. Nothing is said of fewer than ${leastRequests} requests; worse or better is said of what chance makes once in a thousand times.`
          : 'There is not yet time on both sides of it to compare.'}
      </p>
    </>
  )
}

const isWorse = ({ errors, duration }: BeforeAfter): boolean => errors === 'worse' || duration === 'worse'

function Compared({ deploy, stale }: { deploy: DeployAnswer; stale: boolean }) {
  const { whole, operations, beforeFromUnixNano, afterFromUnixNano, windowSeconds, service } = deploy
  const window = { before: beforeFromUnixNano, after: afterFromUnixNano, seconds: windowSeconds }
  return (
    <table class={stale ? 'compared stale' : 'compared'}>
      <thead>
        <tr>
          <th class="name">Operation</th>
          <th class="number requests">Requests</th>
          <th class="number">Errors</th>
          <th class="verdict" aria-label="Verdict on errors" />
          <th class="number p50">p50</th>
          <th class="number">p95</th>
          <th class="number p99">p99</th>
          <th class="verdict" aria-label="Verdict on durations" />
        </tr>
      </thead>
      <tbody class="whole">
        <Row compared={whole} name="All that enters it" q={filterTerm('service', service)} window={window} />
      </tbody>
      <tbody>
        {operations.map(operation => (
          <Row
            key={`${operation.kind} ${operation.name}`}
            compared={operation}
            name={operation.name}
            kind={operation.kind}
            q={`${filterTerm('service', service)} ${filterTerm('name', operation.name)}`}
            window={window}
          />
        ))}
      </tbody>
    </table>
  )
}

interface RowProps {
  compared: BeforeAfter
  name: string
  kind?: DeployedOperation['kind']
  q: string
  window: { readonly before: string; readonly after: string; readonly seconds: number }
}

function Row({ compared: { before, after, errors, duration }, name, kind, q, window }: RowProps) {
  const from = millisOfNano(window.before)
  const to = millisOfNano(window.after) + window.seconds * 1_000
  const duringBoth = { q, from: new Date(from).toISOString(), to: new Date(to).toISOString() }
  return (
    <tr data-row>
      <td class="name" title={kind === undefined ? name : `${name} (${kind})`}>
        <a href={url('/traces', duringBoth)}>{name}</a>{' '}
        {kind !== undefined && <span class="muted">{kind}</span>}
      </td>
      <td
        class="number requests"
        title={`${formatInteger(before.requestCount)} → ${formatInteger(after.requestCount)} requests`}
      >
        <Pair before={formatCount(before.requestCount)} after={formatCount(after.requestCount)} />
      </td>
      <td
        class="number"
        title={`${formatInteger(before.errorCount)} → ${formatInteger(after.errorCount)} errors`}
      >
        <Pair before={formatRatio(before.errorRatio)} after={formatRatio(after.errorRatio)} />
      </td>
      <Said verdict={errors} />
      <td class="number p50">
        <Pair before={durationOr(before.p50Nano)} after={durationOr(after.p50Nano)} />
      </td>
      <td class="number">
        <Pair before={durationOr(before.p95Nano)} after={durationOr(after.p95Nano)} />
      </td>
      <td class="number p99">
        <Pair before={durationOr(before.p99Nano)} after={durationOr(after.p99Nano)} />
      </td>
      <Said verdict={duration} />
    </tr>
  )
}

const durationOr = (nano: number | null): string => (nano === null ? '–' : formatDuration(nano))

const Pair = ({ before, after }: { before: string; after: string }) => (
  <>
    <span class="muted">{before} →</span> {after}
  </>
)

const WORDS: Readonly<Record<Verdict, string>> = {
  worse: 'worse',
  better: 'better',
  same: '',
  too_few: 'too few',
}
const TONES: Readonly<Record<Verdict, string>> = {
  worse: 'bad',
  better: 'good',
  same: 'muted',
  too_few: 'muted',
}

const Said = ({ verdict }: { verdict: Verdict }) => (
  <td class="verdict">
    <span class={TONES[verdict]}>{WORDS[verdict]}</span>
  </td>
)

const NewErrors = ({ errors }: { errors: readonly NewError[] }) => (
  <section aria-labelledby="new-errors-title">
    <h2 id="new-errors-title">New errors since</h2>
    {errors.length === 0 && <p class="muted">No error was seen first in this version.</p>}
    {errors.length > 0 && (
      <table class="new-errors">
        <tbody>
          {errors.map(error => (
            <tr key={error.fingerprint}>
              <td class="what" title={`${error.type} ${error.message}`.trim()}>
                <a href={link(errorPath(error.fingerprint))}>
                  <b>{headOf(error)}</b> <span class="muted">{restOf(error)}</span>
                </a>
              </td>
              <td class="number count" title={formatInteger(error.totalCount)}>
                {formatCount(error.totalCount)}
              </td>
              <td class="number seen" title={exactInstant(error.firstUnixNano)}>
                {ago(error.firstUnixNano)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </section>
)
