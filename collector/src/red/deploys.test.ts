import { describe, expect, it } from 'vitest'
import { unixMillis } from '../model/time.ts'
import { deploysOf, lastDeploys } from './deploys.ts'

const seen = (service: string, version: string, minute: number, seconds = 0) => ({
  service,
  version,
  first: unixMillis(minute * 60_000 + seconds * 1_000),
  minute,
})
const versions = [
  seen('cart', '7', 50),
  seen('web', '1', 10),
  seen('web', '1-canary', 10),
  seen('web', '2', 10, 0.001),
  seen('web', '3', 90),
]

describe('deploys', () => {
  it('are versions that come later than the first that is known of their service', () => {
    expect(deploysOf(versions).map(({ version, replaced }) => [version, replaced.version])).toEqual([
      ['2', '1-canary'],
      ['3', '2'],
    ])
    expect(deploysOf([])).toEqual([])
  })

  it('have one that is the last of a service before a minute', () => {
    const last = (before: number) => lastDeploys(versions, before).get('web')?.version
    expect([last(10), last(11), last(90), last(91)]).toEqual([undefined, '2', '2', '3'])
    expect(lastDeploys(versions, 91).has('cart')).toBe(false)
  })
})
