/**
 * A disk that fails: system calls answered with errors by strace, on the journal's log alone. No
 * acknowledgement may rest on them, the process lives, says why it refuses, and goes on afterwards.
 */
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Random } from '../../bench/payload/random.ts'
import { ERRORS } from '../../src/model/errors.ts'
import type { StatusAnswer } from '../../src/serve/api-types.ts'
import { startCollector, type RunningCollector } from '../support/collector.ts'
import { NumberedRequests, type NumberedRequest } from '../support/numbered.ts'
import { faults, storedRecords } from './ledger.ts'
import { post } from './senders.ts'

const hasStrace = ((): boolean => {
  try {
    execFileSync('strace', ['-V'], { stdio: 'ignore' })
    return true
  } catch {
    console.warn('SKIPPED: disk errors are injected by strace, which is not installed')
    return false
  }
})()

let data: string
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'hodoscope-disk-'))
})
afterEach(() => rm(data, { recursive: true, force: true }))

/** @param when which calls on the journal's log fail, counted from the start, as strace takes it */
const failing = (calls: string, error: string, when: string): Promise<RunningCollector> =>
  startCollector(data, [], {
    under: `strace -D -f -o /dev/null -e trace=${calls} -e inject=${calls}:error=${error}:when=${when}`
      .split(' ')
      .concat('-P', join(data, 'journal.db-wal')),
  })

async function statusOf({ url }: RunningCollector): Promise<StatusAnswer> {
  return (await (await fetch(`${url}/api/status`)).json()) as StatusAnswer
}

async function sendOnce(url: string, { signal, body }: NumberedRequest): Promise<string> {
  const headers = { 'content-type': 'application/x-protobuf' }
  const answer = await fetch(`${url}/v1/${signal}`, { method: 'POST', headers, body })
  return `${answer.status} ${answer.headers.get('retry-after')} ${Buffer.from(await answer.arrayBuffer()).toString('latin1')}`
}

describe.runIf(hasStrace)('the journal on a disk that fails', () => {
  const cases: readonly [string, string, string, string][] = [
    ['fsync,fdatasync', 'EIO', '12..20', 'disk I/O error'],
    ['pwrite64', 'EIO', '40..60', 'disk I/O error'],
    ['pwrite64', 'ENOSPC', '40..60', 'full'],
    ['pwrite64', 'EROFS', '40..60', 'disk I/O error'],
  ]
  it.each(cases)(
    '%s answers %s: nothing is acknowledged meanwhile, and nothing lost or doubled',
    async (calls, error, when, told) => {
      const collector = await failing(calls, error, when)
      const requests = new NumberedRequests(new Random(6))
      const all = Array.from({ length: 40 }, () => requests.spans(3))
      const refusals: string[] = []
      for (const request of all)
        for (let tries = 0; ; tries++) {
          const answer = await sendOnce(collector.url, request)
          if (answer.startsWith('200')) break
          refusals.push(answer)
          expect(tries, `${answer}, again and again`).toBeLessThan(60)
        }
      expect(refusals.length).toBeGreaterThan(0)
      for (const refusal of refusals) {
        expect(refusal).toMatch(/^503 [1-3] /)
        expect(refusal).toContain(told)
      }
      expect((await statusOf(collector)).store.refusing).toBe(null)
      expect(await faults(collector.url, all, true)).toEqual([])
      await collector.kill()
      const again = await startCollector(data)
      expect(await faults(again.url, all, true)).toEqual([])
      expect(await storedRecords(again.url)).toEqual({ traces: 120, logs: 0 })
      await again.kill()
    },
    40_000,
  )
})

describe.runIf(hasStrace)('a disk that fails for good', () => {
  it.each([
    ['fsync,fdatasync', 'EIO', 'disk_failed'],
    ['pwrite64', 'EIO', 'disk_failed'],
    ['pwrite64', 'EROFS', 'disk_failed'],
    ['pwrite64', 'ENOSPC', 'disk_full'],
  ] as const)(
    '%s answers %s: /readyz and the status say %s, queries answer, and a new process has it all',
    async (calls, error, reason) => {
      const collector = await failing(calls, error, '40+')
      const requests = new NumberedRequests(new Random(8))
      const acknowledged: NumberedRequest[] = []
      const refused: NumberedRequest[] = []
      while (refused.length < 3) {
        const request = requests.spans(3)
        const answer = await sendOnce(collector.url, request)
        if (answer.startsWith('200')) acknowledged.push(request)
        else refused.push(request)
        expect(answer).toMatch(/^(200|503 [1-3]) /)
      }
      const ready = await fetch(`${collector.url}/readyz`)
      expect([ready.status, await ready.text()]).toEqual([
        200,
        `ready, but takes no telemetry: ${reason}. ${ERRORS[reason].hint}\n`,
      ])
      expect((await statusOf(collector)).store.refusing).toBe(reason)
      expect((await fetch(`${collector.url}/healthz`)).status).toBe(200)
      expect(await faults(collector.url, acknowledged, true)).toEqual([])
      await collector.kill()
      const again = await startCollector(data)
      expect(await faults(again.url, acknowledged, true)).toEqual([])
      // What was refused is sent again, and stored once, whether or not it had reached the disk.
      for (const request of refused) expect(await sendOnce(again.url, request)).toMatch(/^200 /)
      const all = acknowledged.length + refused.length
      expect(await storedRecords(again.url)).toEqual({ traces: all * 3, logs: 0 })
      await again.kill()
    },
    40_000,
  )
})

it('more connections than it may open files: it lives, and answers when there are fewer', async () => {
  const collector = await startCollector(data, [], { under: ['prlimit', '--nofile=64:64'] })
  const { hostname, port } = new URL(collector.url)
  const sockets: Socket[] = Array.from({ length: 100 }, () => connect(Number(port), hostname))
  for (const socket of sockets) socket.on('error', () => undefined)
  await Promise.all(sockets.map(socket => Promise.race([once(socket, 'connect'), once(socket, 'close')])))
  for (const socket of sockets) socket.destroy()
  const request = new NumberedRequests(new Random(7)).spans(5)
  expect(await post(collector.url, request)).toBe(true)
  expect(await faults(collector.url, [request], true)).toEqual([])
  expect(await collector.stop()).toBe(0)
}, 30_000)
