/** One run of a service under load: started, warmed up, measured, ended. */
import { spawn, type ChildProcess } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { cpuSeconds, rssBytes, watchRss } from '../../collector/bench/harness/process-tree.ts'
import type { LoadOrder, LoadResult } from './load.ts'

export type Variant = 'none' | 'agent' | 'stock'

export interface ServiceOrder {
  /** One of `apps/serve.cjs`. */
  readonly kind: string
  readonly variant: Variant
  /** With node_modules of all libraries. */
  readonly libraries: string
  readonly sinkPort: number
  readonly env?: Readonly<Record<string, string>>
}

const AGENT = join(import.meta.dirname, '..', 'dist', 'register.cjs')

const PRELOAD: Record<Variant, (libraries: string) => string[]> = {
  none: () => [],
  agent: () => ['--require', AGENT],
  stock: libraries => [
    '--require',
    createRequire(join(libraries, 'index.js')).resolve('@opentelemetry/auto-instrumentations-node/register'),
  ],
}

/** Detectors of clouds would look for one. */
const STOCK_ENV = { OTEL_NODE_RESOURCE_DETECTORS: 'env,host,os,process' }

export class Service {
  readonly pid: number
  readonly port: number
  /** From spawn to listening. */
  readonly startMillis: number
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, port: number, startMillis: number) {
    this.#child = child
    this.pid = child.pid!
    this.port = port
    this.startMillis = startMillis
  }

  static async start({ kind, variant, libraries, sinkPort, env }: ServiceOrder): Promise<Service> {
    const collector = `http://127.0.0.1:${sinkPort}`
    const child = spawn(
      process.execPath,
      [...PRELOAD[variant](libraries), join(import.meta.dirname, 'apps', 'serve.cjs')],
      {
        env: {
          PATH: process.env['PATH'],
          NODE_ENV: 'production',
          KIND: kind,
          LIBRARIES: libraries,
          HODOSCOPE_URL: collector,
          HODOSCOPE_QUIET: '1',
          OTEL_EXPORTER_OTLP_ENDPOINT: collector,
          OTEL_SERVICE_NAME: 'bench',
          ...(variant === 'stock' ? STOCK_ENV : {}),
          ...env,
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    const began = performance.now()
    const port = await listening(child)
    return new Service(child, port, performance.now() - began)
  }

  /** CPU of the whole process so far, seconds. */
  get cpuSeconds(): number {
    return cpuSeconds(this.pid)
  }

  get rssBytes(): number {
    return rssBytes([this.pid])
  }

  watchRss(): { stop(): number } {
    return watchRss(this.pid)
  }

  load(order: Omit<LoadOrder, 'port'>): Promise<LoadResult> {
    return load({ ...order, port: this.port })
  }

  /** Since the last call, as the service's own event loop saw it. */
  async eventLoopDelay(): Promise<{ maxMillis: number; p99Millis: number }> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/delay`)
    return (await answer.json()) as { maxMillis: number; p99Millis: number }
  }

  async stop(): Promise<void> {
    const ended = new Promise(resolve => this.#child.once('exit', resolve))
    this.#child.kill('SIGKILL')
    await ended
  }
}

/** @returns the port that a process prints */
export function listening(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout!.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const port = /listening (\d+)/.exec(text)?.[1]
      if (port !== undefined) resolve(Number(port))
    })
    child.once('exit', code => reject(new Error(`ended with ${code} before it listened`)))
  })
}

async function load(order: LoadOrder): Promise<LoadResult> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'load.ts'), JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  const code = await new Promise<number | null>(resolve => child.once('close', resolve))
  if (code !== 0) throw new Error(`the load ended with ${code}`)
  return JSON.parse(Buffer.concat(chunks).toString()) as LoadResult
}
