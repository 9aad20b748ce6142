/** A group of errors, opened: how it went, its stack, where and in which versions, and traces that have it. */
import type {
  ErrorGroupAnswer,
  ErrorInService,
  ErrorSample,
} from '../../../../collector/src/serve/api-types.ts'
import { LinePanel } from '../../chart/line-panel.tsx'
import { exactInstant, formatInstant } from '../../lib/clock.ts'
import { formatInteger } from '../../lib/format.ts'
import { millisOfNano } from '../../lib/nano.ts'
import { deployPath, errorPath, servicePath, tracePath, url } from '../../lib/routes.ts'
import { stackLines } from '../../lib/stack.ts'
import { Copy } from '../../parts/copy.tsx'
import { NewMark } from '../../parts/new-mark.tsx'
import { Service } from '../../parts/service.tsx'
import { Empty, Failed, Partial, Progress, Skeleton, Stopped } from '../../parts/states.tsx'
import { useLoad } from '../../state/load.ts'
import { link } from '../../state/location.ts'
import { utc } from '../../state/preferences.ts'
import { now, oldest, range } from '../../state/range.ts'
import './errors.css'
import { ago, headOf, restOf } from './words.ts'

export function ErrorPage({ fingerprint }: { fingerprint: string }) {
  const { from, to } = range.value
  const answer = useLoad<ErrorGroupAnswer>(url(`/api${errorPath(fingerprint)}`, { from, to }), fingerprint)
  const { data } = answer
  return (
    <div class="page error-group">
      {data && <Head group={data} />}
      <Partial answer={data} />
      <Progress loading={answer.loading} stop={answer.stop} />
      {answer.failure?.code === 'not_found' ? (
        <Empty title="No such error is known">Or it was not seen for too long.</Empty>
      ) : (
        answer.failure && <Failed failure={answer.failure} old={data !== undefined} />
      )}
      {answer.stopped && <Stopped />}
      {!data && answer.loading && <Skeleton rows={10} />}
      {data && <Evidence group={data} stale={answer.loading} />}
    </div>
  )
}

function Head({ group }: { group: ErrorGroupAnswer }) {
  const named = { ...group, operation: group.groupedBy.operation }
  return (
    <>
      <div class="head">
        <h1 class="clip" title={headOf(named)}>
          {headOf(named)}
        </h1>
        <p class="facts" role="status">
          {formatInteger(group.count)} in the hours of this range · {formatInteger(group.totalCount)} in all
        </p>
        <div class="actions">
          <a class="button" href={link('/errors')}>
            All errors
          </a>
        </div>
      </div>
      <p class="sentence">{restOf(named)}</p>
      <p class="muted">
        First seen <time title={exactInstant(group.firstUnixNano)}>{ago(group.firstUnixNano)}</time>, last
        seen <time title={exactInstant(group.lastUnixNano)}>{ago(group.lastUnixNano)}</time>
        {group.services.some(({ isNew }) => isNew) && <NewMark words="new since the last deploy" />}
      </p>
    </>
  )
}

function Evidence({ group, stale }: { group: ErrorGroupAnswer; stale: boolean }) {
  const { line, toUnixNano, services, samples, stack } = group
  const start = millisOfNano(line.fromUnixNano)
  const marks = services.flatMap(({ service, lastDeploy }) =>
    lastDeploy === null
      ? []
      : [
          {
            at: millisOfNano(lastDeploy.timeUnixNano),
            label: services.length === 1 ? lastDeploy.version : `${service} ${lastDeploy.version}`,
          },
        ],
  )
  return (
    <div class={stale ? 'evidence stale' : 'evidence'}>
      <div class="main">
        <LinePanel
          title={line.stepSeconds === 3_600 ? 'By the hour' : `By ${line.stepSeconds / 3_600} hours`}
          lines={[{ name: 'errors', values: line.counts, color: 'bad', filled: true }]}
          start={start}
          step={line.stepSeconds * 1_000}
          quantity="number"
          range={{ from: start, to: millisOfNano(toUnixNano) }}
          marks={marks}
        />
        {stack !== '' && <Stack text={stack} />}
        <GroupedBy by={group.groupedBy} />
      </div>
      <div class="beside">
        <Samples samples={samples} />
        <Services services={services} />
      </div>
    </div>
  )
}

const Stack = ({ text }: { text: string }) => (
  <section class="stack" aria-labelledby="stack-title">
    <h2 id="stack-title">
      Stack of the first <Copy text={text} what="the stack" />
    </h2>
    <pre>
      {stackLines(text).map((line, i) => (
        <span key={i} class={line.kind}>
          {line.text}
          {'\n'}
        </span>
      ))}
    </pre>
  </section>
)

const GroupedBy = ({ by }: { by: ErrorGroupAnswer['groupedBy'] }) => (
  <section class="grouped-by">
    <h2>Grouped by</h2>
    <dl>
      {by.type !== '' && <Part name="Type" value={by.type} />}
      {by.message !== '' && <Part name="Message" value={by.message} />}
      {by.frames.map((frame, i) => (
        <Part key={i} name={i === 0 ? 'Frames' : ''} value={frame} />
      ))}
      {by.operation !== '' && <Part name="Operation" value={by.operation} />}
    </dl>
  </section>
)

const Part = ({ name, value }: { name: string; value: string }) => (
  <>
    <dt class="muted">{name}</dt>
    <dd class="mono">{value}</dd>
  </>
)

const Samples = ({ samples }: { samples: readonly ErrorSample[] }) => (
  <section aria-labelledby="samples-title">
    <h2 id="samples-title">Traces that have it</h2>
    {samples.length === 0 && <p class="muted">None of them told its trace.</p>}
    {samples.length > 0 && (
      <table class="samples">
        <tbody>
          {samples.map(sample => (
            <Sample key={sample.traceId} sample={sample} />
          ))}
        </tbody>
      </table>
    )}
  </section>
)

function Sample({ sample: { service, traceId, spanId, timeUnixNano } }: { sample: ErrorSample }) {
  const at = millisOfNano(timeUnixNano)
  const isStored = oldest.value === undefined || at >= oldest.value
  return (
    <tr>
      <td class="when mono" title={exactInstant(timeUnixNano)}>
        {formatInstant(at, { utc: utc.value }, now.value)}
      </td>
      <td class="id mono" title={isStored ? traceId : `${traceId} is older than what is stored`}>
        {isStored ? (
          <a class="link" href={link(tracePath(traceId), { span: spanId })}>
            {shortId(traceId)}
          </a>
        ) : (
          <s class="muted">{shortId(traceId)}</s>
        )}
      </td>
      <td class="of">
        <Service name={service} />
      </td>
    </tr>
  )
}

const shortId = (id: string): string => `${id.slice(0, 8)}…${id.slice(-6)}`

const Services = ({ services }: { services: readonly ErrorInService[] }) => (
  <section aria-labelledby="services-title">
    <h2 id="services-title">Services and versions</h2>
    <table class="in-services">
      <thead>
        <tr>
          <th>Service, version</th>
          <th class="number">Count</th>
          <th class="number">First seen</th>
          <th class="number">Last seen</th>
        </tr>
      </thead>
      {services.map(each => (
        <tbody key={each.service}>
          <tr>
            <td>
              <a href={link(servicePath(each.service))}>
                <Service name={each.service} />
              </a>
            </td>
            <Times of={each} />
          </tr>
          {each.versions.map(version => (
            <tr key={version.version}>
              <td class="version mono" title={version.version}>
                {each.lastDeploy?.version === version.version ? (
                  <a class="link" href={link(deployPath(each.service, version.version))}>
                    {version.version}
                  </a>
                ) : (
                  version.version
                )}
              </td>
              <Times of={version} />
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  </section>
)

const Times = ({
  of: { totalCount, firstUnixNano, lastUnixNano },
}: {
  of: ErrorInService['versions'][number] | ErrorInService
}) => (
  <>
    <td class="number">{formatInteger(totalCount)}</td>
    <td class="number" title={exactInstant(firstUnixNano)}>
      {ago(firstUnixNano)}
    </td>
    <td class="number" title={exactInstant(lastUnixNano)}>
      {ago(lastUnixNano)}
    </td>
  </>
)
