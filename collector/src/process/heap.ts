/**
 * Gives back to the system what loading the program left in this thread's heap: code that was parsed
 * once, and young generations that grew with it and never shrink by themselves while nothing is
 * allocated. Measured: 148 to 133 MB of an idle collector, for a pause of up to 100 ms.
 *
 * Relies on V8's `gc` function; its flag is taken back at once, since the cache of compiled code
 * belongs to the flags it was made under.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type CollectGarbage = (options: {
  readonly type: 'major'
  readonly execution: 'sync'
  readonly flavor: 'last-resort'
}) => void

export function giveBackHeap(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as CollectGarbage
  setFlagsFromString('--no-expose-gc')
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}
