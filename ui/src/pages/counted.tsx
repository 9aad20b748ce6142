/** Up to when the figures of counts go, and what does not stand in them though it is stored. */
import type { OverviewAnswer } from '../../../collector/src/serve/api-types.ts'
import { exactInstant, formatInstant } from '../lib/clock.ts'
import { plural } from '../lib/format.ts'
import { millisOfNano } from '../lib/nano.ts'
import { utc } from '../state/preferences.ts'
import { now } from '../state/range.ts'

type Counts = Pick<OverviewAnswer, 'uncountedRequests' | 'outOfTimeSpans' | 'countedUpToUnixNano'>

export const Counted = ({
  of: { uncountedRequests, outOfTimeSpans, countedUpToUnixNano },
}: {
  of: Counts
}) => (
  <p class="muted counted">
    {countedUpToUnixNano !== null && <UpTo nano={countedUpToUnixNano} />}
    {uncountedRequests > 0 && (
      <span>
        {plural(uncountedRequests, 'export')} came before requests were counted, and are not in these figures.
      </span>
    )}
    {outOfTimeSpans > 0 && (
      <span>
        {plural(outOfTimeSpans, 'span')} started over 13 months before they came, or more than a day after,
        and are not in these figures: see to the clocks of their senders.
      </span>
    )}
  </p>
)

const UpTo = ({ nano }: { nano: string }) => (
  <span title={exactInstant(nano)}>
    Counts hold what came up to {formatInstant(millisOfNano(nano), { utc: utc.value }, now.value, 'second')}.
  </span>
)
