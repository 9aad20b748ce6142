/** The overview, from spans that were counted as they came. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeSpans } from '../../src/decode/objects.ts'
import { DerivedCounts } from '../../src/derive/consumer.ts'
import type { Span } from '../../src/model/telemetry.ts'
import { unixMillis, type UnixMillis } from '../../src/model/time.ts'
import { runJob } from '../../src/query/jobs.ts'
import type { OverviewAnswer } from '../../src/query/answers/index.ts'
import { MemoryStore } from '../../src/store/memory/store.ts'
import { attrs, patient, resource, Scene } from '../conformance/scene.ts'

const HOUR = 3_600_000
const scene = new Scene(1)
const dayBegins = Number(scene.at(0) / 1_000_000n)
const now = unixMillis(dayBegins + 12 * HOUR)

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hodoscope-overview-'))
  path = join(folder, 'derived.db')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** @param from of the journal at which counting begins */
function count(spans: readonly Span[], from = 0): void {
  const { port1, port2 } = new MessageChannel()
  const consumer = new DerivedCounts({ path, port: port1 }, from)
  const received = BigInt(now) * 1_000_000n
  consumer.take({ sequence: from + 1, received, traces: encodeSpans(spans), logs: undefined })
  consumer.commit()
  consumer.close()
  port2.close()
}

/** Hours of the scene's day. */
function ask(from: number, to: number, at: UnixMillis = now): OverviewAnswer {
  const snapshot = new MemoryStore().reader().snapshot()
  const range = scene.range(from * HOUR, to * HOUR)
  return runJob('overview', snapshot, { range, now: at }, patient, () => 0, path) as OverviewAnswer
}

/** A request each minute from one hour to another. */
function requests(
  service: string,
  [from, to]: readonly [number, number],
  sketch: (i: number) => object = () => ({}),
): Span[] {
  return Array.from({ length: (to - from) * 60 }, (_, i) =>
    scene.span({ service, kind: 2, parent: 9, at: from * HOUR + i * 60_000, lasts: 8.192, ...sketch(i) }),
  )
}

const row = ({ services }: OverviewAnswer, name: string) => services.find(({ service }) => service === name)

describe('a service', () => {
  it('is told by the requests that enter it', () => {
    count([
      ...requests('pay', [10, 11], i => ({ error: i % 4 === 0 })),
      ...requests('pay', [10, 11], () => ({ kind: 3, lasts: 900 })),
    ])
    const answer = ask(10, 11)
    expect(answer).toMatchObject({
      fromUnixNano: String(scene.at(10 * HOUR)),
      toUnixNano: String(scene.at(11 * HOUR)),
      stepSeconds: 60,
      uncountedRequests: 0,
    })
    expect(row(answer, 'pay')).toMatchObject({
      requestCount: 60,
      errorCount: 15,
      rate: 60 / 3_600,
      errorRatio: 0.25,
      lastDeploy: null,
    })
    // The bucket of 8.192 ms reaches from 7.86 ms; half of those in it lie below its middle.
    for (const quantile of ['p50Nano', 'p95Nano', 'p99Nano'] as const)
      expect(row(answer, 'pay')![quantile]! / 8.192e6).toBeCloseTo(1, 0)
  })

  it('has a line that adds up to what it is', () => {
    count(requests('pay', [8, 11], i => ({ error: i >= 120 })))
    const answer = ask(8, 11)
    const { lines, requestCount, errorCount } = row(answer, 'pay')!
    expect(answer.stepSeconds).toBe(120)
    expect(lines.rate).toHaveLength(90)
    expect(Math.round(lines.rate.reduce((sum, rate) => sum + rate * 120, 0))).toBe(requestCount)
    expect(lines.errorRatio.filter(ratio => ratio === 1)).toHaveLength(30)
    expect([requestCount, errorCount]).toEqual([180, 60])
  })

  it('without requests in a step has no quantile there', () => {
    count(requests('pay', [10, 11]))
    const { lines } = row(ask(10, 12), 'pay')!
    expect([lines.rate.at(-1), lines.errorRatio.at(-1), lines.p95Nano.at(-1)]).toEqual([0, null, null])
  })

  it('says how it was in as long a time before', () => {
    count([...requests('pay', [9, 10], i => ({ error: i < 6 })), ...requests('pay', [10, 11])])
    expect(row(ask(10, 11), 'pay')!.before).toMatchObject({ rate: 60 / 3_600, errorRatio: 0.1 })
    expect(row(ask(9, 10), 'pay')!.before).toEqual({
      rate: 0,
      errorRatio: null,
      p50Nano: null,
      p95Nano: null,
      p99Nano: null,
    })
  })

  it('has its rate from the first request of any service on, and not beyond the present', () => {
    count([...requests('pay', [11, 12]), ...requests('cart', [11.5, 12])])
    const answer = ask(8, 13, unixMillis(dayBegins + 12 * HOUR))
    expect(row(answer, 'pay')!.rate).toBe(60 / 3_600)
    expect(row(answer, 'cart')!.rate).toBe(30 / 3_600)
    const [last] = row(ask(11, 12, unixMillis(dayBegins + 11 * HOUR + 20_000)), 'pay')!.lines.rate
    expect(last).toBeCloseTo(1 / 20, 8)
  })

  it('names the version that last replaced another, and none where nothing was replaced', () => {
    const version = (name: string) => () => ({ resource: resource('pay', attrs('service.version', name)) })
    count([
      ...requests('pay', [8, 9], version('1.0')),
      ...requests('pay', [9, 11], version('1.1')),
      ...requests('cart', [9, 10]),
    ])
    expect(row(ask(10, 11), 'pay')!.lastDeploy).toEqual({
      version: '1.1',
      timeUnixNano: String(scene.at(9 * HOUR)),
    })
    expect(row(ask(8, 9), 'pay')!.lastDeploy).toBeNull()
    expect(row(ask(9, 10), 'cart')!.lastDeploy).toBeNull()
  })
})

describe('the order', () => {
  it('begins with what changed most', () => {
    const before = (service: string) => requests(service, [9, 10])
    count([
      ...before('steady'),
      ...requests('steady', [10, 11]),
      ...before('slow'),
      ...requests('slow', [10, 11], () => ({ lasts: 40 })),
      ...before('failing'),
      ...requests('failing', [10, 11], () => ({ error: true })),
      ...before('busier'),
      ...requests('busier', [10, 11]),
      ...requests('busier', [10, 11]),
    ])
    const answer = ask(10, 11)
    expect(answer.services.map(({ service }) => service)).toEqual(['failing', 'slow', 'busier', 'steady'])
    expect(row(answer, 'steady')!.change.amount).toBe(0)
    expect(row(answer, 'busier')!.change).toEqual({ of: 'rate', amount: 1 / 3 })
    expect(row(answer, 'slow')!.change.of).toBe('duration')
    // All of 60 against none of 60: eleven standard deviations.
    expect(row(answer, 'failing')!.change.of).toBe('errors')
    expect(row(answer, 'failing')!.change.amount).toBeCloseTo(Math.sqrt(120) / 3, 10)
  })

  it('says nothing of a change where there is too little to tell', () => {
    count([
      ...requests('rare', [9, 10]).slice(0, 5),
      ...requests('rare', [10, 11], () => ({ lasts: 4_000 })).slice(0, 5),
    ])
    expect(row(ask(10, 11), 'rare')!.change.amount).toBe(0)
  })
})

describe('a range', () => {
  it('of days is read by the hour, and says so', () => {
    count(requests('pay', [0, 11]))
    const answer = ask(-60, 11.5)
    expect([answer.stepSeconds, answer.toUnixNano]).toEqual([3_600, String(scene.at(12 * HOUR))])
    expect(row(answer, 'pay')!.requestCount).toBe(660)
  })

  it('from which minutes are not kept any more is read by the hour', () => {
    count(requests('pay', [10, 11]))
    const later = unixMillis(now + 20 * 24 * HOUR)
    expect(ask(10, 12, later).stepSeconds).toBe(3_600)
    expect(row(ask(10, 12, later), 'pay')!.requestCount).toBe(60)
  })

  it('says of how many requests nothing was counted', () => {
    count(requests('pay', [10, 11]), 7)
    expect(ask(10, 11).uncountedRequests).toBe(7)
  })
})
