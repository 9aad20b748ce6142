import { describe, expect, it } from 'vitest'
import { spans } from '../../test/conformance/request.ts'
import { attrs, patient, resource, Scene } from '../../test/conformance/scene.ts'
import { snapshotOf } from '../../test/query/snapshot.ts'
import type { Filter } from '../filter/ast.ts'
import { differences, valuesIn } from './differences.ts'

const scene = new Scene(0)
let id = 0

interface Event {
  readonly isBad: boolean
  readonly has: Readonly<Record<string, string | number>>
  /** Of the resource. */
  readonly process?: Readonly<Record<string, string | number>>
}
const spanOf = ({ isBad, has, process = {} }: Event) =>
  scene.span({
    id: ++id,
    error: isBad,
    attributes: attrs(...Object.entries(has).flat()),
    resource: resource('shop', attrs(...Object.entries(process).flat())),
  })

const isError: Filter = {
  op: '=',
  field: { in: 'intrinsic', name: 'status' },
  value: { text: 'error', number: Number.NaN },
}

const isFine: Filter = { op: 'not', of: isError }

/** Each difference as `key=value bad/good`, the most telling first. */
async function found(events: readonly Event[]): Promise<string[]> {
  const snapshot = await snapshotOf(spans(...events.map(spanOf)))
  const badCount = events.filter(({ isBad }) => isBad).length
  const compared = {
    signal: 'traces',
    range: scene.day,
    bad: valuesIn(snapshot, { signal: 'traces', filter: isError, range: scene.day }, patient),
    good: valuesIn(snapshot, { signal: 'traces', filter: isFine, range: scene.day }, patient),
    badCount,
    goodCount: events.length - badCount,
  } as const
  return differences(snapshot, compared, patient).map(
    ({ key, value, badShare, goodShare }) => `${key}=${value} ${badShare}/${goodShare}`,
  )
}

const events = (count: number, isBad: boolean, of: (i: number) => Omit<Event, 'isBad'>): Event[] =>
  Array.from({ length: count }, (_, i) => ({ isBad, ...of(i) }))

describe('what sets bad events apart', () => {
  it('is the attribute at fault, not the process that was started with it', async () => {
    const provider = (i: number, name: string) => ({ 'payment.provider': i % 10 === 0 ? 'volt' : name })
    expect(
      await found([
        ...events(20, true, i => ({ has: provider(i, 'acme'), process: { 'process.pid': 4711 } })),
        ...events(80, false, i => ({ has: provider(i, 'iris'), process: { 'process.pid': 42 } })),
      ]),
    ).toEqual(['payment.provider=acme 0.9/0', 'process.pid=4711 1/0'])
  })

  it('is the one instance that is broken, where nothing else tells half as much', async () => {
    expect(
      await found([
        ...events(20, true, i => ({
          has: { region: i % 5 === 0 ? 'north' : 'south' },
          process: { 'service.instance.id': 'shop-3' },
        })),
        ...events(80, false, i => ({
          has: { region: i % 2 === 0 ? 'north' : 'south' },
          process: { 'service.instance.id': `shop-${i % 4}` },
        })),
      ]),
    ).toEqual(['service.instance.id=shop-3 1/0.25', 'region=south 0.8/0.5'])
  })

  it('is no connection, and no value that one bad event alone has', async () => {
    expect(
      await found([
        ...events(4, true, i => ({ has: { 'net.peer.port': 50_000, 'order.id': `bad-${i}`, plan: 'free' } })),
        ...events(4, false, i => ({
          has: { 'net.peer.port': 50_001, 'order.id': `good-${i}`, plan: i === 0 ? 'free' : 'paid' },
        })),
      ]),
    ).toEqual(['plan=free 1/0.25', 'net.peer.port=50000 1/0'])
  })

  it('is one of many customers, where several bad events are his and nothing tells as much', async () => {
    expect(
      await found([
        ...events(10, true, i => ({
          has: { 'user.id': i < 8 ? 'u1' : `bad-${i}`, shelf: i < 6 ? 'a' : 'b' },
        })),
        ...events(90, false, i => ({ has: { 'user.id': `good-${i}`, shelf: i % 2 === 0 ? 'a' : 'b' } })),
      ]),
    ).toEqual(['user.id=u1 0.8/0', 'shelf=a 0.6/0.5'])
  })

  it('of one single bad event is all that it has', async () => {
    expect(
      await found([
        ...events(1, true, () => ({ has: { plan: 'free' } })),
        ...events(3, false, () => ({ has: { plan: 'paid' } })),
      ]),
    ).toEqual(['plan=free 1/0'])
  })
})
