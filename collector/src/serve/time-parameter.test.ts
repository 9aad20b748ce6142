import { expect, it } from 'vitest'
import { unixMillis } from '../model/time.ts'
import { parseTime } from './time-parameter.ts'

const NOW = unixMillis(1_700_000_000_000.5)

it.each([
  ['now', 1_700_000_000_001_000_000n],
  ['now-1h', 1_699_996_400_001_000_000n],
  ['now+1m30s', 1_700_000_090_001_000_000n],
  ['1700000000000', 1_700_000_000_000_000_000n],
  ['1700000000000.25', 1_700_000_000_000_250_000n],
  ['0', 0n],
  ['2023-11-14T22:13:20Z', 1_700_000_000_000_000_000n],
  ['2023-11-14T23:13:20.123456789+01:00', 1_700_000_000_123_456_789n],
  ['2023-11-14t22:13:20.5z', 1_700_000_000_500_000_000n],
])('reads %s', (text, expected) => expect(parseTime(text, NOW)).toBe(expected))

it.each([
  '',
  'yesterday',
  'now-',
  'now-1',
  'now1h',
  '-1',
  '1e12',
  '2023-11-14',
  '2023-11-14T22:13:20',
  '2023-13-14T22:13:20Z',
  '1969-12-31T23:59:59Z',
  '2600-01-01T00:00:00Z',
  'now-99999d',
])('refuses %j', text => expect(parseTime(text, NOW)).toBeUndefined())
