/**
 * A collector that alerts, and who it tells: the binary in a process of its own, and one HTTP server
 * that takes whatever is posted to any of its paths.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCollector, type RunningCollector } from './collector.ts'

export interface Received {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Of the wall clock, in milliseconds. */
  readonly at: number
}

/** The body that an Alertmanager would send, as far as tests look into it. */
export interface Message {
  readonly status: string
  readonly routeLabels: Readonly<Record<string, string>>
  readonly alerts: readonly {
    readonly status: string
    readonly labels: Readonly<Record<string, string>>
    readonly annotations: Readonly<Record<string, string>>
    readonly generatorURL: string
    readonly fingerprint: string
  }[]
}
export const messageOf = ({ body }: Received): Message => JSON.parse(body) as Message

export interface Hook {
  readonly url: string
  readonly received: Received[]
  close(): void
}

export async function startHook(): Promise<Hook> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', chunk => (body += String(chunk)))
    request.on('end', () => {
      const headers = request.headers as Record<string, string>
      received.push({ path: request.url ?? '', headers, body, at: Date.now() })
      response.writeHead(204).end()
    })
  })
  return {
    url: `http://127.0.0.1:${await listening(server)}`,
    received,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** @returns the port that the system chose */
export async function listening(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

export interface Alerting {
  /** Of the configuration file; the data lies in `data` beside it. */
  readonly folder: string
  readonly hook: Hook
  readonly received: readonly Received[]
  /** The one that runs: another one after each restart. */
  readonly collector: RunningCollector
  restart(): Promise<void>
  killAndStart(): Promise<void>
  end(): Promise<void>
}

interface Configuration {
  readonly alerts?: object
  readonly [section: string]: unknown
}

/** @param configure the configuration file: what is posted to below the URL of the hook is received */
export async function startAlerting(
  configure: (hookUrl: string, folder: string) => Configuration,
): Promise<Alerting> {
  const folder = mkdtempSync(join(tmpdir(), 'hodoscope-alerting-'))
  const hook = await startHook()
  const config = join(folder, 'hodoscope.yaml')
  const { alerts = {}, ...others } = configure(hook.url, folder)
  const written = { ...others, alerts: { allowedAddresses: ['127.0.0.1'], ...alerts } }
  writeFileSync(config, JSON.stringify(written))
  const start = () => startCollector(join(folder, 'data'), ['--config', config])
  let collector = await start()
  return {
    folder,
    hook,
    received: hook.received,
    get collector() {
      return collector
    },
    async restart() {
      await collector.stop()
      collector = await start()
    },
    async killAndStart() {
      await collector.kill()
      collector = await start()
    },
    async end() {
      await collector.stop()
      hook.close()
      rmSync(folder, { recursive: true })
    },
  }
}
