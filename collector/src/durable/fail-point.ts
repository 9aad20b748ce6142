/**
 * Places at which a crash test ends the process, as `kill -9` would:
 *
 *   HODOSCOPE_FAILPOINT=journal.inserted      the first time this place is passed
 *   HODOSCOPE_FAILPOINT=journal.inserted:3    the third time
 *
 * The signal reaches the whole process from whichever thread passes. Without the variable a place
 * costs one comparison.
 */

/** In the order in which a request, a partition and a process meet them. */
export const FAIL_POINTS = [
  'request.read',
  'journal.begin',
  'journal.inserted',
  'journal.committed',
  'partition.create',
  'partition.created',
  'block.commit',
  'block.inserted',
  'block.committed',
  'derive.begin',
  'derive.inserted',
  'derive.committed',
  'derive.folded',
  'journal.remove',
  'journal.removed',
  'seal.begin',
  'seal.copied',
  'seal.rename',
  'seal.renamed',
  'seal.removed',
  'pin.copied',
  'pin.renamed',
  'retention.unlink',
  'retention.unlinked',
  'close.sealed',
  'close.vacuum',
  'close.checkpoint',
  'close.closed',
] as const

/** Passed by what alerts do, whatever telemetry does. */
export const ALERT_FAIL_POINTS = [
  'alert.begin',
  'alert.inserted',
  'alert.committed',
  'alert.flush',
  'alert.frozen',
  'alert.flushed',
  'alert.send',
  'alert.sent',
  'alert.marked',
] as const

export type FailPoint = (typeof FAIL_POINTS)[number] | (typeof ALERT_FAIL_POINTS)[number]

const [armed = '', times = '1'] = (process.env['HODOSCOPE_FAILPOINT'] ?? '').split(':')
let left = Number(times)

export function failPoint(name: FailPoint): void {
  if (armed === name && --left === 0) process.kill(process.pid, 'SIGKILL')
}
