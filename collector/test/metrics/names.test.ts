/** From OTLP's names, units and attributes to Prometheus' names and labels. */
import { describe, expect, it } from 'vitest'
import { labelName, metricName } from '../../src/decode/series/naming.ts'
import { decodeRequest } from '../../src/decode/request.ts'
import { gauge, metricsRequest, numberPoint } from './otlp.ts'
import { decode, outcome, stored, T } from './stored-lines.ts'

describe('names', () => {
  it.each([
    ['http.server.request.duration', 's', 'histogram', false, 'http_server_request_duration_seconds'],
    ['http.server.requests', '{request}', 'sum', true, 'http_server_requests_total'],
    ['requests.total', '', 'sum', true, 'requests_total'],
    ['total.requests', '', 'sum', true, 'requests_total'],
    ['process.memory.usage', 'By', 'sum', false, 'process_memory_usage_bytes'],
    ['system.network.io', 'By/s', 'gauge', false, 'system_network_io_bytes_per_second'],
    ['cpu.utilization', '1', 'gauge', false, 'cpu_utilization_ratio'],
    ['cpu.time', '1', 'sum', true, 'cpu_time_total'],
    ['memory.bytes', 'By', 'gauge', false, 'memory_bytes'],
    ['queue.size', '{item}/s', 'gauge', false, 'queue_size_per_second'],
    ['2nd.metric', '', 'gauge', false, '_2nd_metric'],
    ['a__b..c', '', 'gauge', false, 'a_b_c'],
    ['job:rate', '', 'gauge', false, 'job:rate'],
    ['☃', '', 'gauge', false, '_'],
  ] as const)('%s, unit %s, %s', (name, unit, kind, monotonic, expected) => {
    expect(metricName(name, unit, kind, monotonic)).toBe(expected)
  })
  it.each([
    ['http.request.method', 'http_request_method'],
    ['1st', 'key_1st'],
    ['_private', 'key_private'],
    ['a..b', 'a_b'],
    ['__proto__', 'key_proto_'],
    ['', 'key_'],
  ])('label %s', (key, expected) => {
    expect(labelName(key)).toBe(expected)
  })
  it('keys that become one name have their values joined, in order of the keys', () => {
    const point = numberPoint({ time: T, value: 1, attributes: { a_b: '2', 'a.b': '1' } })
    expect(outcome(decode(gauge('g', [point])))).toEqual(['g{a_b=1;2} 0 1'])
  })
  it('resource attributes are labels by choice', () => {
    const body = metricsRequest([gauge('g', [numberPoint({ time: T, value: 1 })])], {
      'service.name': 's',
      'k8s.pod': 'p',
      'host.name': 'h',
    })
    const decoded = decodeRequest('metrics', 'protobuf', new Uint8Array(body))
    const info = 'target_info{host_name=h,k8s_pod=p} 0 1'
    expect(stored(decoded)).toEqual(['g{} 0 1', info])
    expect(stored(decoded, ['k8s.pod'])).toEqual(['g{k8s_pod=p} 0 1', info])
    expect(stored(decoded, ['*'])).toEqual(['g{host_name=h,k8s_pod=p,service_name=s} 0 1', info])
  })
})
