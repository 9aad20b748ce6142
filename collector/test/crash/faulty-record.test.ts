/**
 * A record on which the builder of blocks fails costs itself and nothing else: it is set aside whole,
 * told in the status and in every answer, and what comes before and behind it is stored.
 */
import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { zstdDecompressSync } from 'node:zlib'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Random } from '../../bench/payload/random.ts'
import { spansOf } from '../../src/decode/objects.ts'
import type { StatusAnswer, TraceAnswer } from '../../src/serve/api-types.ts'
import { startCollector, type RunningCollector } from '../support/collector.ts'
import { NumberedRequests, type NumberedRequest } from '../support/numbered.ts'
import { send, shopTrace, TRACE_ID } from '../support/shop-trace.ts'
import { storedRecords } from './ledger.ts'
import { post } from './senders.ts'

const PLANT = pathToFileURL(join(import.meta.dirname, 'plant-fault.ts')).href
const FAILS_AT_ONCE = 'planted: fails while it is appended'
const FAILS_LATER = 'planted: fails when its block is cut'
const DRAINED_WITHIN_MILLIS = 60_000

let data: string
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'hodoscope-faulty-'))
})
afterEach(() => rm(data, { recursive: true, force: true }))

const start = (): Promise<RunningCollector> =>
  startCollector(data, [], { environment: { NODE_OPTIONS: `--import=${PLANT}` } })

/** The shop's trace, its root named as the planted fault wants it. */
function planted(name: string): { traces: unknown; logs: unknown } {
  const text = JSON.stringify(shopTrace(Date.now() - 60_000).traces)
  return { traces: JSON.parse(text.replace('POST /checkout', name)), logs: {} }
}

const status = async (url: string): Promise<StatusAnswer> =>
  (await (await fetch(`${url}/api/status`)).json()) as StatusAnswer

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + DRAINED_WITHIN_MILLIS
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not in time: ${what}`)
    await wait(50)
  }
}

/** Answers without the record are partial, and say so; of what was sent nothing is missing. */
async function holdAll(url: string, sent: readonly NumberedRequest[], aside: string): Promise<void> {
  for (const { traceId, items } of sent) {
    const answer = (await (await fetch(`${url}/api/traces/${traceId}`)).json()) as TraceAnswer
    expect(answer.spans).toHaveLength(items)
    expect(answer.partial).toMatchObject([
      { what: aside, reason: expect.stringContaining('planted') as string },
    ])
  }
}

const setAside = (): string[] =>
  readdirSync(join(data, 'partitions')).filter(name => name.endsWith('.record.db.quarantine'))

function heldSpans(name: string): string[] {
  const db = new Database(join(data, 'partitions', name), { readonly: true })
  const { traces } = db.prepare('select traces from record').get() as { traces: Uint8Array }
  db.close()
  return [...spansOf(zstdDecompressSync(traces))].map(span => span.name)
}

it.each([
  ['while it is appended', FAILS_AT_ONCE],
  ['when its block is cut', FAILS_LATER],
])(
  'a record that fails %s is set aside, and all others are stored',
  async (_, name) => {
    const requests = new NumberedRequests(new Random(21))
    const sent: NumberedRequest[] = []
    const sendSome = async (url: string): Promise<void> => {
      for (let n = 0; n < 3; n++) {
        const request = requests.spans(20)
        expect(await post(url, request)).toBe(true)
        sent.push(request)
      }
    }
    const collector = await start()
    await sendSome(collector.url)
    await send(collector.url, planted(name))
    await sendSome(collector.url)
    // The stop cuts every block, and what stalls then is taken up again by the next process.
    expect(await collector.stop()).toBe(0)
    const again = await start()
    await sendSome(again.url)
    await until(async () => setAside().length === 1, 'the record is set aside')
    const [aside] = setAside()
    expect(heldSpans(aside!)).toEqual([name, 'POST', 'POST /charge'])
    await until(
      async () => (await status(again.url)).store.quarantined.includes(aside!),
      'the status tells it',
    )
    await holdAll(again.url, sent, aside!)
    expect(await again.stop()).toBe(0)

    const last = await start()
    await holdAll(last.url, sent, aside!)
    expect(await storedRecords(last.url)).toEqual({ traces: 9 * 20, logs: 0 })
    const { store } = await status(last.url)
    expect(store).toMatchObject({ backlogRecords: 0, refusing: null, quarantined: [aside] })
    expect((await fetch(`${last.url}/api/traces/${TRACE_ID}`)).status).toBe(404)
    expect(setAside()).toEqual([aside])
    expect(await last.stop()).toBe(0)
  },
  120_000,
)
