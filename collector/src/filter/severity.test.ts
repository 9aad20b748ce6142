import { expect, it } from 'vitest'
import { severityClass } from './severity.ts'

it.each([
  [-1, 'unspecified'],
  [0, 'unspecified'],
  [1, 'trace'],
  [4, 'trace'],
  [5, 'debug'],
  [8, 'debug'],
  [9, 'info'],
  [12, 'info'],
  [13, 'warn'],
  [16, 'warn'],
  [17, 'error'],
  [20, 'error'],
  [21, 'fatal'],
  [24, 'fatal'],
  [25, 'unspecified'],
])('severity %i is %s', (severityNumber, name) => {
  expect(severityClass(severityNumber)).toBe(name)
})
