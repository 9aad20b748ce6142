/**
 * Applications of the tests, each in a process of its own with the agent in front of it, as a user runs them.
 *
 * An application that serves prints `listening <port>` on stdout; it ends when it is told to.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildAgent } from '../../build.ts'

const AGENT = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const APPS = join(AGENT, 'test', 'apps')
const NODE = join(AGENT, '..', 'node_modules', '.bin', 'node')
const PATIENCE_MILLIS = 15_000

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly millis: number
}

export interface App {
  readonly port: number
  readonly url: string
  readonly stdout: () => string
  readonly stderr: () => string
  kill(signal: NodeJS.Signals): void
  /** Resolves when the process has ended. */
  readonly exit: Promise<Exit>
}

export interface Options {
  /** How the agent is loaded; `--require` unless told otherwise, `none` for the comparison without. */
  readonly by?: '--require' | '--import' | 'none'
  readonly env?: Record<string, string>
  readonly args?: readonly string[]
  /** Of Node, before those of the agent. */
  readonly flags?: readonly string[]
  /** Another binary of Node. */
  readonly node?: string
}

/** The agent as users load it: bundled, from the sources as they are now. */
export async function builtAgent(): Promise<void> {
  await buildAgent()
}

/** Starts a file of `test/apps`. */
export function run(
  file: string,
  options: Options = {},
): { child: ChildProcess; exit: Promise<Exit>; out: Output } {
  const { by = '--require', env = {}, args = [], node = NODE } = options
  const flags = [...(options.flags ?? []), ...(by === 'none' ? [] : [by, '@hodoscope/agent'])]
  const path = file.startsWith('/') ? file : join(APPS, file)
  const began = performance.now()
  const child = spawn(node, [...flags, path, ...args], {
    cwd: AGENT,
    env: { PATH: process.env['PATH'], OTEL_BSP_SCHEDULE_DELAY: '50', OTEL_BLRP_SCHEDULE_DELAY: '50', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const out: Output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (out.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (out.stderr += chunk.toString()))
  const exit = new Promise<Exit>(resolve => {
    child.on('close', (code, signal) => {
      resolve({ code, signal, stdout: out.stdout, stderr: out.stderr, millis: performance.now() - began })
    })
  })
  return { child, exit, out }
}

interface Output {
  stdout: string
  stderr: string
}

/** Starts a file of `test/apps` and waits until it listens. */
export async function serve(file: string, options: Options = {}): Promise<App> {
  const { child, exit, out } = run(file, options)
  const port = await until(
    () => /listening (\d+)/.exec(out.stdout)?.[1],
    `${file} does not listen`,
    () => out.stderr,
  )
  return {
    port: Number(port),
    url: `http://127.0.0.1:${port}`,
    stdout: () => out.stdout,
    stderr: () => out.stderr,
    kill: signal => void child.kill(signal),
    exit,
  }
}

/** Looks every few milliseconds until `look` gives something. */
export async function until<T>(
  look: () => T | undefined | false,
  what: string,
  detail: () => string = () => '',
): Promise<T> {
  const deadline = performance.now() + PATIENCE_MILLIS
  for (;;) {
    const found = look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > deadline) throw new Error(`${what} after ${PATIENCE_MILLIS} ms. ${detail()}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

/** A port on which nothing listens. */
export async function deadPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

/** A folder that is gone at the end of the test file. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'hodoscope-agent-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

export function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}
