/** A service by itself, from spans that were counted as they came. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { encodeSpans } from '../../src/decode/objects.ts'
import { DerivedCounts } from '../../src/derive/consumer.ts'
import { unixMillis } from '../../src/model/time.ts'
import type { ServiceAnswer } from '../../src/query/answers/index.ts'
import { runJob } from '../../src/query/jobs.ts'
import { MemoryStore } from '../../src/store/memory/store.ts'
import { attrs, patient, resource, Scene, type SpanSketch } from '../conformance/scene.ts'

const HOUR = 3_600_000
const scene = new Scene(1)
const now = unixMillis(Number(scene.at(12 * HOUR) / 1_000_000n))

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hodoscope-service-'))
  path = join(folder, 'derived.db')
  count()
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A request each minute from ten to twelve; from eleven on by another version, with a query for each. */
function count(): void {
  const minutes = Array.from({ length: 120 }, (_, i) => i)
  const pay = (i: number, sketch: SpanSketch) =>
    scene.span({
      at: 10 * HOUR + i * 60_000,
      resource: resource('pay', attrs('service.version', i < 60 ? '1' : '2')),
      ...sketch,
    })
  const spans = [
    ...minutes.map(i => pay(i, { kind: 2, parent: 9, name: 'POST /pay', error: i >= 60 && i % 4 === 0 })),
    ...minutes
      .slice(60)
      .flatMap(i => [
        pay(i, { kind: 3, parent: 9, name: 'SELECT' }),
        pay(i, { kind: 3, parent: 9, name: 'SELECT' }),
      ]),
    scene.span({ service: 'cart', at: 11 * HOUR }),
  ]
  const { port1, port2 } = new MessageChannel()
  const consumer = new DerivedCounts({ path, port: port1 }, 0)
  consumer.take({ sequence: 1, received: scene.at(12 * HOUR), traces: encodeSpans(spans), logs: undefined })
  consumer.commit()
  consumer.close()
  port2.close()
}

const ask = (service: string, from: number, to: number): ServiceAnswer => {
  const snapshot = new MemoryStore().reader().snapshot()
  const params = { service, range: scene.range(from * HOUR, to * HOUR), now }
  return runJob('service', snapshot, params, patient, () => 0, path) as ServiceAnswer
}

it('tells the requests that enter it, and how they were before', () => {
  const { entry, stepSeconds } = ask('pay', 11, 12)
  expect(entry).toMatchObject({
    requestCount: 60,
    errorCount: 15,
    rate: 60 / 3_600,
    before: { rate: 60 / 3_600, errorRatio: 0 },
    change: { of: 'errors' },
  })
  expect([stepSeconds, entry!.lines.rate.length]).toEqual([60, 60])
})

it('tells each operation, those where requests enter first', () => {
  expect(ask('pay', 11, 12).operations).toMatchObject([
    { name: 'POST /pay', kind: 'server', requestCount: 60, errorCount: 15, before: { errorRatio: 0 } },
    { name: 'SELECT', kind: 'client', requestCount: 120, errorCount: 0, before: { rate: 0 } },
  ])
})

it('tells its deploys up to the end of the range', () => {
  const deploy = { version: '2', timeUnixNano: String(scene.at(11 * HOUR)) }
  expect(ask('pay', 11, 12).deploys).toEqual([deploy])
  expect(ask('pay', 10, 11).deploys).toEqual([])
})

it('has nothing where nothing came, and is not found where nothing ever did', () => {
  expect(ask('pay', 2, 3)).toMatchObject({ entry: null, operations: [] })
  expect(() => ask('nobody', 11, 12)).toThrow('No span came')
})
