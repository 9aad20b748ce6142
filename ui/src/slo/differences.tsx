/** What sets the bad events apart: for each value its share of the bad beside its share of the good. */
import { formatInteger } from '../lib/format.ts'
import { attributeTerm, filterTerm, withTerm } from '../lib/search-text.ts'
import { link } from '../state/location.ts'
import type { BadEventsAnswer, Difference } from './answers.ts'
import { formatShare } from './words.ts'

const FIRST = 8
/** Below this the two shares say the same. */
const LEAST_GAP = 0.02
const INTRINSICS: ReadonlySet<string> = new Set(['name', 'service', 'severity'])

interface Props {
  answer: BadEventsAnswer
  /** Where its events are searched for, and by what. */
  signal: 'traces' | 'logs'
  query: string
  all: boolean
  onAll: () => void
}

export function Differences({ answer, signal, query, all, onAll }: Props) {
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
            <Row key={`${row.key} ${row.value}`} {...{ row, answer, signal, query }} />
          ))}
        </tbody>
      </table>
      {telling.length > shown.length && (
        <button type="button" onClick={onAll}>
          {telling.length - shown.length} more
        </button>
      )}
    </>
  )
}

const termOf = ({ key, value }: Difference): string =>
  INTRINSICS.has(key) ? filterTerm(key, value) : attributeTerm(key, value)

interface RowProps extends Pick<Props, 'answer' | 'signal' | 'query'> {
  row: Difference
}

function Row({ row, answer, signal, query }: RowProps) {
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
        title={`${formatInteger(bad)} of ${formatInteger(answer.badCount)} bad events`}
      >
        {formatShare(badShare)}
      </td>
      <td class="bars" aria-hidden="true">
        <i class="bad" style={{ width: `${badShare * 100}%` }} />
        <i class="good" style={{ width: `${goodShare * 100}%` }} />
      </td>
      <td
        class="number share"
        title={`${formatInteger(good)} of ${formatInteger(answer.goodCount)} good events`}
      >
        {formatShare(goodShare)}
      </td>
    </tr>
  )
}
