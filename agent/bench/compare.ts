/**
 * The agent beside no agent and beside the stock auto-instrumentation, in interleaved runs: each round starts every
 * variant once, in an order that turns, and differences are taken within the round, so that a machine that drifts
 * drifts for all. What counts is the CPU time of the whole service process ÷ requests, not how fast they came.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { quantile, type Figure } from '../../collector/bench/harness/figure.ts'
import { buildAgent } from '../build.ts'
import { installLibraries, STOCK } from './libraries.ts'
import { listening, Service, type Variant } from './service.ts'

export interface Scale {
  readonly rounds: number
  readonly requests: number
  readonly warmUp: number
  /** Of open load. */
  readonly seconds: number
}

interface Place {
  readonly libraries: string
  readonly sinkPort: number
  readonly env: Readonly<Record<string, string>>
}

const VARIANTS = ['none', 'agent', 'stock'] as const
const CONNECTIONS = 16

/** Added CPU as a share of stock's. */
const BARS: Readonly<Record<string, number>> = {
  'node:http': 1 / 4,
  express: 1 / 4,
  fastify: 1 / 4,
  pg: 1 / 3,
}

/** @param postgres  connection string; without one the service with a query is left out */
export async function compare(scale: Scale, postgres?: string): Promise<Figure[]> {
  await buildAgent()
  const libraries = installLibraries()
  const sink = spawn(process.execPath, [join(import.meta.dirname, 'sink.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const place: Place = {
      libraries,
      sinkPort: await listening(sink),
      env: postgres === undefined ? {} : { POSTGRES: postgres },
    }
    const kinds = ['node:http', 'express', 'fastify', ...(postgres === undefined ? [] : ['pg'])]
    const figures: Figure[] = []
    for (const kind of kinds) figures.push(...(await compareCpu(kind, scale, place)))
    figures.push(...(await compareStart(scale, place)))
    figures.push(...(await compareMemory(scale, place)))
    figures.push(...(await compareLatency(scale, place)))
    return figures
  } finally {
    sink.kill('SIGKILL')
  }
}

type Measured<T> = Record<Variant, T>

/** @returns one record a round */
async function rounds<T>(
  count: number,
  place: Place,
  kind: string,
  measure: (service: Service) => Promise<T>,
): Promise<Measured<T>[]> {
  const all: Measured<T>[] = []
  for (let round = 0; round < count; round++) {
    const measured: Partial<Measured<T>> = {}
    for (let i = 0; i < VARIANTS.length; i++) {
      const variant = VARIANTS[(round + i) % VARIANTS.length]!
      const service = await Service.start({ kind, variant, ...place })
      try {
        measured[variant] = await measure(service)
      } finally {
        await service.stop()
      }
    }
    all.push(measured as Measured<T>)
  }
  return all
}

const median = (values: readonly number[]): number => quantile(values, 0.5)

const added = (all: readonly Measured<number>[], variant: 'agent' | 'stock'): number =>
  median(all.map(measured => measured[variant] - measured.none))

const without = (all: readonly Measured<number>[]): number => median(all.map(({ none }) => none))

async function compareCpu(kind: string, scale: Scale, place: Place): Promise<Figure[]> {
  const all = await rounds(scale.rounds, place, kind, async service => {
    await service.load({ connections: CONNECTIONS, requests: scale.warmUp })
    const before = service.cpuSeconds
    await service.load({ connections: CONNECTIONS, requests: scale.requests })
    return ((service.cpuSeconds - before) / scale.requests) * 1e6
  })
  const share = median(all.map(({ none, agent, stock }) => (agent - none) / (stock - none)))
  return [
    { name: `${kind}: CPU a request without`, value: without(all), unit: 'µs' },
    { name: `${kind}: added by the agent`, value: added(all, 'agent'), unit: 'µs' },
    { name: `${kind}: added by ${STOCK}`, value: added(all, 'stock'), unit: 'µs' },
    { name: `${kind}: agent ÷ stock`, value: share, unit: '× stock', bar: { atMost: BARS[kind]! } },
  ]
}

async function compareStart({ rounds: count }: Scale, place: Place): Promise<Figure[]> {
  const all = await rounds(count * 3, place, 'node:http', service => Promise.resolve(service.startMillis))
  return [
    { name: 'start without', value: without(all), unit: 'ms' },
    { name: 'start: added by the agent', value: added(all, 'agent'), unit: 'ms', bar: { atMost: 100 } },
    { name: 'start: added by stock', value: added(all, 'stock'), unit: 'ms' },
  ]
}

/** As many requests a second as asked for, or as the service can. */
async function compareMemory({ rounds: count, seconds }: Scale, place: Place): Promise<Figure[]> {
  const all = await rounds(Math.ceil(count / 2), place, 'node:http', async service => {
    const watch = service.watchRss()
    const { answered, seconds: took } = await service.load({ connections: 32, rate: 5000, seconds })
    return { rss: watch.stop() / 1e6, rate: answered / took }
  })
  const rss = all.map(measured => picked(measured, one => one.rss))
  const rates = all.map(measured => picked(measured, one => one.rate))
  return [
    { name: 'RSS without, peak at 5,000 requests/s', value: without(rss), unit: 'MB' },
    { name: 'RSS: added by the agent', value: added(rss, 'agent'), unit: 'MB', bar: { atMost: 50 } },
    { name: 'RSS: added by stock', value: added(rss, 'stock'), unit: 'MB' },
    { name: 'RSS: reached by the agent', value: median(rates.map(rate => rate.agent)), unit: 'requests/s' },
    { name: 'RSS: reached by stock', value: median(rates.map(rate => rate.stock)), unit: 'requests/s' },
  ]
}

function picked<T>({ none, agent, stock }: Measured<T>, pick: (one: T) => number): Measured<number> {
  return { none: pick(none), agent: pick(agent), stock: pick(stock) }
}

/** The longest time that the event loop was held bounds every task of the agent, the host's and the collector's pauses included. */
async function compareLatency({ rounds: count, seconds }: Scale, place: Place): Promise<Figure[]> {
  const all = await rounds(count, place, 'express', async service => {
    await service.load({ connections: CONNECTIONS, rate: 1000, seconds: 3 })
    await service.eventLoopDelay()
    const { latenciesMillis } = await service.load({ connections: CONNECTIONS, rate: 1000, seconds })
    return { p99: quantile(latenciesMillis, 0.99), held: (await service.eventLoopDelay()).maxMillis }
  })
  const p99 = all.map(measured => picked(measured, one => one.p99))
  const held = all.map(measured => picked(measured, one => one.held))
  return [
    { name: 'p99 latency without, 1,000 requests/s', value: without(p99), unit: 'ms' },
    { name: 'p99 latency: added by the agent', value: added(p99, 'agent'), unit: 'ms', bar: { atMost: 1 } },
    { name: 'p99 latency: added by stock', value: added(p99, 'stock'), unit: 'ms' },
    { name: 'event loop held, longest, without', value: without(held), unit: 'ms' },
    {
      name: 'event loop held, longest, with the agent',
      value: median(held.map(one => one.agent)),
      unit: 'ms',
      bar: { atMost: 25 },
    },
    { name: 'event loop held, longest, with stock', value: median(held.map(one => one.stock)), unit: 'ms' },
  ]
}
