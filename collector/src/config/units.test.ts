import { expect, it } from 'vitest'
import { didYouMean } from './suggest.ts'
import { parseDuration, parseListen, parseSize } from './units.ts'

it.each([
  ['250ms', 250],
  ['90s', 90_000],
  ['1h30m', 5_400_000],
  ['7d', 604_800_000],
  ['0s', 0],
])('reads the duration %s', (text, expected) => expect(parseDuration(text)).toBe(expected))

it.each(['', '6', '6 hours', '-1h', '1.5h', 'h', '1h ', '99999999999999999d'])(
  'refuses %j as a duration',
  text => expect(parseDuration(text)).toBeUndefined(),
)

it.each([
  ['10GB', 10_000_000_000],
  ['64MiB', 67_108_864],
  ['64mib', 67_108_864],
  ['1.5 GB', 1_500_000_000],
  ['1048576', 1_048_576],
  ['12B', 12],
])('reads the size %s', (text, expected) => expect(parseSize(text)).toBe(expected))

it.each(['', 'GB', '-1', '1e9', '10 gigabytes', '1iB', '9999999TB'])('refuses %j as a size', text =>
  expect(parseSize(text)).toBeUndefined(),
)

it.each([
  ['127.0.0.1:4318', '127.0.0.1', 4318],
  ['localhost:0', 'localhost', 0],
  ['[::1]:65535', '::1', 65_535],
])('reads the address %s', (text, host, port) => expect(parseListen(text)).toEqual({ host, port }))

it.each(['', '4318', ':4318', 'host:', 'host:65536', '::1:4318', 'http://host:1', 'a b:1'])(
  'refuses %j as an address',
  text => expect(parseListen(text)).toBeUndefined(),
)

it('suggests a name that is near, and none that is not', () => {
  expect(didYouMean('reteniton', ['retention', 'maxBytes'])).toBe('; did you mean "retention"?')
  expect(didYouMean('colour', ['retention', 'maxBytes'])).toBe('')
})
