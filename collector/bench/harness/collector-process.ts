/**
 * A collector as its users start it: its own process, its defaults, a data folder of its own.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, statSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StatusAnswer } from '../../src/serve/api-types.ts'
import { Connection, getMessage } from './connection.ts'

const BIN = resolve(import.meta.dirname, '../../bin/hodoscope.js')
const READY_WITHIN_MILLIS = 30_000
const READY_POLL_MILLIS = 5

export interface CollectorOptions {
  readonly port: number
  readonly dataFolder: string
  /** Where each thread's CPU profile goes when it ends. */
  readonly profileFolder?: string | undefined
  /** Words before the command, such as those of a memory limit. */
  readonly under?: readonly string[]
}

/** 16 MiB, whatever is stored. */
const RESERVE = 'reserve'

export class CollectorProcess {
  readonly port: number
  readonly pid: number
  /** From spawn to the first 200 of /readyz. */
  readonly readyMillis: number
  /** Resolves when the process is gone, however it went. */
  readonly ended: Promise<unknown>
  readonly #child: ChildProcess
  readonly #dataFolder: string
  readonly #output: string[]

  private constructor(child: ChildProcess, options: CollectorOptions, readyMillis: number, output: string[]) {
    this.port = options.port
    this.pid = child.pid!
    this.readyMillis = readyMillis
    this.ended = once(child, 'exit')
    this.#child = child
    this.#dataFolder = options.dataFolder
    this.#output = output
  }

  static async start(options: CollectorOptions): Promise<CollectorProcess> {
    const { port, dataFolder, profileFolder, under = [] } = options
    const flags = profileFolder ? ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`] : []
    const began = performance.now()
    const serve = [...flags, BIN, 'serve', '--data', dataFolder, '--listen', `127.0.0.1:${port}`]
    const [command, ...args] = [...under, process.execPath, ...serve]
    const child = spawn(command!, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: dirname(dataFolder),
      env: withoutSettings(),
    })
    const output: string[] = []
    child.stdout.on('data', chunk => output.push(String(chunk)))
    child.stderr.on('data', chunk => output.push(String(chunk)))
    while (!(await isReady(port))) {
      if (child.exitCode !== null || performance.now() - began > READY_WITHIN_MILLIS) {
        child.kill('SIGKILL')
        throw new Error(`the collector did not become ready:\n${output.join('')}`)
      }
      await sleep(READY_POLL_MILLIS)
    }
    return new CollectorProcess(child, options, performance.now() - began, output)
  }

  async status(): Promise<StatusAnswer> {
    const connection = await Connection.open(this.port)
    try {
      return await readStatus(connection, this.port)
    } finally {
      connection.close()
    }
  }

  /** SIGTERM, and the process has drained, sealed and gone. */
  async stop(): Promise<void> {
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    const [code] = (await gone) as [number | null]
    if (code !== 0) throw new Error(`the collector ended with ${code}:\n${this.#output.join('')}`)
  }

  /** For the way out of a run that failed. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }

  /** What the data folder holds, in bytes; not what is merely set aside in it for a full disk. */
  diskBytes(): number {
    return readdirSync(this.#dataFolder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile() && entry.name !== RESERVE)
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
  }
}

/** Nothing that a shell or a folder happens to set changes the defaults. */
function withoutSettings(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HODOSCOPE_')))
}

async function isReady(port: number): Promise<boolean> {
  try {
    const connection = await Connection.open(port)
    const { status } = await connection.request(getMessage(port, '/readyz'))
    connection.close()
    return status === 200
  } catch {
    return false
  }
}

async function readStatus(connection: Connection, port: number): Promise<StatusAnswer> {
  const { status, body } = await connection.request(getMessage(port, '/api/status'))
  if (status !== 200) throw new Error(`/api/status answered ${status}: ${body.toString()}`)
  return JSON.parse(body.toString()) as StatusAnswer
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
