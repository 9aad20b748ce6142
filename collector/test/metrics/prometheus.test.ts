/**
 * Debian's Prometheus scrapes a collector and sends what it found to it by remote-write: the
 * collector then holds exactly the samples that Prometheus holds itself.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Labels, Series } from '../../src/model/series.ts'
import { unixMillis } from '../../src/model/time.ts'
import { SharedCells } from '../../src/store/shared-cells.ts'
import openReader from '../../src/store/sqlite/reader.ts'
import { patient } from '../conformance/scene.ts'
import { startCollector } from '../support/collector.ts'
import { hasPrometheus, runPrometheus } from '../support/prometheus.ts'

/** Samples by series: `labels` as sorted JSON, then each `time value`. */
type Held = Readonly<Record<string, readonly string[]>>

const keyOf = (labels: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))

interface PrometheusAnswer {
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>
      readonly values: readonly (readonly [number, string])[]
    }[]
  }
}

async function heldByPrometheus(url: string, at: number): Promise<Held> {
  const query = new URLSearchParams({ query: '{job="collector"}[10m]', time: String(at / 1000) })
  const { data } = (await (await fetch(`${url}/api/v1/query?${query.toString()}`)).json()) as PrometheusAnswer
  return Object.fromEntries(
    data.result.map(({ metric, values }) => [
      keyOf(metric),
      values.map(([time, value]) => `${Math.round(time * 1000)} ${Number(value)}`),
    ]),
  )
}

function heldBy(all: readonly Series[], until: number): Held {
  const held: Record<string, readonly string[]> = {}
  for (const { labels, times, values, stale } of all) {
    const samples = [...times].flatMap((time, i) =>
      time <= until && stale?.[i] !== 1 ? [`${time} ${values[i]}`] : [],
    )
    if (samples.length > 0) held[keyOf(objectOf(labels))] = samples
  }
  return held
}

const objectOf = (labels: Labels): Record<string, string> => Object.fromEntries(labels)

describe.skipIf(!hasPrometheus('nothing sends by remote-write'))(
  'a real Prometheus',
  { timeout: 120_000 },
  () => {
    let folder: string
    let prometheus: Awaited<ReturnType<typeof runPrometheus>> | undefined
    beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'hodoscope-prometheus-'))))
    afterAll(async () => {
      await prometheus?.end('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    })

    it('sends by remote-write what it scrapes, and we hold what it holds', async () => {
      const data = join(folder, 'data')
      const collector = await startCollector(data)
      const config = join(folder, 'prometheus.yml')
      writeFileSync(config, configuration(collector.url))
      prometheus = await runPrometheus(config, join(folder, 'tsdb'))
      const { url } = prometheus
      const scrapes = async (): Promise<number> => {
        const held = await heldByPrometheus(url, Date.now()).catch((): Held => ({}))
        return Math.max(0, ...Object.values(held).map(samples => samples.length))
      }
      await expect.poll(scrapes, { timeout: 60_000, interval: 200 }).toBeGreaterThanOrEqual(4)
      const until = Date.now()
      const theirs = await heldByPrometheus(url, until)
      // What waits in its queues is sent before it ends.
      await prometheus.end('SIGTERM')
      expect(await collector.stop()).toBe(0)

      const reader = openReader({ folder: data, cells: new SharedCells().memory })
      const snapshot = reader.snapshot()
      const view = snapshot.metrics(patient)
      const range = { from: unixMillis(-Infinity), to: unixMillis(Infinity) }
      const ours = heldBy(
        view.select({ matchers: [{ name: 'job', op: '=', value: 'collector' }], ...range }),
        until,
      )
      expect(Object.keys(theirs).length).toBeGreaterThan(50)
      expect(Object.keys(ours).sort()).toEqual(Object.keys(theirs).sort())
      expect(ours).toEqual(theirs)
      expect(view.metadata()).toContainEqual({
        name: 'hodoscope_ingest_requests_total',
        type: 'counter',
        unit: '',
        help: expect.stringContaining('Requests that arrived') as string,
        attributes: [],
      })
      expect(snapshot.partial).toEqual([])
      snapshot.release()
      reader.close()
    })
  },
)

const configuration = (url: string): string => `
global:
  scrape_interval: 500ms
scrape_configs:
  - job_name: collector
    static_configs:
      - targets: ['${new URL(url).host}']
remote_write:
  - url: ${url}/api/v1/write
    send_exemplars: true
    metadata_config:
      send_interval: 500ms
`
