/**
 * Rate, errors and duration counted from the journal, held to what one gets by counting the same spans
 * in the simplest way: over crashes at any point, late spans, and stretches that were folded.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeSpans } from '../../src/decode/objects.ts'
import { DerivedCounts } from '../../src/derive/consumer.ts'
import { OTHER_OPERATIONS } from '../../src/derive/counted-service.ts'
import { OperationCounting, OTHER_SERVICES } from '../../src/derive/operation-counting.ts'
import { TraceScan } from '../../src/derive/scan.ts'
import { BUCKETS, bucketOf } from '../../src/model/duration-buckets.ts'
import { serviceName, type Span, type SpanKind, type StatusCode } from '../../src/model/telemetry.ts'
import { between, unixNano } from '../../src/model/time.ts'
import { BY_HOUR, BY_MINUTE, MINUTES, type Grain } from '../../src/red/keys.ts'
import { RedReader, type RedQuery } from '../../src/red/reader.ts'
import type { AcknowledgedRecord } from '../../src/store/api.ts'
import { attrs, resource, Scene } from '../conformance/scene.ts'

const scene = new Scene(1)
const DAY_BEGINS = Number(scene.at(0) / 60_000_000_000n)
const HOUR = 3_600_000
const millisAt = (millis: number): number => DAY_BEGINS * 60_000 + millis
const SEED = Number(process.env['SEED'] ?? Date.now() % 1e9)

let folder: string
let path: string
let open: { readonly consumer: DerivedCounts; close(): void }[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hodoscope-red-'))
  path = join(folder, 'derived.db')
  open = []
})
afterEach(() => {
  for (const each of open) each.close()
  rmSync(folder, { recursive: true })
})

/** As a process that opens it; to close it without a commit is to be killed. */
function begin(from = 0) {
  const { port1, port2 } = new MessageChannel()
  const consumer = new DerivedCounts({ path, port: port1 }, from)
  const opened = {
    consumer,
    close: () => {
      consumer.close()
      port2.close()
    },
  }
  open.push(opened)
  return opened
}

const record = (sequence: number, spans: readonly Span[]): AcknowledgedRecord => ({
  sequence,
  received: scene.at(0),
  traces: encodeSpans(spans),
  logs: undefined,
})

type Counted = Record<string, { count: number; sum: number; buckets: number[] }>

function add(to: Counted, key: string, count: number, sum: number, bucket: number): void {
  const known = (to[key] ??= { count: 0, sum: 0, buckets: new Array<number>(BUCKETS).fill(0) })
  known.count += count
  known.sum += sum
  known.buckets[bucket]! += count
}

/** What the file says, by operation, status and slice. */
function stored(query: Partial<RedQuery> & { grain: Grain }): Counted {
  const reader = new RedReader(path)
  const range = { from: DAY_BEGINS - 1_440, to: DAY_BEGINS + 2 * 1_440, of: 'operations' as const }
  const counted: Counted = {}
  reader.each({ ...range, ...query }, ({ service, name, kind }, status, minute, cell) => {
    const key = JSON.stringify([service, name, kind, status, minute - DAY_BEGINS])
    for (let i = 0; i < cell.size; i++)
      add(counted, key, cell.counts[i]!, i === 0 ? cell.sum : 0, cell.buckets[i]!)
  })
  reader.close()
  return counted
}

function bruteForce(spans: readonly Span[], grain: Grain, whole: boolean): Counted {
  const counted: Counted = {}
  for (const span of spans) {
    const isEntry = span.kind === 2 || span.kind === 5 || span.parentSpanId === ''
    if (whole && !isEntry) continue
    const service = serviceName(span.resource)
    const minute = Number(span.startTimeUnixNano / 60_000_000_000n)
    const slice = minute - (minute % grain.minutes) - DAY_BEGINS
    const key = JSON.stringify([
      service,
      whole ? '' : span.name,
      whole ? -1 : span.kind,
      span.status.code,
      slice,
    ])
    const duration = between(span.startTimeUnixNano, span.endTimeUnixNano)
    add(counted, key, 1, duration, bucketOf(duration))
  }
  return counted
}

const span = fc
  .record({
    service: fc.constantFrom('pay', 'cart', 'käse'),
    name: fc.constantFrom('GET /', 'POST /pay', 'größe'),
    kind: fc.integer({ min: 0, max: 5 }) as fc.Arbitrary<SpanKind>,
    status: fc.integer({ min: 0, max: 2 }) as fc.Arbitrary<StatusCode>,
    at: fc.oneof(fc.integer({ min: 0, max: 3 * HOUR }), fc.constantFrom(0, 59_999, 60_000, HOUR - 1, HOUR)),
    lasts: fc.oneof(fc.integer({ min: -5, max: 5_000 }), fc.constantFrom(0, 0.001, 4_000_000)),
    parent: fc.option(fc.integer({ min: 100, max: 120 }), { nil: undefined }),
  })
  .map(({ status, parent, ...sketch }) =>
    scene.span({ ...sketch, status: { code: status, message: '' }, ...(parent !== undefined && { parent }) }),
  )

describe('operations', () => {
  it(`are counted as by hand, over crashes and folds (SEED=${SEED})`, () => {
    let died = 0
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.array(span, { minLength: 1, maxLength: 6 }) },
      { weight: 3, arbitrary: fc.constant('commit' as const) },
      { weight: 1, arbitrary: fc.constant('die' as const) },
    )
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), steps => {
        rmSync(path, { force: true })
        for (const beside of ['-wal', '-shm']) rmSync(path + beside, { force: true })
        const journal: AcknowledgedRecord[] = []
        const all: Span[] = []
        let process = begin()
        for (const each of [...steps, 'die' as const, 'commit' as const])
          if (each === 'commit') process.consumer.commit()
          else if (each === 'die') {
            process.close()
            died++
            process = begin()
            // The journal gives again what was not applied, and more than that.
            for (const old of journal.slice(Math.max(0, process.consumer.applied - 2)))
              process.consumer.take(old)
          } else {
            all.push(...each)
            journal.push(record(journal.length + 1, each))
            process.consumer.take(journal.at(-1)!)
          }
        process.close()
        for (const grain of [BY_MINUTE, BY_HOUR])
          for (const of of ['operations', 'services'] as const)
            expect(stored({ grain, of })).toEqual(bruteForce(all, grain, of === 'services'))
      }),
      { numRuns: 40, seed: SEED },
    )
    expect(died).toBeGreaterThan(60)
  })

  it('are the same before and after they are folded', () => {
    const { consumer } = begin()
    const all: Span[] = []
    for (let i = 0; i < 250; i++) {
      const spans = [
        scene.span({ service: 'pay', at: i * 7_919, lasts: i % 40, error: i % 9 === 0, kind: 2 }),
        scene.span({ service: 'cart', at: (i % 5) * HOUR, lasts: i, parent: 3 }),
      ]
      all.push(...spans)
      consumer.take(record(i + 1, spans))
      consumer.commit()
      if (i % 50 === 30)
        for (const grain of [BY_MINUTE, BY_HOUR])
          expect(stored({ grain })).toEqual(bruteForce(all, grain, false))
    }
    expect(stored({ grain: BY_HOUR, of: 'services' })).toEqual(bruteForce(all, BY_HOUR, true))
  })

  it('are asked for by service and range', () => {
    const { consumer } = begin()
    const spans = [0, 1, 2].flatMap(hour =>
      ['pay', 'cart'].map(service => scene.span({ service, at: hour * HOUR + 60_000, lasts: 3 })),
    )
    consumer.take(record(1, spans))
    consumer.commit()
    const middle = { from: DAY_BEGINS + 60, to: DAY_BEGINS + 120, service: 'pay' }
    const only = bruteForce([spans[2]!], BY_MINUTE, false)
    expect(stored({ grain: BY_MINUTE, ...middle })).toEqual(only)
    expect(Object.keys(stored({ grain: BY_HOUR, ...middle }))).toHaveLength(1)
  })

  it('that start before counts are kept, or a day after they came, are told and not counted', () => {
    const { consumer } = begin()
    const KEPT = 395 * 24 * HOUR
    const at = (millis: number) => scene.span({ service: 'pay', at: millis, lasts: 5 })
    const within = [at(-KEPT), at(24 * HOUR)]
    consumer.take(record(1, [...within, at(-KEPT - 1), at(25 * HOUR)]))
    consumer.take(
      record(2, [
        scene.span({ startTimeUnixNano: unixNano(0n) }),
        scene.span({ startTimeUnixNano: unixNano(2n ** 64n - 1n) }),
      ]),
    )
    consumer.commit()
    consumer.settle()
    const reader = new RedReader(path)
    expect(reader.reached).toEqual({ received: scene.at(0), outOfTime: 4 })
    reader.close()
    const always = { from: 0, to: MINUTES }
    expect(stored({ grain: BY_HOUR, ...always })).toEqual(bruteForce(within, BY_HOUR, false))
    expect(stored({ grain: BY_MINUTE, ...always })).toEqual(bruteForce([within[1]!], BY_MINUTE, false))
  })

  it('of hundreds of thousands of minutes are stored before they fill the memory', () => {
    const { consumer } = begin()
    const spans = (first: number) =>
      Array.from({ length: 2_000 }, (_, i) => scene.span({ at: -(first + i) * 60_000, parent: 1 }))
    for (let sequence = 1; sequence <= 26; sequence++) {
      consumer.take(record(sequence, spans(sequence * 2_000)))
      expect(consumer.applied).toBe(sequence < 25 ? 0 : 25)
    }
  })

  it('tell the versions of their service, each with the time of its first span', () => {
    const { consumer } = begin()
    const of = (version: string, at: number) =>
      scene.span({ at, resource: resource('pay', attrs('service.version', version)) })
    consumer.take(record(1, [of('1.0', 2 * HOUR), of('1.1', 3 * HOUR)]))
    consumer.commit()
    consumer.take(record(2, [of('1.1', HOUR + 42), of('1.0', 3 * HOUR), scene.span({ service: 'cart' })]))
    consumer.commit()
    const reader = new RedReader(path)
    expect(reader.versions()).toEqual([
      { service: 'pay', version: '1.1', first: millisAt(HOUR + 42), minute: DAY_BEGINS + 60 },
      { service: 'pay', version: '1.0', first: millisAt(2 * HOUR), minute: DAY_BEGINS + 120 },
    ])
    reader.close()
  })

  it('of records that came before anybody counted are said to be lacking', () => {
    begin(7).consumer.commit()
    const reader = new RedReader(path)
    expect(reader.lacking).toBe(7)
    reader.close()
  })

  it('that are too many are counted as others, and none is lost', () => {
    const counting = new OperationCounting({ operationsOfService: 2, services: 2 })
    const scan = new TraceScan([counting])
    counting.begin(1, scene.at(0))
    const names = ['a', 'b', 'c', 'd', 'a']
    for (const service of ['one', 'two', 'three', 'four'])
      scan.walk(encodeSpans(names.map(name => scene.span({ service, name, kind: 3, parent: 1 }))))
    counting.keep()
    const counted = new Map<string, number>()
    const operations: string[] = []
    const cells = counting.cells(({ service, name }) => operations.push(`${service} ${name}`) - 1)
    for (const [key, { counts }] of cells) {
      const name = operations[Math.floor(key / MINUTES / 3)]!
      counted.set(name, (counted.get(name) ?? 0) + counts[0]!)
    }
    expect(Object.fromEntries(counted)).toEqual({
      'one a': 2,
      'one b': 1,
      [`one ${OTHER_OPERATIONS}`]: 2,
      'two a': 2,
      'two b': 1,
      [`two ${OTHER_OPERATIONS}`]: 2,
      [`${OTHER_SERVICES} a`]: 4,
      [`${OTHER_SERVICES} b`]: 2,
      [`${OTHER_SERVICES} ${OTHER_OPERATIONS}`]: 4,
    })
  })
})
