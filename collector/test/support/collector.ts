/**
 * A collector as people run it: the binary, in a process of its own, on a port that the system
 * chose. Tests that use it go through HTTP and signals alone.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const BINARY = fileURLToPath(new URL('../../bin/hodoscope.js', import.meta.url))
const READY_DEADLINE_MILLIS = 20_000
const STOP_DEADLINE_MILLIS = 15_000

export interface RunningCollector {
  readonly url: string
  readonly pid: number
  /** Milliseconds from the spawn to the first 200 of /readyz. */
  readonly readyMillis: number
  /** What it has written so far, line by line. */
  readonly output: readonly string[]
  /** Resolves with the signal or the code with which the process ended, whoever ended it. */
  readonly ended: Promise<NodeJS.Signals | number>
  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void>
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>
}

export interface HowToStart {
  readonly environment?: Readonly<Record<string, string>>
  /** A command that runs the collector, such as `strace` with its options. */
  readonly under?: readonly string[]
}

/** @throws Error with what the process wrote, when it ends or is not ready within 20 s */
export async function startCollector(
  data: string,
  extra: readonly string[] = [],
  how: HowToStart = {},
): Promise<RunningCollector> {
  const begun = performance.now()
  const { child, output } = launch(data, extra, how)
  try {
    const url = await Promise.race([printedUrl(child), deadline(child)])
    await untilReady(`${url}/readyz`, child)
    return running(child, url, performance.now() - begun, output)
  } catch (error) {
    child.kill('SIGKILL')
    throw new Error(`the collector did not become ready; it wrote:\n${output.join('\n')}`, { cause: error })
  }
}

/** Starts a collector and kills it while it starts. */
export async function startAndKill(data: string, afterMillis: number): Promise<void> {
  const { child } = launch(data, [], {})
  await wait(afterMillis)
  child.kill('SIGKILL')
  await ended(child)
}

const started = new Set<ChildProcess>()
// A test that fails in its midst leaves no process behind.
process.once('exit', () => started.forEach(child => child.kill('SIGKILL')))

function launch(
  data: string,
  extra: readonly string[],
  { environment = {}, under = [] }: HowToStart,
): { child: ChildProcess; output: string[] } {
  const serve = [BINARY, 'serve', '--data', data, '--listen', '127.0.0.1:0', ...extra]
  const [command, ...args] = [...under, process.execPath, ...serve]
  const env = { ...process.env, ...environment }
  const child = spawn(command!, args, { stdio: ['ignore', 'pipe', 'pipe'], env })
  started.add(child)
  child.once('exit', () => started.delete(child))
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', line => output.push(line))
  return { child, output }
}

function running(
  child: ChildProcess,
  url: string,
  readyMillis: number,
  output: readonly string[],
): RunningCollector {
  return {
    url,
    pid: child.pid!,
    readyMillis,
    output,
    ended: ended(child).then(() => child.signalCode ?? child.exitCode!),
    async kill() {
      child.kill('SIGKILL')
      await ended(child)
    },
    async stop() {
      child.kill('SIGTERM')
      const backstop = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MILLIS)
      await ended(child)
      clearTimeout(backstop)
      return child.exitCode
    },
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

/** The start line holds the URL, with the port that the system chose. */
function printedUrl(child: ChildProcess): Promise<string> {
  return new Promise(resolve => {
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (chunk: Buffer) => {
        const url = /http:\/\/127\.0\.0\.1:\d+/.exec(chunk.toString())
        if (url) resolve(url[0])
      })
  })
}

async function deadline(child: ChildProcess): Promise<never> {
  const exit = once(child, 'exit').then(([code, signal]) => `it ended with ${signal ?? code}`)
  throw new Error(
    await Promise.race([exit, wait(READY_DEADLINE_MILLIS, 'it printed no URL', { ref: false })]),
  )
}

async function untilReady(probe: string, child: ChildProcess): Promise<void> {
  const give = performance.now() + READY_DEADLINE_MILLIS
  for (;;) {
    const ready = await fetch(probe).then(
      answer => answer.ok,
      () => false,
    )
    if (ready) return
    const end = child.signalCode ?? child.exitCode
    if (end !== null) throw new Error(`it ended with ${end}`)
    if (performance.now() > give) throw new Error(`${probe} never answered 200`)
    await wait(5)
  }
}
