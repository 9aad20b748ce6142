/**
 * Counting from the journal: live, over crashes at any point, over editions of an objective, and made
 * up from what was stored before.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeLogs, encodeSpans, spansOf } from '../../src/decode/objects.ts'
import { Backfill } from '../../src/derive/backfill.ts'
import { DerivedCounts } from '../../src/derive/consumer.ts'
import { decodeHour, encodeHour } from '../../src/derive/hour-blob.ts'
import { indicatorOf, type CountedIndicator } from '../../src/derive/indicator.ts'
import type { FromDerive, ToDerive } from '../../src/derive/messages.ts'
import { DerivedReader } from '../../src/derive/reader.ts'
import { TraceScan } from '../../src/derive/scan.ts'
import { compileSpanFilter } from '../../src/filter/evaluate.ts'
import type { LogRecord, Span } from '../../src/model/telemetry.ts'
import { unixMinute } from '../../src/model/time.ts'
import { parseSearch } from '../../src/query/search/parse.ts'
import { HOUR } from '../../src/slo/history.ts'
import { parseOpenSlo } from '../../src/slo/openslo.ts'
import type { AcknowledgedRecord } from '../../src/store/api.ts'
import { MemoryStore } from '../../src/store/memory/store.ts'
import { attrs, patient, resource, Scene } from '../conformance/scene.ts'
import { requestOf, spans as spansBatch } from '../conformance/request.ts'

const scene = new Scene(1)
const ERRORS: CountedIndicator = {
  signal: 'traces',
  event: parseSearch('service:pay kind:server'),
  good: parseSearch('-status:error'),
}
const SLOW_LOGS: CountedIndicator = {
  signal: 'logs',
  event: parseSearch('service:pay', 'logs'),
  good: parseSearch('severity<error', 'logs'),
}
const definitions = (indicators: Record<string, CountedIndicator>) =>
  new Map(Object.entries(indicators).map(([name, indicator]) => [name, JSON.stringify(indicator)]))

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hodoscope-derive-'))
  path = join(folder, 'derived.db')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** The consumer with somebody at the other end of its port. */
class Desk {
  readonly consumer: DerivedCounts
  readonly #port: MessagePort
  readonly #heard: FromDerive[] = []
  #waiting: (() => void) | undefined

  constructor(from = 0) {
    const { port1, port2 } = new MessageChannel()
    this.#port = port2
    port2.on('message', (message: FromDerive) => {
      this.#heard.push(message)
      this.#waiting?.()
    })
    this.consumer = new DerivedCounts({ path, port: port1 }, from)
  }

  /** @returns what the consumer then says that it has and lacks */
  async tell(message: ToDerive): Promise<Extract<FromDerive, { indicators: unknown }>> {
    this.#heard.length = 0
    this.#port.postMessage(message)
    for (;;) {
      const answer = this.#heard.find(heard => 'indicators' in heard)
      if (answer !== undefined) return answer
      await new Promise<void>(resolve => (this.#waiting = resolve))
    }
  }

  define(indicators: Record<string, CountedIndicator>) {
    return this.tell({ define: definitions(indicators) })
  }

  /** As a process that is killed: nothing is committed. */
  close(): void {
    this.consumer.close()
    this.#port.close()
  }
}

const record = (
  sequence: number,
  spans: readonly Span[],
  logs: readonly LogRecord[] = [],
): AcknowledgedRecord => ({
  sequence,
  received: BigInt(Date.now()) * 1_000_000n,
  traces: spans.length === 0 ? undefined : encodeSpans(spans),
  logs: logs.length === 0 ? undefined : encodeLogs(logs),
})

const served = (at: number, error = false, service = 'pay'): Span =>
  scene.span({ at, error, service, kind: 2 })

/** Good and bad by minute of the scene's day. */
function stored(objective: string): Record<string, [good: number, bad: number]> {
  const reader = new DerivedReader(path)
  const id = reader.indicators().find(row => row.objective === objective)?.id ?? -1
  const rows = reader.hours(id, 0, Number.MAX_SAFE_INTEGER).flatMap(({ hour, counts }) =>
    Array.from({ length: HOUR }, (_, minute) => {
      const name = new Date((hour * HOUR + minute) * 60_000).toISOString().slice(11, 16)
      return [name, [counts[minute]!, counts[HOUR + minute]!]] as [string, [number, number]]
    }),
  )
  reader.close()
  return Object.fromEntries(rows.filter(([, [good, bad]]) => good + bad > 0))
}

describe('an indicator', () => {
  const slo = (indicator: string) => `
apiVersion: openslo/v1
kind: SLO
metadata: { name: pay }
spec:
  service: pay
  indicator: { spec: { ${indicator} } }
  timeWindow: [{ duration: 30d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ op: lt, value: 300, target: 0.99 }]`
  const of = (indicator: string) => indicatorOf(parseOpenSlo([slo(indicator)]).slos[0]!.objectives[0]!)
  const source = (query: string, signal = 'spans') =>
    `{ metricSource: { type: Hodoscope, spec: { signal: ${signal}, query: '${query}' } } }`

  it('counts what is not bad as good', () => {
    expect(of(`ratioMetric: { bad: ${source('status:error')}, total: ${source('service:pay')} }`)).toEqual({
      signal: 'traces',
      event: parseSearch('service:pay'),
      good: { op: 'not', of: parseSearch('status:error') },
    })
  })

  it('holds a threshold against durations in milliseconds', () => {
    expect(of(`thresholdMetric: ${source('service:pay')}`)).toEqual({
      signal: 'traces',
      event: parseSearch('service:pay'),
      good: parseSearch('duration<300ms'),
    })
  })

  it('names the field and the place where its search is malformed', () => {
    expect(of(`ratioMetric: { good: ${source('status:')}, total: ${source('service:pay')} }`)).toMatchObject({
      object: 'SLO/pay',
      field: 'spec.indicator.spec.ratioMetric.good.metricSource.spec.query',
      message: expect.stringMatching(/\(at \d+\)$/),
    })
    expect(
      of(`ratioMetric: { good: ${source('name~/(/')}, total: ${source('service:pay')} }`),
    ).toHaveProperty('field')
  })
})

describe('live counting', () => {
  it('counts events by minute, for the services and kinds that are asked for', async () => {
    const desk = new Desk()
    await desk.define({ pay: ERRORS, logs: SLOW_LOGS })
    const log = (at: number, severityNumber: number) => scene.log({ at, severityNumber, service: 'pay' })
    desk.consumer.take(
      record(1, [served(0), served(30_000, true), served(0, true, 'cart'), scene.span({ service: 'pay' })]),
    )
    desk.consumer.take(record(2, [served(59_999.999_999), served(60_000)], [log(0, 9), log(120_000, 17)]))
    desk.consumer.commit()
    expect(stored('pay')).toEqual({ '00:00': [2, 1], '00:01': [1, 0] })
    expect(stored('logs')).toEqual({ '00:00': [1, 0], '00:02': [0, 1] })
    expect(desk.consumer.applied).toBe(2)
    desk.close()
  })

  it('adds late events to a minute that is counted already', async () => {
    const desk = new Desk()
    await desk.define({ pay: ERRORS })
    for (let sequence = 1; sequence <= 3; sequence++) {
      desk.consumer.take(record(sequence, [served(0)]))
      desk.consumer.commit()
    }
    expect(stored('pay')).toEqual({ '00:00': [3, 0] })
    desk.close()
  })

  it('counts each record once, whenever the process dies', async () => {
    const step = fc.constantFrom('take', 'take', 'take', 'commit', 'die')
    let died = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async steps => {
        rmSync(path, { force: true })
        let desk = new Desk()
        await desk.define({ pay: ERRORS })
        const journal: AcknowledgedRecord[] = []
        for (const each of [...steps, 'commit']) {
          if (each === 'take') {
            const next = record(journal.length + 1, [
              served(journal.length * 1_000, journal.length % 3 === 0),
            ])
            journal.push(next)
            desk.consumer.take(next)
          } else if (each === 'commit') desk.consumer.commit()
          else {
            desk.close()
            died++
            desk = new Desk()
            // The journal gives again what was not applied, and more than that.
            for (const old of journal.slice(Math.max(0, desk.consumer.applied - 2))) desk.consumer.take(old)
          }
        }
        const sum = Object.values(stored('pay')).reduce(
          ([good, bad], counts) => [good + counts[0], bad + counts[1]],
          [0, 0],
        )
        const bad = journal.filter((_, i) => i % 3 === 0).length
        expect(sum).toEqual([journal.length - bad, bad])
        desk.close()
      }),
      { numRuns: 25 },
    )
    expect(died).toBeGreaterThan(25)
  })

  it('observes the minutes in which it was alive', () => {
    const desk = new Desk()
    desk.consumer.commit()
    const reader = new DerivedReader(path)
    expect(Math.abs(reader.firstObserved! - Date.now() / 60_000)).toBeLessThan(2)
    reader.close()
    desk.close()
  })

  it('tells a reader just the hours that changed', async () => {
    const desk = new Desk()
    await desk.define({ pay: ERRORS })
    desk.consumer.take(record(1, [served(0), served(3_600_000)]))
    desk.consumer.commit()
    const reader = new DerivedReader(path)
    const first = reader.changesSince(0)
    expect(first.hours).toHaveLength(2)
    desk.consumer.take(record(2, [served(0)]))
    desk.consumer.commit()
    const second = reader.changesSince(first.revision)
    expect(second.hours.map(({ counts }) => counts[0])).toEqual([2])
    expect(reader.changesSince(second.revision).hours).toEqual([])
    reader.close()
    desk.close()
  })
})

describe('an edition of an objective', () => {
  it('begins a new generation, which lacks all that came before', async () => {
    const desk = new Desk()
    const first = await desk.define({ pay: ERRORS })
    expect(first).toMatchObject({
      indicators: [{ objective: 'pay', generation: 1, liveFrom: 0 }],
      missing: [],
    })
    desk.consumer.take(record(1, [served(0)]))
    const second = await desk.define({ pay: { ...ERRORS, good: parseSearch('duration<1ms') } })
    const id = second.indicators[0]!.id
    expect(second).toMatchObject({
      indicators: [{ objective: 'pay', generation: 2, liveFrom: 1 }],
      missing: [{ indicator: id, after: 0, upTo: 1 }],
    })
    desk.consumer.take(record(2, [served(60_000)]))
    desk.consumer.commit()
    expect(stored('pay')).toEqual({ '00:01': [0, 1] })
    desk.close()
  })

  it('that says the same changes nothing', async () => {
    const desk = new Desk()
    const first = await desk.define({ pay: ERRORS })
    expect(await desk.define({ pay: ERRORS })).toEqual(first)
    desk.close()
  })

  it('ends what is no longer wanted', async () => {
    const desk = new Desk()
    await desk.define({ pay: ERRORS, logs: SLOW_LOGS })
    expect((await desk.define({ logs: SLOW_LOGS })).indicators.map(row => row.objective)).toEqual(['logs'])
    desk.close()
  })
})

describe('what was stored before', () => {
  it('is counted from the store, once, whatever was counted live', async () => {
    const store = new MemoryStore()
    const requests = Array.from({ length: 30 }, (_, i) => [served(i * 60_000, i % 7 === 0)])
    const desk = new Desk()
    await desk.define({})
    for (const [i, spans] of requests.entries()) {
      await store.append(requestOf(spansBatch(...spans)))
      if (i === 19) await desk.define({ pay: ERRORS })
      desk.consumer.take(record(i + 1, spans))
    }
    desk.consumer.commit()
    const asked: [number, number][] = []
    let said = await desk.define({ pay: ERRORS })
    const done = new Promise<void>(resolve => {
      const backfill = new Backfill({
        countMetrics: () => Promise.reject(new Error('there are none')),
        count: async query => {
          asked.push([query.after, query.upTo])
          if (asked.length === 1) throw new Error('busy')
          // In pieces of five records, as a store with more of them answers.
          const after = Math.max(query.after, query.upTo - 5)
          return {
            ...store
              .reader()
              .snapshot()
              .minuteCounts({ ...query, after }, patient),
            reached: after,
          }
        },
        tell: message => {
          void desk.tell(message).then(answer => {
            said = answer
            backfill.heard(answer.indicators, answer.missing)
            if (answer.missing.length === 0) resolve()
            else expect(backfill.progress(answer.indicators[0]!.id)).toBeLessThan(1)
          })
        },
        pause: async () => {},
      })
      backfill.heard(said.indicators, said.missing)
    })
    await done
    // Newest first, and again what the store was too busy to answer.
    expect(asked).toEqual([
      [0, 19],
      [0, 19],
      [0, 14],
      [0, 9],
      [0, 4],
    ])
    const counts = Object.values(stored('pay'))
    expect(counts).toHaveLength(30)
    expect(counts.every(([good, bad]) => good + bad === 1)).toBe(true)
    desk.close()
  })

  it('is not counted twice when the same piece is told twice', async () => {
    const desk = new Desk()
    desk.consumer.take(record(1, []))
    const { indicators, missing } = await desk.define({ pay: ERRORS })
    const id = indicators[0]!.id
    const minutes = new Map([[id, new Map([[unixMinute(0), { good: 5, bad: 1 }]])]])
    await desk.tell({ fill: { piece: missing[0]!, reached: 0, minutes } })
    await desk.tell({ fill: { piece: missing[0]!, reached: 0, minutes } })
    expect(stored('pay')).toEqual({ '00:00': [5, 1] })
    desk.close()
  })

  it('is lacked by all when records were never given', async () => {
    const desk = new Desk()
    await desk.define({ pay: ERRORS })
    desk.consumer.take(record(1, [served(0)]))
    desk.consumer.take(record(5, [served(0)]))
    desk.consumer.commit()
    const { missing } = await desk.define({ pay: ERRORS })
    expect(missing).toMatchObject([{ after: 1, upTo: 4 }])
    desk.close()
  })

  it('is lacked by all when the file was damaged, which is put aside', async () => {
    writeFileSync(path, 'no database at all '.repeat(100))
    const desk = new Desk(7)
    expect(existsSync(`${path}.quarantine`)).toBe(true)
    expect(desk.consumer.applied).toBe(7)
    expect((await desk.define({ pay: ERRORS })).missing).toMatchObject([{ after: 0, upTo: 7 }])
    desk.close()
  })
})

describe('a span in its bytes', () => {
  const queries = [
    'status:error',
    'kind:server duration>5ms',
    'name:work root:true',
    'http.route:/pay statusMessage:boom',
    'parentId:0000000100000001 OR team:blue',
    '"boom" OR traceId:' + scene.traceId(1),
  ].map(query => compileSpanFilter(parseSearch(query)))
  const sketch = fc.record({
    at: fc.integer({ min: 0, max: 86_000_000 }),
    lasts: fc.integer({ min: 0, max: 10 }),
    kind: fc.constantFrom(0, 1, 2, 3, 4, 5),
    name: fc.constantFrom('work', 'pay ☂', ''),
    parent: fc.option(fc.constant(1), { nil: undefined }),
    status: fc.record({
      code: fc.constantFrom(0, 1, 2),
      message: fc.constantFrom('', 'boom'),
    }),
    route: fc.constantFrom('/pay', '/cart'),
    service: fc.constantFrom('pay', 'cart'),
  })

  it('answers every filter as the span does that is made of them', () => {
    fc.assert(
      fc.property(fc.array(sketch, { minLength: 1, maxLength: 6 }), sketches => {
        const spans = sketches.map(({ parent, route, service, ...rest }) =>
          scene.span({
            ...rest,
            ...(parent === undefined ? {} : { parent }),
            attributes: attrs('http.route', route),
            resource: resource(service, attrs('team', 'blue')),
          }),
        )
        const body = encodeSpans(spans)
        const seen: unknown[] = []
        new TraceScan([
          {
            enter: () => true,
            span: view =>
              seen.push([view.minute, view.name, view.kind, ...queries.map(matches => matches(view))]),
          },
        ]).walk(body)
        const expected = [...spansOf(body)].map(span => [
          Number(span.startTimeUnixNano / 60_000_000_000n),
          span.name,
          span.kind,
          ...queries.map(matches => matches(span)),
        ])
        expect(seen).toEqual(expected)
      }),
      { numRuns: 300 },
    )
  })

  it('of a resource that nobody wants is not read', () => {
    let read = 0
    const asked: string[] = []
    const scan = new TraceScan([
      {
        enter: service => {
          asked.push(service)
          return service === 'pay'
        },
        span: () => read++,
      },
    ])
    scan.walk(encodeSpans([served(0), served(1, false, 'cart'), served(2)]))
    expect(asked).toEqual(['pay', 'cart', 'pay'])
    expect(read).toBe(2)
  })
})

describe('the bytes of an hour', () => {
  it('are its counts again, however large', () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeNat(), { minLength: 2 * HOUR, maxLength: 2 * HOUR }), numbers => {
        expect(decodeHour(encodeHour(Float64Array.from(numbers)))).toEqual(Float64Array.from(numbers))
      }),
      { numRuns: 50 },
    )
  })

  it('are 120 for an hour without events', () => {
    expect(encodeHour(new Float64Array(2 * HOUR))).toHaveLength(120)
  })

  it.each([[Buffer.alloc(119)], [Buffer.alloc(121)], [Buffer.alloc(120, 0x80)]])(
    'are refused when they are no hour',
    bytes => {
      expect(() => decodeHour(bytes)).toThrow(RangeError)
    },
  )
})
