/** Groups of errors and deploys, asked of what was counted as it came. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeSpans } from '../../src/decode/objects.ts'
import { DerivedCounts } from '../../src/derive/consumer.ts'
import type { Span } from '../../src/model/telemetry.ts'
import { unixMillis } from '../../src/model/time.ts'
import type {
  DeployAnswer,
  DeploysAnswer,
  ErrorGroupAnswer,
  ErrorsAnswer,
} from '../../src/query/answers/index.ts'
import type { ErrorsParams } from '../../src/query/errors/list.ts'
import { runJob } from '../../src/query/jobs.ts'
import { attrs, patient, resource, Scene, type SpanSketch } from '../conformance/scene.ts'
import { snapshotOf } from './snapshot.ts'

const HOUR = 3_600_000
const MINUTE = 60_000
const scene = new Scene(1)
const dayBegins = Number(scene.at(0) / 1_000_000n)

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hodoscope-error-jobs-'))
  path = join(folder, 'derived.db')
})
afterEach(() => rmSync(folder, { recursive: true }))

function count(all: readonly Span[]): void {
  const { port1, port2 } = new MessageChannel()
  const consumer = new DerivedCounts({ path, port: port1 }, 0)
  const received = scene.at(12 * HOUR)
  consumer.take({ sequence: 1, received, traces: encodeSpans(all), logs: undefined })
  consumer.commit()
  consumer.close()
  port2.close()
}

async function ask<T>(job: string, params: object): Promise<T> {
  const snapshot = await snapshotOf()
  return runJob(job, snapshot, params, patient, () => 0, path) as T
}

const of = (service: string, version: string) => ({
  service,
  resource: resource(service, attrs('service.version', version)),
})

const failing = (message: string, sketch: SpanSketch) =>
  scene.span({ status: { code: 2, message }, kind: 2, ...sketch })

const list = (params: Partial<ErrorsParams>) =>
  ask<ErrorsAnswer>('errors', {
    range: scene.range(10 * HOUR, 12 * HOUR),
    isNew: false,
    order: 'busiest',
    limit: 10,
    ...params,
  })

describe('errors', () => {
  const all = [
    failing('a', { at: 9 * HOUR, ...of('pay', '1') }),
    failing('a', { at: 10 * HOUR, ...of('pay', '1') }),
    failing('a', { at: 11 * HOUR, ...of('cart', '7') }),
    failing('a', { at: 11.9 * HOUR, ...of('pay', '2') }),
    failing('b', { at: 11.5 * HOUR, ...of('pay', '2') }),
    failing('b', { at: 11.6 * HOUR, ...of('pay', '2') }),
    failing('c', { at: 11.8 * HOUR, ...of('pay', '2') }),
    failing('old', { at: 3 * HOUR, ...of('pay', '1') }),
    scene.span({ at: 11.2 * HOUR, ...of('pay', '2') }),
  ]
  const messages = ({ errors }: ErrorsAnswer) => errors.map(({ message }) => message)

  it('of a range are told with what is counted of them, those of all services as one', async () => {
    count(all)
    const { errors, ...answer } = await list({})
    expect(errors.map(({ message, count: n }) => [message, n])).toEqual([
      ['a', 3],
      ['b', 2],
      ['c', 1],
    ])
    expect(errors[0]).toMatchObject({
      services: ['pay', 'cart'],
      operation: 'work',
      versions: ['2', '1', '7'],
      totalCount: 4,
      firstUnixNano: String(scene.at(9 * HOUR)),
      lastUnixNano: String(scene.at(11.9 * HOUR)),
    })
    expect(answer).toMatchObject({ uncountedRequests: 0, cursor: null })
  })

  it('have a line of a day at least, which ends with the range', async () => {
    count(all)
    const { errors, line, fromUnixNano, toUnixNano } = await list({
      range: scene.range(11.2 * HOUR, 11.4 * HOUR),
    })
    expect([fromUnixNano, toUnixNano]).toEqual([String(scene.at(11 * HOUR)), String(scene.at(12 * HOUR))])
    expect(line).toEqual({ fromUnixNano: String(scene.at(-12 * HOUR)), stepSeconds: 3_600 })
    const a = errors.find(({ message }) => message === 'a')!
    expect([a.count, a.line.length, a.line.slice(-4)]).toEqual([2, 24, [0, 1, 1, 2]])
    const month = await list({ range: scene.range(-29 * 24 * HOUR, 24 * HOUR) })
    expect([month.line.stepSeconds, month.errors[0]!.line.length]).toEqual([12 * 3_600, 60])
  })

  it('are in the order that is asked for, a page at a time', async () => {
    count(all)
    expect(messages(await list({ order: 'newest' }))).toEqual(['c', 'b', 'a'])
    expect(messages(await list({ order: 'latest' }))).toEqual(['a', 'c', 'b'])
    const first = await list({ limit: 2 })
    const second = await list({ limit: 2, cursor: first.cursor! })
    expect([messages(first), messages(second), second.cursor]).toEqual([['a', 'b'], ['c'], null])
    await expect(list({ cursor: first.cursor!, order: 'latest' })).rejects.toThrow('another list')
  })

  it('are those of a service', async () => {
    count(all)
    const { errors } = await list({ service: 'cart' })
    expect(errors).toMatchObject([
      { message: 'a', services: ['cart'], count: 1, versions: ['7'], totalCount: 1 },
    ])
  })

  it('are new when they were first seen after the last deploy', async () => {
    count(all)
    expect((await list({})).errors.map(({ message, isNew }) => [message, isNew])).toEqual([
      ['a', false],
      ['b', true],
      ['c', true],
    ])
    expect(messages(await list({ isNew: true }))).toEqual(['b', 'c'])
    expect(messages(await list({ isNew: true, service: 'cart' }))).toEqual([])
  })
})

describe('a group', () => {
  it('tells where, when, and in which traces', async () => {
    const all = [
      failing('no order 1', { at: 9 * HOUR, trace: 1, ...of('pay', '1') }),
      failing('no order 2', { at: 10.5 * HOUR, trace: 2, ...of('pay', '2') }),
      failing('no order 3', { at: 11.5 * HOUR, trace: 3, ...of('cart', '7') }),
    ]
    count(all)
    const { errors } = await list({})
    const params = { fingerprint: errors[0]!.fingerprint, range: scene.range(10 * HOUR, 12 * HOUR) }
    const group = await ask<ErrorGroupAnswer>('errorGroup', params)
    expect(group).toMatchObject({
      message: 'no order 1',
      groupedBy: { type: '', message: 'no order <n>', frames: [], operation: 'work' },
      count: 2,
      totalCount: 3,
      services: [
        {
          service: 'pay',
          count: 1,
          totalCount: 2,
          isNew: false,
          lastDeploy: { version: '2', timeUnixNano: String(scene.at(10.5 * HOUR)) },
          versions: [
            { version: '2', totalCount: 1 },
            { version: '1', totalCount: 1 },
          ],
        },
        { service: 'cart', count: 1, lastDeploy: null },
      ],
    })
    expect(group.line.counts.reduce((sum, n) => sum + n, 0)).toBe(3)
    const ids = [3, 2, 1].map(trace => scene.traceId(trace))
    expect(group.samples.map(({ traceId }) => traceId)).toEqual(ids)
  })

  it('that does not exist is said not to', async () => {
    count([scene.span()])
    const params = { fingerprint: '0'.repeat(16), range: scene.day }
    await expect(ask('errorGroup', params)).rejects.toThrow('no group')
  })
})

describe('deploys', () => {
  it('of a range are told oldest first, of one service or of all', async () => {
    count([
      scene.span({ at: 0, ...of('pay', '1') }),
      scene.span({ at: 5 * MINUTE, ...of('pay', '2') }),
      scene.span({ at: 9 * MINUTE, ...of('pay', '3') }),
      scene.span({ at: 0, ...of('cart', '1') }),
      scene.span({ at: 7 * MINUTE, ...of('cart', '2') }),
    ])
    const told = async (service: string | undefined, from: number, to: number) => {
      const params = { service, range: scene.range(from * MINUTE, to * MINUTE) }
      return (await ask<DeploysAnswer>('deploys', params)).deploys.map(
        each => `${each.service} ${each.version}`,
      )
    }
    expect(await told(undefined, 0, 60)).toEqual(['pay 2', 'cart 2', 'pay 3'])
    expect(await told('pay', 0, 9)).toEqual(['pay 2'])
    expect(await told('pay', 6, 60)).toEqual(['pay 3'])
  })
})

describe('a deploy', () => {
  /** A request a second, an hour before and half an hour after ten o'clock. */
  function around(sketch: (isAfter: boolean, i: number) => SpanSketch): Span[] {
    return Array.from({ length: 90 * 60 }, (_, i) => {
      const isAfter = i >= 3_600
      const version = of('pay', isAfter ? '2' : '1')
      return scene.span({
        at: 9 * HOUR + i * 1_000,
        kind: 2,
        name: 'POST /pay',
        lasts: 10,
        ...version,
        ...sketch(isAfter, i),
      })
    })
  }
  const now = unixMillis(dayBegins + 10.5 * HOUR + 20_000)
  const told = (at = now) => ask<DeployAnswer>('deploy', { service: 'pay', version: '2', now: at })

  it('is compared over as long before as after it', async () => {
    count(around(() => ({})))
    expect(await told()).toMatchObject({
      timeUnixNano: String(scene.at(10 * HOUR)),
      replaced: '1',
      windowSeconds: 1_800,
      beforeFromUnixNano: String(scene.at(9.5 * HOUR)),
      afterFromUnixNano: String(scene.at(10 * HOUR)),
      whole: {
        before: { requestCount: 1_800, rate: 1 },
        after: { requestCount: 1_800, rate: 1 },
        errors: 'same',
        duration: 'same',
      },
      newErrors: [],
    })
  })

  it('that is slower, or fails more, is worse, by operation', async () => {
    count([
      ...around((isAfter, i) => ({ lasts: (isAfter ? 20 : 10) + (i % 7) })),
      ...around((isAfter, i) => ({
        name: 'GET /',
        status: { code: isAfter && i % 20 === 0 ? 2 : 0, message: 'x' },
      })),
      ...around(() => ({ name: 'same', kind: 3 })),
      ...around((_, i) => ({
        name: 'rare',
        ...(i % 100 !== 0 && { service: 'other', resource: resource('other') }),
      })),
    ])
    const { operations, newErrors } = await told()
    expect(operations.map(({ name, kind, errors, duration }) => [name, kind, errors, duration])).toEqual([
      ['GET /', 'server', 'worse', 'same'],
      ['POST /pay', 'server', 'same', 'worse'],
      ['same', 'client', 'same', 'same'],
      ['rare', 'server', 'too_few', 'too_few'],
    ])
    expect(newErrors).toMatchObject([
      { message: 'x', totalCount: 90, firstUnixNano: String(scene.at(10 * HOUR)) },
    ])
  })

  it('that is faster is better', async () => {
    count(around(isAfter => ({ lasts: isAfter ? 5 : 10 })))
    expect((await told()).operations[0]).toMatchObject({ duration: 'better', errors: 'same' })
  })

  it('is not compared with what another version did', async () => {
    count([...around(() => ({})), scene.span({ at: 10 * HOUR + 10 * MINUTE, ...of('pay', '3') })])
    expect((await told()).windowSeconds).toBe(600)
    const third = await ask<DeployAnswer>('deploy', { service: 'pay', version: '3', now })
    expect([third.windowSeconds, third.replaced]).toEqual([600, '2'])
  })

  it('whose minutes are gone is told by the hours around its own', async () => {
    count([...around(() => ({})), ...around(() => ({ at: 11.2 * HOUR, ...of('pay', '2') }))])
    const answer = await told(unixMillis(now + 40 * 24 * HOUR))
    expect(answer).toMatchObject({
      windowSeconds: 3_600,
      beforeFromUnixNano: String(scene.at(9 * HOUR)),
      afterFromUnixNano: String(scene.at(11 * HOUR)),
      whole: { before: { requestCount: 3_600 }, after: { requestCount: 5_400 } },
    })
  })

  it('is not what a service was first seen with', async () => {
    count(around(() => ({})))
    await expect(ask('deploy', { service: 'pay', version: '1', now })).rejects.toThrow('no deploy')
  })
})
