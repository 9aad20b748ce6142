/**
 * A process that is started and ended whole: it leads a process group of its own, and signals go
 * to the group. So nothing that it has started outlives it.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'

/** Lines of output kept, to be told when the process ends by itself. */
const LAST_WORDS = 25

export interface Child {
  readonly name: string
  readonly pid: number
  /** Resolves when it has ended, however it came to that. */
  readonly ended: Promise<Ending>
  /** SIGTERM now, SIGKILL to what is left of the group when `patienceMillis` are over. */
  end(patienceMillis: number): Promise<void>
  kill(): void
}

export interface Ending {
  /** e.g. `code 1`, `SIGKILL`. */
  readonly how: string
  /** Nobody had asked it to end. */
  readonly byItself: boolean
  /** The last lines it wrote, oldest first. */
  readonly lastWords: readonly string[]
}

export interface Start {
  readonly name: string
  /** For the Node that runs this process. */
  readonly args: readonly string[]
  readonly cwd: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly onLine?: (line: string) => void
}

export function startNode({ name, args, cwd, environment, onLine }: Start): Child {
  const child = spawn(process.execPath, args, {
    cwd,
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lastWords: string[] = []
  const read = [child.stdout, child.stderr].map(async stream => {
    for await (const line of createInterface({ input: stream })) {
      lastWords.push(line)
      if (lastWords.length > LAST_WORDS) lastWords.shift()
      onLine?.(line)
    }
  })

  let asked = false
  let gone = false
  const closed = new Promise<Omit<Ending, 'lastWords'>>(resolve => {
    child.once('error', error => resolve({ how: error.message, byItself: true }))
    child.once('close', (code, signal) => {
      gone = true
      resolve({ how: signal ?? `code ${code}`, byItself: !asked })
    })
  })
  // Its output is read to the end before it counts as ended.
  const ended = Promise.all([closed, ...read]).then(([ending]) => ({ ...ending, lastWords }))
  const signalGroup = (signal: NodeJS.Signals): void => {
    asked = true
    if (child.pid !== undefined) killGroup(child.pid, signal)
  }
  return {
    name,
    pid: child.pid ?? -1,
    ended,
    kill: () => gone || signalGroup('SIGKILL'),
    async end(patienceMillis) {
      signalGroup('SIGTERM')
      const patience = new AbortController()
      await Promise.race([
        ended,
        wait(patienceMillis, undefined, { signal: patience.signal }).catch(() => {}),
      ])
      patience.abort()
      signalGroup('SIGKILL')
      await ended
    },
  }
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    // The group is gone already: that is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
