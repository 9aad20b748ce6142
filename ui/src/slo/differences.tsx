/** What sets the bad events apart: for each value its share of the bad beside its share of the good. */
import { formatInstant } from '../lib/clock.ts'
import { formatInteger } from '../lib/format.ts'
import { millisOfNano } from '../lib/nano.ts'
import { attributeTerm, filterTerm, withTerm } from '../lib/search-text.ts'
import { link } from '../state/location.ts'
import { utc } from '../state/preferences.ts'
import { now } from '../state/range.ts'
import type { BadEventsAnswer, Difference } from './answers.ts'
import { formatShare } from './words.ts'

type Compared = NonNullable<BadEventsAnswer['compared']>

const FIRST = 8
/** Below this the two shares say the same. */
const LEAST_GAP = 0.02
const INTRINSICS: ReadonlySet<string> = new Set(['name', 'service', 'severity'])

interface Props {
  answer: BadEventsAnswer
  compared: Compared
  /** Where its events are searched for, and by what. */
  signal: 'traces' | 'logs'
  query: string
  all: boolean
  onAll: () => void
}

export function Differences({ answer, compared, signal, query, all, onAll }: Props) {
  const telling = answer.differences.filter(({ badShare, goodShare }) => badShare - goodShare >= LEAST_GAP)
  if (telling.length === 0)
    return <p class="muted">No attribute sets the bad ones apart: what they have, the good ones have too.</p>
  const shown = all ? telling : telling.slice(0, FIRST)
  return (
    <>
      <p class="verdict">
        {formatShare(telling[0]!.badShare)} of the bad ones have{' '}
        <code>
          {telling[0]!.key}={telling[0]!.value}
        </code>
        , {formatShare(telling[0]!.goodShare)} of the good ones.
      </p>
      <table class="differences">
        <thead>
          <tr>
            <th class="what">Attribute</th>
            <th class="number share">Bad</th>
            <th class="bars" aria-label="Shares" />
            <th class="number share">Good</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(row => (
            <Row key={`${row.key} ${row.value}`} {...{ row, compared, signal, query }} />
          ))}
        </tbody>
      </table>
      <PartOnly answer={answer} compared={compared} />
      {telling.length > shown.length && (
        <button type="button" onClick={onAll}>
          {telling.length - shown.length} more
        </button>
      )}
    </>
  )
}

/** Of very many events, those around the worst moment are compared. */
function PartOnly({ answer, compared }: Pick<Props, 'answer' | 'compared'>) {
  if (compared.badCount === answer.badCount && compared.goodCount === answer.goodCount) return null
  const clock = (at: string): string =>
    formatInstant(millisOfNano(at), { utc: utc.value }, now.value, 'second')
  return (
    <p class="muted">
      Of those between {clock(compared.fromUnixNano)} and {clock(compared.toUnixNano)}, where most were bad:{' '}
      {formatInteger(compared.badCount)} bad, {formatInteger(compared.goodCount)} good.
    </p>
  )
}

const termOf = ({ key, value }: Difference): string =>
  INTRINSICS.has(key) ? filterTerm(key, value) : attributeTerm(key, value)

interface RowProps extends Pick<Props, 'compared' | 'signal' | 'query'> {
  row: Difference
}

function Row({ row, compared, signal, query }: RowProps) {
  const { key, value, bad, good, badShare, goodShare } = row
  return (
    <tr>
      <td class="what mono" title={`${key}=${value}`}>
        <a href={link(`/${signal}`, { q: withTerm(query, termOf(row)) })}>
          <span class="muted">{key}=</span>
          {value}
        </a>
      </td>
      <td
        class="number share"
        title={`${formatInteger(bad)} of ${formatInteger(compared.badCount)} bad events`}
      >
        {formatShare(badShare)}
      </td>
      <td class="bars" aria-hidden="true">
        <i class="bad" style={{ width: `${badShare * 100}%` }} />
        <i class="good" style={{ width: `${goodShare * 100}%` }} />
      </td>
      <td
        class="number share"
        title={`${formatInteger(good)} of ${formatInteger(compared.goodCount)} good events`}
      >
        {formatShare(goodShare)}
      </td>
    </tr>
  )
}
