/**
 * Edges of the service graph, paired and counted from the journal, held to what one gets by pairing
 * the same spans in the simplest way: in any order, over requests, late, repeated, and over crashes
 * at any point.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeSpans } from '../../src/decode/objects.ts'
import { DerivedCounts } from '../../src/derive/consumer.ts'
import { EdgeCounting } from '../../src/derive/edge-counting.ts'
import { WAITS_MILLIS } from '../../src/derive/edge-pairing.ts'
import { EdgeTallies } from '../../src/derive/edge-tallies.ts'
import { TraceScan } from '../../src/derive/scan.ts'
import { BUCKETS, bucketOf } from '../../src/model/duration-buckets.ts'
import { serviceName, type Span, type SpanKind, type StatusCode } from '../../src/model/telemetry.ts'
import { between, unixNano } from '../../src/model/time.ts'
import { EDGE_SQL, edgeOf, type Edge, type GraphNode } from '../../src/red/edges.ts'
import { BY_HOUR, BY_MINUTE, type Grain } from '../../src/red/keys.ts'
import { RedReader } from '../../src/red/reader.ts'
import type { AcknowledgedRecord } from '../../src/store/api.ts'
import { attrs, Scene } from '../conformance/scene.ts'

const scene = new Scene(1)
const DAY_BEGINS = Number(scene.at(0) / 60_000_000_000n)
const HOUR = 3_600_000
const SEED = Number(process.env['SEED'] ?? Date.now() % 1e9)

let folder: string
let path: string
let open: { readonly consumer: DerivedCounts; close(): void }[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hodoscope-edges-'))
  path = join(folder, 'derived.db')
  open = []
})
afterEach(() => {
  for (const each of open) each.close()
  rmSync(folder, { recursive: true })
})

/** As a process that opens it; to close it without a commit is to be killed. */
function begin() {
  const { port1, port2 } = new MessageChannel()
  const consumer = new DerivedCounts({ path, port: port1 }, 0)
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

/** @param received milliseconds after the beginning of the scene's day */
const record = (sequence: number, spans: readonly Span[], received = 0): AcknowledgedRecord => ({
  sequence,
  received: scene.at(received),
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

const textOf = ({ client, server, via, side }: Edge): string =>
  `${client.kind} ${client.name} -${via}-> ${server.kind} ${server.name}, by the ${side}`

function stored(grain: Grain = BY_MINUTE): Counted {
  const reader = new RedReader(path, EDGE_SQL)
  const counted: Counted = {}
  const range = { grain, from: DAY_BEGINS - 1_440, to: DAY_BEGINS + 2 * 1_440, of: 'operations' as const }
  reader.each(range, (operation, status, minute, cell) => {
    const key = `${textOf(edgeOf(operation))}, status ${status}, minute ${minute - DAY_BEGINS}`
    for (let i = 0; i < cell.size; i++)
      add(counted, key, cell.counts[i]!, i === 0 ? cell.sum : 0, cell.buckets[i]!)
  })
  reader.close()
  return counted
}

/** Calls by their edge alone. */
function calls(): Record<string, number> {
  const all: Record<string, number> = {}
  for (const [key, { count }] of Object.entries(stored())) {
    const edge = key.slice(0, key.indexOf(', status'))
    all[edge] = (all[edge] ?? 0) + count
  }
  return all
}

/** The simplest pairing: lists that are searched from the front. */
class BruteForce {
  readonly #waiting: { span: Span; received: number }[] = []
  readonly #edges: { edge: Edge; span: Span; status: StatusCode; minute: number }[] = []

  record(spans: readonly Span[], received: number): void {
    while (this.#waiting.length > 0 && received - this.#waiting[0]!.received > WAITS_MILLIS)
      this.#alone(this.#waiting.shift()!.span)
    for (const span of spans) this.#came(span, received)
  }

  #came(span: Span, received: number): void {
    if (span.kind < 2) return
    if (isServer(span) ? span.parentSpanId === '' : peerOf(span)?.kind === 'database')
      return this.#alone(span)
    const at = this.#waiting.findIndex(other => keyOf(other.span) === keyOf(span))
    if (at < 0 || isServer(this.#waiting[at]!.span) === isServer(span)) {
      this.#waiting.push({ span, received })
      return
    }
    const [other] = this.#waiting.splice(at, 1)
    const [client, server] = isServer(span) ? [other!.span, span] : [span, other!.span]
    const status = server.status.code === 2 ? 2 : client.status.code
    const ends = { client: nodeOf(client), server: nodeOf(server) }
    const via = [client, server].some(isMessage) ? 'message' : 'call'
    const minute = minuteOf(client)
    this.#edges.push({ edge: { ...ends, via, side: 'client' }, span: client, status, minute })
    this.#edges.push({ edge: { ...ends, via, side: 'server' }, span: server, status, minute })
  }

  #alone(span: Span): void {
    const user: GraphNode = { kind: 'user', name: 'user' }
    const other = peerOf(span) ?? (isServer(span) && span.parentSpanId === '' ? user : undefined)
    if (other === undefined) return
    const via = isMessage(span) ? 'message' : 'call'
    const edge: Edge = isServer(span)
      ? { client: other, server: nodeOf(span), via, side: 'server' }
      : { client: nodeOf(span), server: other, via, side: 'client' }
    this.#edges.push({ edge, span, status: span.status.code, minute: minuteOf(span) })
  }

  counted(grain: Grain): Counted {
    const counted: Counted = {}
    for (const { edge, span, status, minute } of this.#edges) {
      const slice = minute - (minute % grain.minutes) - DAY_BEGINS
      const duration = between(span.startTimeUnixNano, span.endTimeUnixNano)
      add(counted, `${textOf(edge)}, status ${status}, minute ${slice}`, 1, duration, bucketOf(duration))
    }
    return counted
  }
}

const isServer = ({ kind }: Span): boolean => kind === 2 || kind === 5
const isMessage = (span: Span): boolean =>
  span.kind > 3 || (span.kind === 3 && peerOf(span)?.kind === 'queue')
const keyOf = (span: Span): string => `${span.traceId} ${isServer(span) ? span.parentSpanId : span.spanId}`
const nodeOf = ({ resource }: Span): GraphNode => ({ kind: 'service', name: serviceName(resource) })
const minuteOf = ({ startTimeUnixNano }: Span): number => Number(startTimeUnixNano / 60_000_000_000n)

function peerOf(span: Span): GraphNode | undefined {
  const text = (key: string) =>
    span.attributes.find(attribute => attribute.key === key)?.value as string | undefined
  const [database, queue, party] = ['db.system.name', 'messaging.system', 'server.address'].map(text)
  if (span.kind === 2) return undefined
  if (database !== undefined && span.kind < 5)
    return { kind: 'database', name: `${database}/${text('db.namespace')}` }
  if (queue !== undefined) return { kind: 'queue', name: `${queue}/${text('messaging.destination.name')}` }
  return party !== undefined && span.kind !== 5 ? { kind: 'external', name: party } : undefined
}

const span = fc
  .record({
    trace: fc.integer({ min: 1, max: 2 }),
    id: fc.integer({ min: 1, max: 4 }),
    parent: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined, freq: 5 }),
    service: fc.constantFrom('pay', 'cart', 'käse'),
    kind: fc.constantFrom<SpanKind[]>(1, 2, 2, 3, 3, 4, 5),
    status: fc.integer({ min: 0, max: 2 }) as fc.Arbitrary<StatusCode>,
    at: fc.oneof(fc.integer({ min: 0, max: 3 * HOUR }), fc.constantFrom(0, 59_999, 60_000)),
    lasts: fc.oneof(fc.integer({ min: -5, max: 5_000 }), fc.constantFrom(0, 4_000_000)),
    attributes: fc.constantFrom(
      attrs(),
      attrs('server.address', 'bank.example'),
      attrs('db.query.text', 'select 1', 'db.system.name', 'postgresql', 'db.namespace', 'größe'),
      attrs('messaging.system', 'rabbitmq', 'messaging.destination.name', 'jobs', 'server.address', 'mq-1'),
    ),
  })
  .map(({ status, parent, ...sketch }) =>
    scene.span({ ...sketch, status: { code: status, message: '' }, ...(parent !== undefined && { parent }) }),
  )

describe('edges', () => {
  it(`are paired and counted as by hand, over crashes and folds (SEED=${SEED})`, () => {
    let paired = 0
    const step = fc.oneof(
      {
        weight: 8,
        arbitrary: fc.tuple(
          fc.array(span, { minLength: 1, maxLength: 6 }),
          fc.integer({ min: 0, max: 15_000 }),
        ),
      },
      { weight: 3, arbitrary: fc.constant('commit' as const) },
      { weight: 1, arbitrary: fc.constant('die' as const) },
    )
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), steps => {
        for (const beside of ['', '-wal', '-shm']) rmSync(path + beside, { force: true })
        const journal: AcknowledgedRecord[] = []
        const brute = new BruteForce()
        let now = 0
        let process = begin()
        const take = ([spans, after]: readonly [readonly Span[], number]): void => {
          now += after
          brute.record(spans, now)
          journal.push(record(journal.length + 1, spans, now))
          process.consumer.take(journal.at(-1)!)
        }
        for (const each of [...steps, 'die' as const, [[], 2 * WAITS_MILLIS] as const, 'commit' as const])
          if (each === 'commit') process.consumer.commit()
          else if (each === 'die') {
            process.close()
            process = begin()
            // The journal gives again what was not applied, and more than that.
            for (const old of journal.slice(Math.max(0, process.consumer.applied - 2)))
              process.consumer.take(old)
          } else take(each)
        for (const grain of [BY_MINUTE, BY_HOUR]) expect(stored(grain)).toEqual(brute.counted(grain))
        process.consumer.settle()
        process.close()
        expect(stored(BY_HOUR)).toEqual(brute.counted(BY_HOUR))
        paired += Object.keys(brute.counted(BY_HOUR)).filter(key =>
          /^service .* service .*by the server/.test(key),
        ).length
      }),
      { numRuns: 40, seed: SEED },
    )
    expect(paired).toBeGreaterThan(100)
  })
})

/** A call from `shop` to `pay`, by its number. */
const client = (id: number, sketch: object = {}) =>
  scene.span({
    id,
    parent: 900,
    service: 'shop',
    kind: 3,
    lasts: 8,
    attributes: attrs('server.address', 'pay'),
    ...sketch,
  })
const server = (id: number, sketch: object = {}) =>
  scene.span({ parent: id, service: 'pay', kind: 2, lasts: 5, ...sketch })

const SHOP_CALLS_PAY = {
  'service shop -call-> service pay, by the client': 1,
  'service shop -call-> service pay, by the server': 1,
}
const SHOP_CALLS_SOMEBODY = { 'service shop -call-> external pay, by the client': 1 }

describe('a call', () => {
  it('is known from both of its spans, whichever comes first', () => {
    const { consumer } = begin()
    consumer.take(record(1, [server(1)]))
    consumer.take(record(2, [client(1)]))
    consumer.commit()
    expect(calls()).toEqual(SHOP_CALLS_PAY)
  })

  it('has an error if either of its spans has', () => {
    const { consumer } = begin()
    consumer.take(record(1, [client(1), server(1, { error: true }), client(2, { error: true }), server(2)]))
    consumer.commit()
    expect(Object.keys(stored()).every(key => key.includes('status 2'))).toBe(true)
  })

  it('of the same span ids in another trace is another call', () => {
    const { consumer } = begin()
    consumer.take(record(1, [client(1, { trace: 1 }), server(1, { trace: 2 })]))
    consumer.commit()
    expect(calls()).toEqual({})
  })

  it('is waited for as long as said, and no longer', () => {
    const { consumer } = begin()
    consumer.take(record(1, [client(1), client(2)]))
    consumer.take(record(2, [server(1)], WAITS_MILLIS))
    consumer.commit()
    expect(calls()).toEqual(SHOP_CALLS_PAY)
    consumer.take(record(3, [server(2)], WAITS_MILLIS + 1))
    consumer.commit()
    expect(calls()).toEqual({ ...SHOP_CALLS_PAY, ...SHOP_CALLS_SOMEBODY })
  })

  it('whose first span came before a crash is known after it', () => {
    const { consumer, close } = begin()
    consumer.take(record(1, [client(1), client(2)]))
    consumer.commit()
    close()
    const again = begin()
    again.consumer.take(record(2, [server(1)], 1_000))
    again.consumer.commit()
    again.close()
    const last = begin()
    last.consumer.take(record(3, [server(1)], WAITS_MILLIS + 1))
    last.consumer.commit()
    expect(calls()).toEqual({ ...SHOP_CALLS_PAY, ...SHOP_CALLS_SOMEBODY })
  })
})

describe('where nobody answers', () => {
  it.each([
    ['db.system.name', 'mysql', 'db.namespace', 'shop', 'database mysql/shop'],
    ['db.system', 'redis', 'server.address', 'r-1', 'database redis'],
    ['peer.service', 'bank', 'server.address', 'bank.example', 'external bank'],
    ['net.peer.name', 'old.example', 'http.url', 'https://no/', 'external old.example'],
    ['url.full', 'https://user@host.example:8080/v1?q=//x', 'other', 'x', 'external host.example'],
    ['url.full', 'http://[::1]:80', 'other', 'x', 'external [::1]'],
  ])('%s of %s with %s of %s is an edge to %s', (key, value, other, otherValue, expected) => {
    const { consumer } = begin()
    const attributes = attrs('a.key.that.nobody.asks.for', 'x', other, otherValue, key, value)
    consumer.take(record(1, [client(1, { attributes })]))
    consumer.take(record(2, [], WAITS_MILLIS + 1))
    consumer.commit()
    expect(calls()).toEqual({ [`service shop -call-> ${expected}, by the client`]: 1 })
  })

  it('a message goes to its queue, and comes from there', () => {
    const { consumer } = begin()
    const attributes = attrs('messaging.system', 'bullmq', 'messaging.destination.name', 'mail')
    consumer.take(record(1, [client(1, { kind: 4, attributes }), server(7, { kind: 5, attributes })]))
    consumer.take(record(2, [], WAITS_MILLIS + 1))
    consumer.commit()
    expect(calls()).toEqual({
      'service shop -message-> queue bullmq/mail, by the client': 1,
      'queue bullmq/mail -message-> service pay, by the server': 1,
    })
  })

  it('and nobody is named there is no edge', () => {
    const { consumer } = begin()
    consumer.take(record(1, [client(1, { attributes: attrs('url.full', 'not a url') }), server(7)]))
    consumer.take(record(2, [], WAITS_MILLIS + 1))
    consumer.commit()
    expect(calls()).toEqual({})
  })

  it('because there is no parent, a user is', () => {
    const { consumer } = begin()
    consumer.take(record(1, [scene.span({ service: 'pay', kind: 2 })]))
    consumer.commit()
    expect(calls()).toEqual({ 'user user -call-> service pay, by the server': 1 })
  })
})

describe('too many', () => {
  function count(counting: EdgeCounting, spans: readonly Span[]): Record<string, number> {
    counting.begin(1, unixNano(scene.at(0)))
    new TraceScan([counting]).walk(encodeSpans(spans))
    counting.keep()
    const edges: string[] = []
    const counted: Record<string, number> = {}
    for (const [key, { counts }] of counting.tallies.cells(edge => edges.push(textOf(edgeOf(edge))) - 1))
      counted[edges[Math.floor(key / 2 ** 29 / 3)]!] = counts.reduce((sum, each) => sum + each, 0)
    return counted
  }

  it('databases of a service, and services, are counted as others', () => {
    const counting = new EdgeCounting(new EdgeTallies({ clients: 2, serversOfClient: 2 }))
    const spans = ['one', 'two', 'three'].flatMap(service =>
      ['a', 'b', 'c', 'd', 'a'].map(name => client(1, { service, attributes: attrs('db.system', name) })),
    )
    expect(count(counting, spans)).toEqual({
      'service one -call-> database a, by the client': 2,
      'service one -call-> database b, by the client': 1,
      'service one -call-> other (others), by the client': 2,
      'service two -call-> database a, by the client': 2,
      'service two -call-> database b, by the client': 1,
      'service two -call-> other (others), by the client': 2,
      'other (others) -call-> database a, by the client': 2,
      'other (others) -call-> database b, by the client': 1,
      'other (others) -call-> other (others), by the client': 2,
    })
  })

  it('halves that wait give up the oldest, and say so', () => {
    const counting = new EdgeCounting(undefined, 2)
    const spans = [client(1), server(2), client(3), client(4), server(4), server(1)]
    expect(count(counting, spans)).toEqual({
      'service shop -call-> other (unmatched), by the client': 1,
      'other (unmatched) -call-> service pay, by the server': 1,
      'service shop -call-> service pay, by the client': 1,
      'service shop -call-> service pay, by the server': 1,
    })
  })
})
