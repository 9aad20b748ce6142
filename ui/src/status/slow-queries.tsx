/** Questions that took longest, with what was asked. */
import type { SlowQuery } from '../../../collector/src/serve/api-types.ts'
import { formatInstant } from '../lib/clock.ts'
import { formatDuration } from '../lib/format.ts'
import { utc } from '../state/preferences.ts'
import { now } from '../state/range.ts'

/** `rangeQuery` is read as `range query`. */
const words = (job: string): string => job.replaceAll(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)

export function SlowQueries({ rows }: { rows: readonly SlowQuery[] }) {
  if (rows.length === 0) return <p class="muted">Nobody asked anything.</p>
  return (
    <table class="slow-queries">
      <thead>
        <tr>
          <th class="number took">Took</th>
          <th class="job">Question</th>
          <th>Asked</th>
          <th class="at">At</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ job, asked, unixMillis, tookMillis, answered }) => (
          <tr key={`${unixMillis} ${job} ${asked}`}>
            <td class="number took">{formatDuration(tookMillis * 1e6)}</td>
            <td class="job">
              {words(job)} {!answered && <span class="bad">no answer</span>}
            </td>
            <td class="mono" title={asked}>
              {asked}
            </td>
            <td class="at">{formatInstant(unixMillis, { utc: utc.value }, now.value, 'second')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
