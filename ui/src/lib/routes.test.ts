import { describe, expect, it } from 'vitest'
import { idPath, routeOf, tracePath, url } from './routes.ts'

describe('routes', () => {
  it.each([
    ['/', { page: 'traces' }],
    ['/traces', { page: 'traces' }],
    ['/traces/', { page: 'traces' }],
    ['/traces/abc', { page: 'trace', traceId: 'abc' }],
    ['/logs', { page: 'logs' }],
    ['/query', { page: 'query' }],
    ['/services', { page: 'services' }],
    ['/ids/a%2Fb', { page: 'id', id: 'a/b' }],
    ['/ids/%E0%A4%A', { page: 'id', id: '%E0%A4%A' }],
    ['/ids', { page: 'unknown', path: '/ids' }],
    ['/logs/x', { page: 'unknown', path: '/logs/x' }],
    ['/metrics', { page: 'unknown', path: '/metrics' }],
  ])('%s', (path, route) => {
    expect(routeOf(path)).toEqual(route)
  })

  it('reads back any id that it writes', () => {
    for (const id of ['req-81f3c2', 'a/b?c#d', 'é %']) {
      expect(routeOf(idPath(id))).toEqual({ page: 'id', id })
      expect(routeOf(tracePath(id))).toEqual({ page: 'trace', traceId: id })
    }
  })

  it('leaves out what is empty', () => {
    expect(url('/traces', { q: 'a b', cursor: null, sort: '', from: undefined })).toBe('/traces?q=a+b')
    expect(url('/traces', {})).toBe('/traces')
  })
})
