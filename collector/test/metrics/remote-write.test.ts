/**
 * Prometheus remote-write 1.0 at the door: rows W1 to W14 of what a receiver owes its senders. Here: how
 * it must be sent (W1, W2), what is answered (W3 to W7), limits and what is not known (W13, W14).
 */
import { describe, expect, it } from 'vitest'
import { HodoscopeError } from '../../src/model/errors.ts'
import { raw } from '../otlp/harness.ts'
import { bytesOf, fixed64, int, len } from '../otlp/wire.ts'
import { double, writeRequest, type WrittenSeries } from './write.ts'
import { collector, compressed, given, NOW, PATH, post, up } from './write-receiver.ts'

describe('W1, W2: how it must be sent', () => {
  it.each([
    ['application/x-protobuf', 'snappy', 204],
    ['application/x-protobuf;proto=prometheus.WriteRequest', 'snappy', 204],
    ['Application/X-Protobuf ; PROTO=prometheus.WriteRequest', 'Snappy', 204],
    ['application/x-protobuf;proto=io.prometheus.write.v2.Request', 'snappy', 415],
    ['application/json', 'snappy', 415],
    ['image/png', 'snappy', 415],
    ['text/plain', 'snappy', 415],
    ['application/x-protobuf', 'gzip', 415],
    ['application/x-protobuf', 'deflate', 415],
    ['application/x-protobuf', 'snappy, snappy', 415],
  ])('%s, %s: %i', async (type, encoding, status) => {
    const answer = await post(writeRequest(up()), { 'content-type': type, 'content-encoding': encoding })
    expect(answer.status).toBe(status)
    expect(collector.appended).toHaveLength(status === 204 ? 1 : 0)
  })
  it('uncompressed is refused', async () => {
    const answer = await collector.post(PATH, 'application/x-protobuf', writeRequest(up()))
    expect([answer.status, await answer.text()]).toEqual([
      415,
      'Content-Encoding "" is not snappy. Send snappy-compressed protobuf.\n',
    ])
  })
  it('the version header is not looked at', async () => {
    const answer = await post(writeRequest(up()), { 'x-prometheus-remote-write-version': '9.9.9' })
    expect(answer.status).toBe(204)
  })
  it.each([
    ['what is no snappy', Buffer.from('hello, this is no snappy at all'), 'the body is not valid snappy'],
    ['nothing at all', Buffer.alloc(0), 'not valid snappy: byte 0: it does not begin with its length'],
    ['the framed format', Buffer.from('ff060000734e61507059', 'hex'), 'it is framed'],
    ['snappy around what is no message', compressed(Buffer.from([0x0a, 0xff])), 'write request, byte 1'],
    ['a length that is not kept', Buffer.from([0x02, 0x00, 0x0a]), 'byte 3: it ends after 1 of 2 bytes'],
    ['a length that cannot be kept', Buffer.from([0x7f, 0x00, 0x0a]), '3 bytes of snappy cannot hold 127'],
  ])('%s: 400', async (_, body, message) => {
    const answer = await collector.post(PATH, 'application/x-protobuf', body, {
      'content-encoding': 'snappy',
    })
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining(message)])
    expect(collector.appended).toEqual([])
  })
  it.each(['GET', 'PUT', 'DELETE'])('%s: 405', async method => {
    const answer = await fetch(collector.url + PATH, { method })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST'])
  })
})

describe('W3 to W7: what is answered', () => {
  it('all written: 204, no body, and none of the headers of version 2', async () => {
    const answer = await post(writeRequest(up()))
    expect([answer.status, await answer.text()]).toEqual([204, ''])
    expect([...answer.headers.keys()].filter(name => name.startsWith('x-prometheus'))).toEqual([])
  })
  it('nothing to write: 204', async () => {
    expect((await post(Buffer.alloc(0))).status).toBe(204)
    expect(collector.appended).toEqual([])
  })
  it('one bad series of two: 400 that counts it, and the other is stored', async () => {
    const bad: WrittenSeries = {
      labels: { job: 'x' },
      samples: [
        [NOW, 1],
        [NOW + 1, 2],
      ],
    }
    const answer = await post(writeRequest(bad, up()))
    expect([answer.status, await answer.text()]).toEqual([
      400,
      '2 samples rejected: the label "__name__" is missing (2).\n',
    ])
    expect(given()).toEqual([`up{} ${NOW} 1`])
    const totals = collector.telemetry.totals('samples')
    expect(totals.receivedItems).toBe(totals.storedItems + totals.rejectedItems + totals.refusedItems)
  })
  it('what was written before is written again, alone and among others: 204 each time (W7)', async () => {
    const statuses: number[] = []
    for (const body of [writeRequest(up()), writeRequest(up()), writeRequest(up(), up({ job: 'x' }))])
      statuses.push((await post(body)).status)
    expect(statuses).toEqual([204, 204, 204])
  })
  it('a store that is busy, and one that fails: 503 with Retry-After, never 429 or 500', async () => {
    for (const fault of [
      new HodoscopeError('store_busy', 'behind'),
      new HodoscopeError('disk_full', 'full'),
      new Error('odd'),
    ]) {
      collector.beforeAppend = () => Promise.reject(fault)
      const answer = await post(writeRequest(up()))
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([
        503,
        expect.stringMatching(/^[1-3]$/),
      ])
    }
    collector.defects.length = 0
  })
  it('waits for leave: a body that will be refused is not sent', async () => {
    const head = (length: number): string =>
      `POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\nContent-Encoding: snappy\r\n` +
      `Content-Length: ${length}\r\nExpect: 100-continue\r\n\r\n`
    const received = await raw(collector.port, [head(40_000_000)], text => text.includes('413'))
    expect(received).toMatch(/^HTTP\/1.1 413/)
  })
})

describe('W13, W14: limits, and what is not known', () => {
  it('the length is read before anything is allocated', async () => {
    const lying = Buffer.concat([Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]), Buffer.alloc(10)])
    const answer = await collector.post(PATH, 'application/x-protobuf', lying, {
      'content-encoding': 'snappy',
    })
    expect([answer.status, await answer.text()]).toEqual([
      413,
      'the body has 4294967295 bytes when decompressed; the limit is 33554432. Send smaller batches, or raise http.maxBodyBytes.\n',
    ])
  })
  it('unknown fields are skipped at every level', async () => {
    const unknown = bytesOf(int(1000, 1), fixed64(1001, 1n), len(1002, 'x'))
    const label = len(1, len(1, '__name__'), len(2, 'x'), unknown)
    const answer = await post(
      bytesOf(len(1, label, len(2, double(1, 1), int(2, NOW), unknown), unknown), unknown),
    )
    expect([answer.status, given()]).toEqual([204, [`x{} ${NOW} 1`]])
  })
})
