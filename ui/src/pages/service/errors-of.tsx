/** The busiest errors of a service. */
import type { ErrorsAnswer } from '../../../../collector/src/serve/api-types.ts'
import { Sparkline } from '../../chart/sparkline.tsx'
import { formatCount, formatInteger } from '../../lib/format.ts'
import { errorPath, url } from '../../lib/routes.ts'
import { NewMark } from '../../parts/new-mark.tsx'
import { Failed, Skeleton } from '../../parts/states.tsx'
import { useLoad } from '../../state/load.ts'
import { link } from '../../state/location.ts'
import { range } from '../../state/range.ts'
import { headOf, restOf } from '../errors/words.ts'

const MOST = 6

export function ErrorsOf({ service }: { service: string }) {
  const { from, to } = range.value
  const { data, failure, loading } = useLoad<ErrorsAnswer>(
    url('/api/errors', { from, to, service, limit: MOST }),
    service,
  )
  return (
    <section aria-labelledby="errors-title">
      <h2 id="errors-title">
        <a href={link('/errors', { service })}>Errors</a>
      </h2>
      {failure && <Failed failure={failure} old={data !== undefined} />}
      {!data && loading && <Skeleton rows={3} />}
      {data?.errors.length === 0 && <p class="muted">None in this range.</p>}
      {data && data.errors.length > 0 && (
        <table class="errors-of">
          <tbody>
            {data.errors.map(row => (
              <tr key={row.fingerprint}>
                <td class="what" title={`${row.type} ${row.message}`.trim()}>
                  <a href={link(errorPath(row.fingerprint))}>
                    <b>{headOf(row)}</b> <span class="muted">{restOf(row)}</span>
                  </a>
                </td>
                <td class="is-new">{row.isNew && <NewMark />}</td>
                <td class="trend">
                  <Sparkline values={row.line} tone="bad" />
                </td>
                <td class="number" title={formatInteger(row.count)}>
                  {formatCount(row.count)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
