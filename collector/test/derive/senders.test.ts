/** Who sends, seen by resources as they come, and read back: over crashes, renewed versions and a month. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeSpans } from '../../src/decode/objects.ts'
import { DerivedCounts } from '../../src/derive/consumer.ts'
import { SenderReader, type SeenSender } from '../../src/senders/reader.ts'
import { attrs, resource, Scene } from '../conformance/scene.ts'

const scene = new Scene(1)
const MINUTE = 60_000
/** Of now: who sent a month ago is forgotten. */
const BEGINS = Math.floor(Date.now() / MINUTE)

let path: string
let closing: (() => void)[]
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'hodoscope-senders-'))
  path = join(folder, 'derived.db')
  closing = [() => rmSync(folder, { recursive: true })]
})
afterEach(() => {
  for (const close of closing.toReversed()) close()
})

function begin(): DerivedCounts {
  const { port1, port2 } = new MessageChannel()
  const consumer = new DerivedCounts({ path, port: port1 }, 0)
  closing.push(() => {
    consumer.close()
    port2.close()
  })
  return consumer
}

/** A record that came so many milliseconds after the beginning. */
const record = (sequence: number, at: number, ...told: [string, object][]) => ({
  sequence,
  received: BigInt(BEGINS * MINUTE + at) * 1_000_000n,
  traces: encodeSpans(
    told.map(([service, of]) =>
      scene.span({ resource: resource(service, attrs(...Object.entries(of).flat())) }),
    ),
  ),
  logs: undefined,
})

function senders(since = 0, service?: string): readonly SeenSender[] {
  const reader = new SenderReader(path)
  try {
    return reader.senders(since, service)
  } finally {
    reader.close()
  }
}

const AGENT = {
  'service.version': '1.4',
  'service.instance.id': 'pay-1',
  'host.name': 'node-7',
  'process.pid': 4_711n,
  'process.runtime.name': 'nodejs',
  'process.runtime.version': '20.11.0',
  'telemetry.sdk.name': 'opentelemetry',
  'telemetry.sdk.language': 'nodejs',
  'telemetry.sdk.version': '2.1.0',
  'telemetry.distro.name': 'hodoscope',
  'telemetry.distro.version': '0.1.0',
}

describe('senders', () => {
  it('are told with what their resource says, and when they sent first and last', () => {
    const consumer = begin()
    consumer.take(record(1, 0, ['pay', AGENT]))
    consumer.take(record(2, 59_999, ['pay', AGENT]))
    consumer.commit()
    consumer.take(record(3, 5 * MINUTE, ['pay', AGENT]))
    consumer.commit()
    expect(senders()).toEqual([
      {
        service: 'pay',
        instance: 'pay-1',
        described: {
          version: '1.4',
          host: 'node-7',
          pid: 4_711,
          runtime: 'nodejs 20.11.0',
          sdk: 'opentelemetry nodejs 2.1.0',
          distro: 'hodoscope 0.1.0',
        },
        first: BEGINS,
        last: BEGINS + 5,
      },
    ])
  })

  it('without an instance are told apart by host and process, and by nothing where they tell nothing', () => {
    const consumer = begin()
    const on = (host: string, pid: bigint) => ({ 'host.name': host, 'process.pid': pid })
    consumer.take(record(1, 0, ['pay', on('a', 1n)], ['pay', on('a', 2n)], ['cart', {}]))
    consumer.commit()
    expect(senders().map(({ service, instance }) => [service, instance])).toEqual([
      ['cart', ''],
      ['pay', 'a 1'],
      ['pay', 'a 2'],
    ])
  })

  it('are asked for by service, and by when they sent last', () => {
    const consumer = begin()
    consumer.take(record(1, 0, ['pay', {}], ['cart', {}]))
    consumer.take(record(2, 3 * MINUTE, ['cart', {}]))
    consumer.commit()
    expect(senders(0, 'pay')).toHaveLength(1)
    expect(senders(BEGINS + 3).map(({ service }) => service)).toEqual(['cart'])
    expect(senders(BEGINS + 4)).toEqual([])
  })

  it('tell of themselves what they told last', () => {
    const consumer = begin()
    const of = (version: string) => ({ 'service.instance.id': 'x', 'service.version': version })
    consumer.take(record(1, 0, ['pay', of('1.0')]))
    consumer.take(record(2, MINUTE, ['pay', of('1.1')]))
    consumer.commit()
    expect(senders()).toMatchObject([{ described: { version: '1.1' }, first: BEGINS, last: BEGINS + 1 }])
  })

  it('of a record that was not stored before the process died are told when it comes again', () => {
    begin().take(record(1, 0, ['pay', {}]))
    closing.pop()!()
    const again = begin()
    expect(senders()).toEqual([])
    again.take(record(1, 0, ['pay', {}]))
    again.commit()
    expect(senders()).toHaveLength(1)
  })
})
