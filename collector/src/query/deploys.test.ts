import { describe, expect, it } from 'vitest'
import { spans } from '../../test/conformance/request.ts'
import { attrs, patient, resource, Scene } from '../../test/conformance/scene.ts'
import { snapshotOf } from '../../test/query/snapshot.ts'
import { unixNano } from '../model/time.ts'
import { deploys } from './deploys.ts'

const scene = new Scene(0)
const DAY_MILLIS = 86_400_000

let id = 0
const seen = (version: string, at: number, service = 'web') =>
  scene.span({ id: ++id, at, service, resource: resource(service, attrs('service.version', version)) })
const start = BigInt(scene.span({ id: ++id, at: 0 }).startTimeUnixNano)
const instant = (at: number) => unixNano(start + BigInt(at) * 1_000_000n)

describe('deploys', () => {
  const ask = async (from: number, to: number, ...all: ReturnType<typeof seen>[]) => {
    const snapshot = await snapshotOf(spans(...all))
    const range = { from: instant(from), to: instant(to) }
    return deploys(snapshot, { service: 'web', range }, patient).deploys.map(({ version, timeUnixNano }) => [
      version,
      Number((BigInt(timeUnixNano) - start) / 1_000_000n),
    ])
  }

  it('are versions that were not there before, oldest first, each at its first span', async () => {
    const found = await ask(
      10,
      7 * DAY_MILLIS,
      seen('1', 0),
      seen('3', 5 * DAY_MILLIS),
      seen('2', 1_000),
      seen('2', 2_000),
      seen('1', 3_000),
      seen('9', 4_000, 'other'),
    )
    expect(found).toEqual([
      ['2', 1_000],
      ['3', 5 * DAY_MILLIS],
    ])
  })

  it('are not the version that a service is first seen with', async () => {
    expect(await ask(0, 5_000, seen('1', 0), seen('2', 1_000))).toEqual([['2', 1_000]])
    expect(await ask(0, 5_000, seen('1', 0))).toEqual([])
  })

  it('are a version that comes back after more than a day', async () => {
    const back = [seen('1', 0), seen('2', 2 * DAY_MILLIS), seen('1', 2 * DAY_MILLIS + 5)] as const
    expect(await ask(2 * DAY_MILLIS + 1, 3 * DAY_MILLIS, ...back)).toEqual([['1', 2 * DAY_MILLIS + 5]])
  })

  it('are none of a service that nothing is known of', async () => {
    expect(await ask(0, 10)).toEqual([])
  })
})
