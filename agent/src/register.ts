/**
 * The entry: `node --require @hodoscope/agent app.js`, `--import`, or `require('@hodoscope/agent')` as the first line.
 *
 * Loading it starts the agent, once in a process or worker however often and by whichever way it is loaded, and
 * whatever goes wrong in doing so is said on stderr and leaves the host without an agent instead of without itself.
 */
import { start } from './start.ts'

const STARTED = Symbol.for('hodoscope.agent.started')

try {
  const shared = globalThis as { [STARTED]?: boolean }
  if (!shared[STARTED]) {
    shared[STARTED] = true
    start()
  }
} catch (error) {
  console.error('hodoscope: the agent could not start; the process runs without it.', error)
}
