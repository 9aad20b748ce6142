/**
 * `kill -9` at every place around a transition and its sending (A2): no transition is lost, and a
 * death costs at most one message sent twice, under the same id and with the same body.
 *
 * ALERT_KILLS says how many deaths; 200 takes some minutes.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Random } from '../../bench/payload/random.ts'
import { AlertCatalogue } from '../../src/alert/catalogue.ts'
import { ALERT_FAIL_POINTS } from '../../src/durable/fail-point.ts'

const ENTRY = join(import.meta.dirname, 'dying-engine.ts')
const KILLS = Number(process.env['ALERT_KILLS'] ?? 18)
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
const random = new Random(seed)

interface Received {
  readonly id: string
  readonly body: string
  /** Which death came before it. */
  readonly life: number
}

let folder: string
let hook: Server
let life = 0
const received: Received[] = []

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hodoscope-alert-kill-'))
  hook = createServer((request, response) => {
    let body = ''
    request.on('data', chunk => (body += String(chunk)))
    request.on('end', () => {
      received.push({ id: String(request.headers['webhook-id']), body, life })
      response.writeHead(200).end()
    })
  })
  await new Promise<void>(resolve => hook.listen(0, '127.0.0.1', resolve))
})
afterEach(() => {
  hook.closeAllConnections()
  hook.close()
  rmSync(folder, { recursive: true, force: true })
})

const nameOf = ({ labels }: { readonly labels: string }): string =>
  (JSON.parse(labels) as { alertname: string }).alertname

const burningFile = (): string => join(folder, 'burning')

function start(failPoint = ''): ChildProcess {
  const { port } = hook.address() as AddressInfo
  const environment = { ...process.env, HODOSCOPE_FAILPOINT: failPoint }
  const args = [ENTRY, join(folder, 'catalogue.db'), `http://127.0.0.1:${port}/`, burningFile()]
  return spawn(process.execPath, args, { env: environment, stdio: ['ignore', 'ignore', 'inherit'] })
}

interface Message {
  readonly alerts: readonly { readonly status: string; readonly labels: { readonly alertname: string } }[]
}
const statesOf = (name: string): string[] => {
  const seen = new Set<string>()
  return received.flatMap(({ id, body }) => {
    if (seen.has(id)) return []
    seen.add(id)
    return (JSON.parse(body) as Message).alerts
      .filter(({ labels }) => labels.alertname === name)
      .map(({ status }) => status)
  })
}

async function until(what: () => boolean, why: string): Promise<void> {
  for (const give = performance.now() + 30_000; !what();) {
    if (performance.now() > give) throw new Error(`${why}; received ${JSON.stringify(received.slice(-5))}`)
    await wait(5)
  }
}

it(
  `killed ${KILLS} times, loses no transition and sends at most one message twice a death (SEED=${seed})`,
  { timeout: 30_000 + KILLS * 3_000 },
  async () => {
    let names: string[] = []
    for (let kill = 0; kill < KILLS; kill++) {
      life = kill
      // A new alert fires, and an older one ends.
      if (names.length > 2) names.splice(random.below(names.length), 1)
      names = [...names, `alert${kill}`]
      writeFileSync(burningFile(), names.join('\n'))
      const child = start(ALERT_FAIL_POINTS[kill % ALERT_FAIL_POINTS.length])
      await once(child, 'exit')
      expect(child.signalCode).toBe('SIGKILL')
    }
    life = KILLS
    const last = start()
    const catalogue = new AlertCatalogue(join(folder, 'catalogue.db'))
    const isTold = (): boolean => {
      const episodes = catalogue.all('episodes', 1e6) as readonly { labels: string; endsAt: number | null }[]
      const firing = episodes.filter(({ endsAt }) => endsAt === null).map(nameOf)
      return (
        firing.toSorted().join() === names.toSorted().join() &&
        episodes.every(
          episode => statesOf(nameOf(episode)).at(-1) === (episode.endsAt === null ? 'firing' : 'resolved'),
        )
      )
    }
    try {
      await until(isTold, 'a transition was lost')
    } finally {
      catalogue.close()
      last.kill('SIGKILL')
      await once(last, 'exit')
    }
    // An end is never told before its beginning; one that nobody could be told of in time is told with its end.
    for (let kill = 0; kill < KILLS; kill++)
      expect(['firing', 'firing,resolved', 'resolved', '']).toContain(statesOf(`alert${kill}`).join())
    const byId = Map.groupBy(received, ({ id }) => id)
    const doubled = [...byId.values()].filter(copies => copies.length > 1)
    for (const copies of byId.values()) expect(new Set(copies.map(({ body }) => body)).size).toBe(1)
    const extra = doubled.flatMap(copies => copies.slice(1)).map(copy => copy.life)
    // A message comes again only after a death, and no death brings back two.
    for (const [after, again] of Map.groupBy(extra, each => each))
      expect([after, again.length <= 1]).toEqual([after, true])
  },
)
