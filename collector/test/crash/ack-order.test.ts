/**
 * The order of the system calls, as strace saw it: a request is read, the journal's log is written,
 * its fsync begins and returns, and only then is the first byte of a 2xx written.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request as send } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Random } from '../../bench/payload/random.ts'
import { startCollector } from '../support/collector.ts'
import { NumberedRequests } from '../support/numbered.ts'

const REQUESTS = 1_000
const CALLS = 'trace=read,write,writev,pwrite64,fsync,fdatasync'

const hasStrace = ((): boolean => {
  try {
    execFileSync('strace', ['-V'], { stdio: 'ignore' })
    return true
  } catch {
    console.warn('SKIPPED: the order of acknowledgement is read from strace, which is not installed')
    return false
  }
})()

let data: string
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'hodoscope-ack-'))
})
afterEach(() => rm(data, { recursive: true, force: true }))

async function post(url: string, agent: Agent, body: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-protobuf', 'content-length': body.length }
    const outgoing = send(`${url}/v1/traces`, { method: 'POST', agent, headers }, answer => {
      answer.resume().once('end', () => resolve(answer.statusCode!))
    })
    outgoing.once('error', reject).end(body)
  })
}

interface Orders {
  readonly kept: number
  readonly broken: string[]
}

/**
 * Follows each request: its bytes are read, then the WAL is written, then an fsync that began after
 * that write returns, then the answer goes. Only one request is under way at a time.
 */
function ordersIn(trace: string): Orders {
  let time = 0
  let written = -1
  /** The last write to the WAL that an fsync, begun after it, has made durable. */
  let durable = -1
  const syncing = new Map<string, number>()
  let read = -1
  const orders: Orders & { kept: number } = { kept: 0, broken: [] }
  for (const line of trace.split('\n')) {
    time++
    const thread = line.slice(0, line.indexOf(' '))
    if (line.includes('journal.db-wal>') && line.includes('pwrite64(')) written = time
    else if (line.includes('journal.db-wal>') && /f(data)?sync\(/.test(line)) {
      if (line.includes('unfinished')) syncing.set(thread, written)
      else if (line.endsWith('= 0')) durable = written
    } else if (/f(data)?sync resumed>/.test(line)) {
      if (line.endsWith('= 0')) durable = syncing.get(thread) ?? durable
      syncing.delete(thread)
    } else if (line.includes('"POST /v1/')) read = time
    else if (line.includes('"HTTP/1.1 200') && read >= 0) {
      if (read < durable) orders.kept++
      else orders.broken.push(`read at ${read}, written at ${written}, durable to ${durable}: ${line}`)
      read = -1
    }
  }
  return orders
}

describe.runIf(hasStrace)('an acknowledgement', () => {
  it(`is sent after the journal's fsync has returned, ${REQUESTS} times of ${REQUESTS}`, async () => {
    const file = join(data, 'calls')
    const under = ['strace', '-D', '-f', '-yy', '-s', '24', '-o', file, '-e', CALLS]
    const collector = await startCollector(join(data, 'data'), [], { under })
    const requests = new NumberedRequests(new Random(4))
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    for (let i = 0; i < REQUESTS; i++)
      expect(await post(collector.url, agent, requests.spans(2).body)).toBe(200)
    agent.destroy()
    await collector.stop()
    await expect.poll(() => readFileSync(file, 'utf8')).toContain('+++ exited with 0 +++')
    expect(ordersIn(readFileSync(file, 'utf8'))).toEqual({ kept: REQUESTS, broken: [] })
  }, 90_000)

  it('that comes too early would be noticed', () => {
    const call = (text: string): string => `7 ${text}`
    const read = call('read(40<TCP:[127.0.0.1:1->127.0.0.1:2]>, "POST /v1/traces HTTP/1.1"..., 65536) = 9')
    const write = call('pwrite64(34</d/journal.db-wal>, "x"..., 4120, 0) = 4120')
    const sync = call('fsync(34</d/journal.db-wal>) = 0')
    const answer = call('write(40<TCP:[127.0.0.1:1->127.0.0.1:2]>, "HTTP/1.1 200 OK"..., 157) = 157')
    const kept = (lines: string[]): number => ordersIn(lines.join('\n')).kept
    expect(kept([read, write, sync, answer])).toBe(1)
    expect(kept([read, write, answer, sync])).toBe(0)
    expect(kept([write, sync, read, answer])).toBe(0)
    expect(kept([read, write, sync.replace('= 0', '= -1 EIO'), answer])).toBe(0)
  })
})
