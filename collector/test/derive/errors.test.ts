/**
 * Groups of errors, held to what one gets by grouping the same spans and log records in the simplest
 * way: over crashes at any point, late spans, and errors that come again and again.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeLogs, encodeSpans } from '../../src/decode/objects.ts'
import { DerivedCounts } from '../../src/derive/consumer.ts'
import { ErrorCounting, OTHER_ERRORS } from '../../src/derive/error-counting.ts'
import { TraceScan } from '../../src/derive/scan.ts'
import { openForWriting } from '../../src/durable/sqlite-file.ts'
import { fingerprintOf, groupedBy, type ToldError } from '../../src/errors/fingerprint.ts'
import { countError, newGroup, type GroupCount } from '../../src/errors/group.ts'
import { ErrorReader } from '../../src/errors/reader.ts'
import { ErrorTable } from '../../src/errors/table.ts'
import { attribute } from '../../src/model/attributes.ts'
import { serviceName, type LogRecord, type Span, type SpanEvent } from '../../src/model/telemetry.ts'
import type { AcknowledgedRecord } from '../../src/store/api.ts'
import { attrs, resource, Scene } from '../conformance/scene.ts'

const scene = new Scene(1)
const FIRST_HOUR = Number(scene.at(0) / 3_600_000_000_000n)
const HOUR = 3_600_000
const SEED = Number(process.env['SEED'] ?? Date.now() % 1e9)

let folder: string
let path: string
let open: { readonly consumer: DerivedCounts; close(): void }[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hodoscope-errors-'))
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

const record = (
  sequence: number,
  spans: readonly Span[],
  logs: readonly LogRecord[] = [],
): AcknowledgedRecord => ({
  sequence,
  received: scene.at(0),
  traces: spans.length > 0 ? encodeSpans(spans) : undefined,
  logs: logs.length > 0 ? encodeLogs(logs) : undefined,
})

const exception = (facts: Partial<ToldError>, name = 'exception'): SpanEvent => ({
  timeUnixNano: scene.at(5),
  name,
  attributes: attrs(
    'exception.type',
    facts.type ?? 'Error',
    'exception.message',
    facts.message ?? 'no',
    ...(facts.stack === undefined ? [] : ['exception.stacktrace', facts.stack]),
  ),
  droppedAttributesCount: 0,
})

/** What is stored, with everything by fingerprint and service. */
function stored(): Record<string, object> {
  const reader = new ErrorReader(path)
  const groups = reader.groups().map(({ id, service, fingerprint, type, message, total, first, last }) => {
    const { samples } = reader.group(fingerprint).find(group => group.id === id)!
    const hours = Object.fromEntries(
      reader.hoursOf(id, FIRST_HOUR - 48, FIRST_HOUR + 48).map(({ hour, count }) => [hour, count]),
    )
    const versions = Object.fromEntries(
      reader.versionsOf(id).map(({ version, ...counts }) => [version, counts]),
    )
    const group = { type, message, total, first, last, hours, versions, samples }
    return [`${service} ${fingerprint}`, group] as const
  })
  reader.close()
  return Object.fromEntries(groups)
}

interface Told {
  readonly told: ToldError
  readonly of: Span | LogRecord
  readonly time: bigint
}

const text = (from: Pick<SpanEvent, 'attributes'>, key: string): string =>
  (attribute(from.attributes, key) as string | undefined) ?? ''
const exceptionIn = (from: Pick<SpanEvent, 'attributes'>, operation: string): ToldError => ({
  type: text(from, 'exception.type'),
  message: text(from, 'exception.message'),
  stack: text(from, 'exception.stacktrace'),
  operation,
})

function toldBySpan(span: Span): Told[] {
  const found = span.events
    .filter(({ name }) => name === 'exception')
    .map(event => exceptionIn(event, span.name))
  if (found.length === 0 && span.status.code === 2)
    found.push({
      type: text(span, 'error.type'),
      message: span.status.message,
      stack: '',
      operation: span.name,
    })
  const once = new Map(found.toReversed().map(told => [fingerprintOf(groupedBy(told)), told]))
  return [...once.values()].toReversed().map(told => ({ told, of: span, time: span.startTimeUnixNano }))
}

const toldByLog = (log: LogRecord): Told[] =>
  [exceptionIn(log, '')]
    .filter(({ type, message }) => type !== '' || message !== '')
    .map(told => ({ told, of: log, time: log.timeUnixNano }))

function bruteForce(all: readonly Told[]): Record<string, object> {
  const byGroup = new Map<string, Told[]>()
  for (const each of all) {
    const key = `${serviceName(each.of.resource)} ${fingerprintOf(groupedBy(each.told))}`
    byGroup.set(key, [...(byGroup.get(key) ?? []), each])
  }
  return Object.fromEntries([...byGroup].map(([key, group]) => [key, summed(group)]))
}

function summed(group: readonly Told[]): object {
  const minutes = group.map(({ time }) => Number(time / 60_000_000_000n))
  const hours: Record<string, number> = {}
  for (const minute of minutes) hours[Math.floor(minute / 60)] = (hours[Math.floor(minute / 60)] ?? 0) + 1
  const versions: Record<string, { first: number; last: number; count: number }> = {}
  for (const [i, { of }] of group.entries()) {
    const version = attribute(of.resource.attributes, 'service.version') as string | undefined
    if (version === undefined) continue
    const known = (versions[version] ??= { first: Infinity, last: 0, count: 0 })
    known.first = Math.min(known.first, minutes[i]!)
    known.last = Math.max(known.last, minutes[i]!)
    known.count++
  }
  const samples = group
    .map(({ of: { traceId, spanId }, time }) => ({ traceId, spanId, time }))
    .filter(({ traceId }) => traceId !== '')
    .sort((a, b) =>
      a.time === b.time ? (a.traceId + a.spanId < b.traceId + b.spanId ? -1 : 1) : a.time < b.time ? -1 : 1,
    )
  const once = (list: typeof samples) =>
    list.filter(({ traceId }, i) => list.findIndex(other => other.traceId === traceId) === i)
  return {
    type: group[0]!.told.type,
    message: group[0]!.told.message,
    total: group.length,
    first: Math.min(...minutes),
    last: Math.max(...minutes),
    hours,
    versions,
    samples: { first: once(samples).slice(0, 2), newest: once(samples.toReversed()).slice(0, 8) },
  }
}

const event = fc
  .record({
    name: fc.constantFrom('exception', 'exception', 'exception', 'exceptional', 'retry'),
    type: fc.constantFrom('TypeError', 'Error'),
    message: fc.constantFrom('no order 1', 'no order 22', 'größe', ''),
    stack: fc.constantFrom(undefined, 'E: x\n    at a (/app/a.js:1:1)', 'E: x\n    at a (/app/a.js:9:1)'),
  })
  .map(({ name, stack, ...facts }) => exception({ ...facts, ...(stack !== undefined && { stack }) }, name))

const sender = fc
  .record({
    service: fc.constantFrom('pay', 'cart'),
    version: fc.constantFrom(undefined, '1', '2'),
    trace: fc.integer({ min: 1, max: 30 }),
    at: fc.oneof(fc.integer({ min: -3 * HOUR, max: 3 * HOUR }), fc.constantFrom(0, HOUR - 1, HOUR)),
  })
  .map(({ service, version, ...rest }) => ({
    ...rest,
    resource: resource(service, version === undefined ? [] : attrs('service.version', version)),
  }))

const span = fc
  .record({
    sender,
    name: fc.constantFrom('GET /', 'POST /pay/7'),
    code: fc.constantFrom(0, 0, 1, 2),
    message: fc.constantFrom('', 'refused 12', 'refused 13'),
    errorType: fc.constantFrom(undefined, '500'),
    events: fc.array(event, { maxLength: 3 }),
  })
  .map(({ sender: from, name, code, message, errorType, events }) =>
    scene.span({
      ...from,
      name,
      status: { code, message },
      events,
      attributes: errorType === undefined ? [] : attrs('error.type', errorType),
    }),
  )

const log = fc
  .record({ sender, event, tells: fc.boolean() })
  .map(({ sender: from, event: { attributes }, tells }) =>
    scene.log({ ...from, spanId: scene.spanId(7), attributes: tells ? attributes : [] }),
  )

describe('errors', () => {
  it(`are grouped as by hand, over crashes (SEED=${SEED})`, () => {
    let [died, groups] = [0, 0]
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          spans: fc.array(span, { maxLength: 5 }),
          logs: fc.array(log, { maxLength: 3 }),
        }),
      },
      { weight: 3, arbitrary: fc.constant('commit' as const) },
      { weight: 1, arbitrary: fc.constant('die' as const) },
    )
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 50 }), steps => {
        for (const beside of ['', '-wal', '-shm']) rmSync(path + beside, { force: true })
        const journal: AcknowledgedRecord[] = []
        const all: Told[] = []
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
            all.push(...each.spans.flatMap(toldBySpan), ...each.logs.flatMap(toldByLog))
            journal.push(record(journal.length + 1, each.spans, each.logs))
            process.consumer.take(journal.at(-1)!)
          }
        process.close()
        const expected = bruteForce(all)
        groups += Object.keys(expected).length
        expect(stored()).toEqual(expected)
      }),
      { numRuns: 40, seed: SEED },
    )
    expect(died).toBeGreaterThan(60)
    expect(groups).toBeGreaterThan(200)
  })

  it('of a record that cannot be read are none, and what came before it stays', () => {
    const { consumer } = begin()
    const failing = scene.span({ events: [exception({})] })
    consumer.take(record(1, [failing]))
    const whole = encodeSpans([failing, failing])
    consumer.take({ ...record(2, []), traces: whole.subarray(0, whole.length - 40) })
    consumer.commit()
    expect(stored()).toEqual(bruteForce(toldBySpan(failing)))
    const reader = new ErrorReader(path)
    expect(reader.lacking).toBe(1)
    reader.close()
  })

  it('that came before anybody grouped them are told as lacking', () => {
    begin(7).consumer.commit()
    const reader = new ErrorReader(path)
    expect(reader.lacking).toBe(7)
    reader.close()
  })

  it('that start before they are kept, or a day after they came, are none', () => {
    const { consumer } = begin()
    const at = (millis: number) => scene.span({ at: millis, error: true })
    const within = [at(-395 * 24 * HOUR), at(24 * HOUR)]
    consumer.take(record(1, [...within, at(-395 * 24 * HOUR - 1), at(25 * HOUR)]))
    consumer.commit()
    const [group] = Object.values(stored()) as { total: number }[]
    expect(group!.total).toBe(2)
  })
})

describe('the number of groups', () => {
  const failing = (service: string, n: number) =>
    scene.span({ service, name: 'run', status: { code: 2, message: 'broken '.repeat(n + 1) } })

  function counted(
    limits: ConstructorParameters<typeof ErrorCounting>[0],
    days: readonly (readonly Span[])[],
  ) {
    const counting = new ErrorCounting(limits)
    const scan = new TraceScan([counting])
    for (const spans of days) {
      counting.beginDay()
      counting.begin(1, scene.at(0))
      scan.walk(encodeSpans(spans))
      counting.keep()
    }
    return [...counting.groups].map(({ service, told, total }) => [service, told.type || 'own', total])
  }

  it('is bounded for a service, and the rest counts as others', () => {
    const spans = [0, 1, 2, 3, 0, 2].map(n => failing('pay', n)).concat(failing('cart', 9))
    expect(counted({ groupsOfService: 2, groups: 100 }, [spans])).toEqual([
      ['pay', 'own', 2],
      ['pay', 'own', 1],
      ['pay', OTHER_ERRORS, 3],
      ['cart', 'own', 1],
    ])
  })

  it('is bounded in all, and a new day has room for new ones', () => {
    const limits = { groupsOfService: 10, groups: 1 }
    const days = [[failing('pay', 0), failing('cart', 1)], [failing('cart', 1)]]
    expect(counted(limits, days)).toEqual([
      ['pay', 'own', 1],
      ['cart', OTHER_ERRORS, 1],
      ['cart', 'own', 1],
    ])
  })
})

describe('what is kept of groups', () => {
  const group = (service: string, fingerprint: string, minute: number, version = '1'): GroupCount => {
    const made = newGroup(service, fingerprint, {
      type: 'E',
      message: 'm'.repeat(9_000),
      stack: '',
      operation: '',
    })
    countError(made, minute, version, { traceId: 'a', spanId: 'b', time: 1n })
    return made
  }

  it('goes after 13 months, or when it was not seen for longest of too many', () => {
    const db = openForWriting(path, 4096)
    const table = new ErrorTable(db, 2)
    const now = 30_000_000
    const [old, recent] = [now - 395 * 1_440 - 1, now - 100]
    table.add([group('pay', 'old', old), group('pay', 'a', recent), group('pay', 'b', recent + 1)])
    table.add([group('pay', 'c', recent + 2), group('cart', 'a', recent)])
    table.forget(now)
    const kept = db.prepare('select service, fingerprint from error_group order by 1, 2').raw().all()
    expect(kept).toEqual([
      ['cart', 'a'],
      ['pay', 'b'],
      ['pay', 'c'],
    ])
    for (const beside of ['error_hour', 'error_version'])
      expect(db.prepare(`select count(*) from ${beside}`).pluck().get()).toBe(3)
    expect(db.prepare('select max(length(message)) from error_group').pluck().get()).toBe(1_000)
    db.close()
  })

  it('has no more than 200 versions, of which those that are known go on counting', () => {
    const db = openForWriting(path, 4096)
    const table = new ErrorTable(db)
    for (let i = 0; i < 205; i++) table.add([group('pay', 'a', 1_000 + i, `v${i}`)])
    table.add([group('pay', 'a', 2_000, 'v0')])
    const versions = db.prepare('select version, count from error_version').all() as { version: string }[]
    expect(versions).toHaveLength(200)
    expect(versions).toContainEqual({ version: 'v0', count: 2 })
    expect(db.prepare('select total from error_group').pluck().get()).toBe(206)
    db.close()
  })
})
