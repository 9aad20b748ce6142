/** The thread of alerts dies of a defect, or does nothing any more: it is started again, and told of. */
import { MessageChannel } from 'node:worker_threads'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { alertDesk, type AlertDesk } from '../../src/alert/client.ts'
import type { AlertSettings } from '../../src/alert/messages.ts'
import { exposeAlertMetrics } from '../../src/telemetry/alert-metrics.ts'
import { createTelemetry } from '../../src/telemetry/telemetry.ts'

const settings: AlertSettings = {
  routing: { receivers: [], routes: [] },
  allowedAddresses: [],
  externalUrl: '',
  sloFolder: undefined,
  ruleFiles: [],
  heartbeatUrl: undefined,
}

let desk: AlertDesk
let stalledAfterMillis = 60_000
let consumer: MessageChannel['port1']
const logged: string[] = []
const defined: unknown[] = []

beforeEach(() => {
  const { port1, port2 } = new MessageChannel()
  consumer = port1
  consumer.on('message', message => defined.push(message))
  desk = alertDesk(
    {
      folder: '',
      settings,
      derive: port2,
      query: () => Promise.reject(new Error('none')),
      write: () => Promise.resolve(),
      log: (_, message) => logged.push(message),
      entry: new URL('./mortal-thread.ts', import.meta.url),
      firstPauseMillis: 50,
      stalledAfterMillis,
    },
    true,
  )
})
afterEach(async () => {
  await desk.close()
  consumer.close()
})

async function metrics(): Promise<string[]> {
  const { registry } = createTelemetry({ version: '1', process: false })
  exposeAlertMetrics(registry, () => desk.status())
  return (await registry.metrics()).split('\n').filter(line => line.startsWith('hodoscope_alerts_'))
}
const runs = async () =>
  expect.poll(() => desk.status().state, { timeout: 30_000, interval: 10 }).toBe('running')

it('runs again after each death, with its port to the counts', { timeout: 60_000 }, async () => {
  await runs()
  expect(await metrics()).toEqual(['hodoscope_alerts_down 0', 'hodoscope_alerts_restarts_total 0'])
  for (const death of [1, 2]) {
    const dying = desk.call('die', {})
    await expect(dying).rejects.toMatchObject({ code: 'alerts_busy', retryable: true })
    expect(desk.status()).toEqual({ state: 'down', restarts: death - 1 })
    expect((await metrics())[0]).toBe('hodoscope_alerts_down 1')
    await expect(desk.call('heard', {})).rejects.toMatchObject({ code: 'alerts_busy' })
    await runs()
    expect(desk.status()).toEqual({ state: 'running', restarts: death })
    consumer.postMessage({ told: death })
    await expect.poll(() => desk.call('heard', {}), { timeout: 30_000 }).toBe(`[{"told":${death}}]`)
  }
  expect(defined).toHaveLength(3)
  expect(logged).toEqual([
    'the thread of alerts has failed: Error: a defect',
    'the thread of alerts has ended; it is started again in 50 ms',
    'the thread of alerts has failed: Error: a defect',
    'the thread of alerts has ended; it is started again in 100 ms',
  ])
})

describe('a thread that runs and evaluates nothing', () => {
  beforeAll(() => {
    stalledAfterMillis = 300
  })

  it('is told of as stalled, until a round goes well', { timeout: 60_000 }, async () => {
    const stalls = () => expect.poll(() => desk.status(), { timeout: 30_000, interval: 10 })
    await stalls().toEqual({ state: 'stalled', restarts: 0 })
    expect((await metrics())[0]).toBe('hodoscope_alerts_down 1')
    // Answers alone are no sign of life.
    await desk.call('heard', {})
    expect(desk.status().state).toBe('stalled')
    await desk.call('round', {})
    expect(desk.status().state).toBe('running')
    expect((await metrics())[0]).toBe('hodoscope_alerts_down 0')
    await stalls().toEqual({ state: 'stalled', restarts: 0 })
  })
})
