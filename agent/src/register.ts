/**
 * The entry: `node --require @hodoscope/agent app.js`, `--import`, or `require('@hodoscope/agent')` as the first line.
 *
 * Loading it starts the agent, once in a process or worker however often and by whichever way it is loaded, and
 * whatever goes wrong in doing so is said on stderr and leaves the host without an agent instead of without itself.
 */
import { start, type Agent } from './start.ts'

const STARTED = Symbol.for('hodoscope.agent.started')

/** Sends what waits and takes the agent out of the process, for hosts that end in their own way. Never rejects. */
export function shutdown(): Promise<void> {
  return agent().shutdown().catch(said)
}

function agent(): Agent {
  const shared = globalThis as { [STARTED]?: Agent }
  return (shared[STARTED] ??= started())
}

function started(): Agent {
  try {
    return start()
  } catch (error) {
    said(error)
    return { shutdown: () => Promise.resolve() }
  }
}

function said(error: unknown): void {
  console.error('hodoscope: the agent failed; the process goes on without it.', error)
}

agent()
