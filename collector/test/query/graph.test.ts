/** The service graph, from spans that were paired and counted as they came. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeSpans } from '../../src/decode/objects.ts'
import { DerivedCounts } from '../../src/derive/consumer.ts'
import type { Span } from '../../src/model/telemetry.ts'
import { unixMillis } from '../../src/model/time.ts'
import type { GraphAnswer } from '../../src/query/answers/index.ts'
import { runJob } from '../../src/query/jobs.ts'
import { MemoryStore } from '../../src/store/memory/store.ts'
import { attrs, patient, Scene } from '../conformance/scene.ts'

const HOUR = 3_600_000
const scene = new Scene(1)
const now = unixMillis(Number(scene.at(12 * HOUR) / 1_000_000n))

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hodoscope-graph-'))
  path = join(folder, 'derived.db')
})
afterEach(() => rmSync(folder, { recursive: true }))

function count(spans: readonly Span[]): void {
  const { port1, port2 } = new MessageChannel()
  const consumer = new DerivedCounts({ path, port: port1 }, 0)
  consumer.take({ sequence: 1, received: scene.at(12 * HOUR), traces: encodeSpans(spans), logs: undefined })
  consumer.commit()
  consumer.close()
  port2.close()
}

/** Hours of the scene's day. */
function ask(from: number, to: number, service?: string): GraphAnswer {
  const snapshot = new MemoryStore().reader().snapshot()
  const params = { range: scene.range(from * HOUR, to * HOUR), now, service }
  return runJob('graph', snapshot, params, patient, () => 0, path) as GraphAnswer
}

/** A request of a user to `shop`, which calls `pay`, which asks its database. */
function request(trace: number, at: number, paysWithError = false): Span[] {
  const of = { trace, at }
  const sql = attrs('db.system.name', 'postgresql', 'db.namespace', 'pay')
  return [
    scene.span({ ...of, id: 1, service: 'shop', kind: 2, lasts: 40 }),
    scene.span({ ...of, id: 2, parent: 1, service: 'shop', kind: 3, lasts: 16.384 }),
    scene.span({ ...of, id: 3, parent: 2, service: 'pay', kind: 2, lasts: 8.192, error: paysWithError }),
    scene.span({ ...of, id: 4, parent: 3, service: 'pay', kind: 3, lasts: 1, attributes: sql }),
  ]
}

const anHour = (from: number) =>
  Array.from({ length: 60 }, (_, i) => request(from * 60 + i, from * HOUR + i * 60_000, i % 4 === 0)).flat()

describe('the graph', () => {
  it('has a node for each that calls or is called, and an edge for each two of them', () => {
    count(anHour(10))
    const { nodes, edges, ...answer } = ask(10, 11)
    expect(answer).toMatchObject({ fromUnixNano: String(scene.at(10 * HOUR)), uncountedRequests: 0 })
    expect(nodes.map(({ id, requestCount, errorCount }) => [id, requestCount, errorCount])).toEqual([
      ['database:postgresql/pay', 60, 0],
      ['service:pay', 60, 15],
      ['service:shop', 60, 0],
      ['user:user', 60, 0],
    ])
    expect(
      edges.map(({ client, server, callCount, errorCount }) => [client, server, callCount, errorCount]),
    ).toEqual([
      ['service:pay', 'database:postgresql/pay', 60, 0],
      ['service:shop', 'service:pay', 60, 15],
      ['user:user', 'service:shop', 60, 0],
    ])
  })

  it('tells rates over the range, and durations as the client sees them', () => {
    count(anHour(10))
    const shopToPay = ask(10, 11).edges.find(({ client }) => client === 'service:shop')!
    expect(shopToPay).toMatchObject({ rate: 60 / 3_600, errorRatio: 0.25, via: 'call' })
    // Within the width of a bucket: an eighth.
    for (const quantile of ['p50Nano', 'p95Nano', 'p99Nano'] as const)
      expect(Math.abs(shopToPay[quantile]! / 16.384e6 - 1)).toBeLessThanOrEqual(1 / 8)
  })

  it('holds what lies in the range, by the minute or by the hour', () => {
    count([...anHour(2), ...anHour(10)])
    expect(ask(10, 10.5).edges.map(({ callCount }) => callCount)).toEqual([30, 30, 30])
    expect(ask(-60, 11).edges.map(({ callCount }) => callCount)).toEqual([120, 120, 120])
    expect(ask(5, 6)).toMatchObject({ nodes: [], edges: [] })
  })

  it('of one service holds what it calls and what calls it', () => {
    count(anHour(10))
    const { nodes, edges } = ask(10, 11, 'shop')
    expect(nodes.map(({ id }) => id)).toEqual(['service:pay', 'service:shop', 'user:user'])
    expect(edges.map(({ server }) => server)).toEqual(['service:pay', 'service:shop'])
    expect(ask(10, 11, 'nobody')).toMatchObject({ nodes: [], edges: [] })
  })
})
