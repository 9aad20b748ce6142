import { describe, expect, it } from 'vitest'
import {
  deployPath,
  errorPath,
  idPath,
  routeOf,
  servicePath,
  sloEditorPath,
  sloPath,
  tracePath,
  url,
} from './routes.ts'

describe('routes', () => {
  it.each([
    ['/', { page: 'overview' }],
    ['/overview', { page: 'overview' }],
    ['/status', { page: 'status' }],
    ['/traces', { page: 'traces' }],
    ['/traces/', { page: 'traces' }],
    ['/traces/abc', { page: 'trace', traceId: 'abc' }],
    ['/logs', { page: 'logs' }],
    ['/query', { page: 'query' }],
    ['/map', { page: 'map' }],
    ['/services', { page: 'services' }],
    ['/services/', { page: 'services' }],
    ['/services/a%2Fb', { page: 'service', service: 'a/b' }],
    ['/services/pay/deploys/1.2.0', { page: 'deploy', service: 'pay', version: '1.2.0' }],
    ['/services/pay/deploys', { page: 'unknown', path: '/services/pay/deploys' }],
    ['/services/pay/other/1', { page: 'unknown', path: '/services/pay/other/1' }],
    ['/services//deploys/1', { page: 'unknown', path: '/services//deploys/1' }],
    ['/errors', { page: 'errors' }],
    ['/errors/other', { page: 'error', fingerprint: 'other' }],
    ['/errors/a/b', { page: 'unknown', path: '/errors/a/b' }],
    ['/slos', { page: 'slos' }],
    ['/slos/', { page: 'slos' }],
    ['/slos/pay.1', { page: 'slo', name: 'pay.1' }],
    ['/slos/a%2Fb', { page: 'slo', name: 'a/b' }],
    ['/slos/edit', { page: 'slo', name: 'edit' }],
    ['/slos/pay/edit', { page: 'slo-editor', name: 'pay' }],
    ['/slos/pay/other', { page: 'unknown', path: '/slos/pay/other' }],
    ['/slos//edit', { page: 'unknown', path: '/slos//edit' }],
    ['/new-slo', { page: 'slo-editor', name: undefined }],
    ['/alerts', { page: 'alerts' }],
    ['/alerts/x', { page: 'unknown', path: '/alerts/x' }],
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
      expect(routeOf(servicePath(id))).toEqual({ page: 'service', service: id })
      expect(routeOf(deployPath(id, id))).toEqual({ page: 'deploy', service: id, version: id })
      expect(routeOf(errorPath(id))).toEqual({ page: 'error', fingerprint: id })
      expect(routeOf(sloPath(id))).toEqual({ page: 'slo', name: id })
      expect(routeOf(sloEditorPath(id))).toEqual({ page: 'slo-editor', name: id })
      expect(routeOf(tracePath(id))).toEqual({ page: 'trace', traceId: id })
    }
  })

  it('leaves out what is empty', () => {
    expect(url('/traces', { q: 'a b', cursor: null, sort: '', from: undefined })).toBe('/traces?q=a+b')
    expect(url('/traces', {})).toBe('/traces')
  })
})
