/** What errors are called: a type with a message, either of which may be missing. */
import { formatDuration } from '../../lib/format.ts'
import { millisOfNano } from '../../lib/nano.ts'
import { now } from '../../state/range.ts'

interface Named {
  readonly type: string
  readonly message: string
  /** '' where it is known by its stack. */
  readonly operation: string
}

/** What stands in bold; never ''. */
export const headOf = ({ type, message }: Named): string => type || message || 'Failed without a message'

/** What stands behind it. */
export const restOf = ({ type, message, operation }: Named): string =>
  (type === '' ? '' : message) || operation

/** To the minute, as it is told. */
export function ago(nano: string): string {
  const minutes = Math.floor((now.value - millisOfNano(nano)) / 60_000)
  return minutes < 1 ? 'just now' : `${formatDuration(minutes * 60e9)} ago`
}
