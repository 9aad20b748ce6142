/** Debian's Alertmanager as a receiver: it takes our alerts, and takes them as over when we say so. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { addressGuard, parseRange } from '../../src/alert/addresses.ts'
import { httpTransport } from '../../src/alert/transport.ts'
import { receiver, route, SECOND, Simulation } from './simulation.ts'

const BINARY = ['prometheus-alertmanager', 'alertmanager'].find(
  name => spawnSync(name, ['--version']).status === 0,
)

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

async function startAlertmanager(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'hodoscope-alertmanager-'))
  writeFileSync(join(folder, 'config.yml'), 'route: { receiver: none }\nreceivers: [{ name: none }]\n')
  const port = await freePort()
  const child = spawn(
    BINARY!,
    [
      `--config.file=${folder}/config.yml`,
      `--storage.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    { stdio: 'ignore' },
  )
  onTestFinished(async () => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null)
      await new Promise(resolve => child.once('exit', resolve))
    rmSync(folder, { recursive: true, force: true })
  })
  const url = `http://127.0.0.1:${port}`
  await until(async () =>
    (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok === true ? true : undefined,
  )
  return url
}

async function until<T>(what: () => Promise<T | undefined>): Promise<T> {
  for (const give = performance.now() + 30_000; ;) {
    const found = await what()
    if (found !== undefined) return found
    if (performance.now() > give) throw new Error('waited in vain')
    await wait(50)
  }
}

interface Shown {
  readonly labels: Record<string, string>
  readonly annotations: Record<string, string>
  readonly fingerprint: string
  readonly endsAt: string
}

it.skipIf(BINARY === undefined)(
  'a real Alertmanager takes alerts and their ends, and knows them by our fingerprints',
  { timeout: 60_000 },
  async () => {
    const url = await startAlertmanager()
    const sim = new Simulation({ transport: httpTransport(addressGuard([parseRange('127.0.0.1')!])) })
    onTestFinished(() => sim.end())
    // Its clock is the real one: all that we say happened a minute ago.
    sim.clock.wall = Date.now() - 60 * SECOND
    sim.routing = {
      receivers: [receiver('am', { url, format: 'alertmanager' })],
      routes: [route({ receiver: 'am', groupInterval: '1s' })],
    }
    const shown = async () => (await (await fetch(`${url}/api/v2/alerts`)).json()) as Shown[]
    sim.verdicts.set('pay', 'burning')
    await sim.pass(2 * SECOND)
    const [alert] = await until(async () => ((await shown()).length > 0 ? shown() : undefined))
    expect(alert).toMatchObject({
      labels: { alertname: 'pay', severity: 'page', slo: 'pay' },
      annotations: { value: 'x' },
    })
    const [episode] = sim.catalogue.all('episodes', 1) as readonly { fingerprint: string }[]
    expect(alert!.fingerprint).toBe(episode!.fingerprint)
    sim.verdicts.set('pay', 'calm')
    await sim.pass(20 * SECOND)
    await until(async () => ((await shown()).length === 0 ? true : undefined))
    expect(
      (sim.catalogue.all('deliveries', 1e9, 10) as readonly { state: string }[]).map(({ state }) => state),
    ).toEqual(['delivered', 'delivered'])
  },
)
