import { describe, expect, it } from 'vitest'
import { fullUrl, knownMethod, maskQuery, methodInName, splitHost, splitTarget } from './url.ts'

describe('methods', () => {
  it.each([
    ['get', 'GET', 'GET'],
    [undefined, 'GET', 'GET'],
    ['PURGE', '_OTHER', 'HTTP'],
  ])('%s → %s', (method, known, name) => {
    expect([knownMethod(method), methodInName(knownMethod(method))]).toEqual([known, name])
  })
})

describe('secrets in a query', () => {
  it.each([
    ['a=1&b=2', 'a=1&b=2'],
    ['access_token=x&page=2', 'access_token=REDACTED&page=2'],
    ['X-Amz-Signature=x', 'X-Amz-Signature=REDACTED'],
    ['apiKey=1&API_KEY=2&api-key=3', 'apiKey=REDACTED&API_KEY=REDACTED&api-key=REDACTED'],
    ['token', 'token'],
    ['q=my+password', 'q=my+password'],
    ['password=a=b', 'password=REDACTED'],
  ])('%s → %s', (query, masked) => {
    expect(maskQuery(query)).toBe(masked)
  })
})

it('a target is split at its first question mark', () => {
  expect(splitTarget('/a?b=1?2')).toEqual({ path: '/a', query: 'b=1?2' })
  expect(splitTarget('/a')).toEqual({ path: '/a', query: undefined })
})

describe('a full URL', () => {
  it.each([
    ['http://h:1', '/a?token=x', 'http://h:1/a?token=REDACTED'],
    ['http://proxy', 'http://ann:pw@h/a', 'http://h/a'],
    ['http://h', `/${'a'.repeat(9000)}`, `http://h/${'a'.repeat(4087)}`],
  ])('of %s', (origin, target, url) => {
    expect(fullUrl(origin, target)).toBe(url)
  })
})

it.each([
  ['h', 'h', undefined],
  ['h:80', 'h', 80],
  ['[::1]:80', '[::1]', 80],
  ['', undefined, undefined],
  ['a:b:c', undefined, undefined],
])('host %s', (host, address, port) => {
  expect(splitHost(host)).toEqual({ address, port })
})
