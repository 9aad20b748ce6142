/** A live tail of a real collector: joined to what is stored, fed by what is acknowledged. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as answers from '../../src/serve/answers/index.ts'
import type { LogsAnswer, LogTailAnswer, SpanTailAnswer } from '../../src/serve/api-types.ts'
import { startCollector, type RunningCollector } from '../support/collector.ts'

let folder: string
let collector: RunningCollector

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hodoscope-tail-'))
  collector = await startCollector(join(folder, 'data'))
})
afterAll(async () => {
  await collector.stop()
  await rm(folder, { recursive: true })
})

async function post(path: string, body: unknown): Promise<void> {
  const headers = { 'Content-Type': 'application/json' }
  const response = await fetch(collector.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(response.status).toBe(200)
}

const sendLogs = (...texts: readonly string[]) =>
  post('/v1/logs', {
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
        scopeLogs: [
          {
            logRecords: texts.map(text => ({
              timeUnixNano: `${Date.now()}000000`,
              body: { stringValue: text },
            })),
          },
        ],
      },
    ],
  })

/** Reads the data of events until one passes. */
async function* events<T>(path: string): AsyncGenerator<T> {
  const gone = new AbortController()
  const response = await fetch(collector.url + path, { signal: gone.signal })
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  try {
    let text = ''
    for await (const chunk of response.body!) {
      text += Buffer.from(chunk).toString()
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const data = /^data: (.*)$/m.exec(text.slice(0, end))
        text = text.slice(end + 2)
        if (data !== null) yield JSON.parse(data[1]!) as T
      }
    }
  } finally {
    gone.abort()
  }
}

it('goes on behind the last line of a search, without gap or double', async () => {
  await sendLogs('order 1', 'noise', 'order 2')
  const search = await fetch(`${collector.url}/api/logs?q=order&order=oldest`)
  const { logs } = (await search.json()) as LogsAnswer
  const seen = logs.map(log => log.body)
  const last = logs.at(-1)!
  await sendLogs('noise', 'order 3')
  for await (const event of events<LogTailAnswer>(`/api/logs/tail?q=order&after=${last.id}`)) {
    expect(answers.LogTailAnswer.safeParse(event).error?.issues ?? []).toEqual([])
    seen.push(...event.logs.map(log => log.body))
    if (seen.length === 3) await sendLogs('order 4', 'order 5')
    if (seen.length >= 5) break
  }
  expect(seen).toEqual(['order 1', 'order 2', 'order 3', 'order 4', 'order 5'])
})

it('spans likewise', async () => {
  const now = BigInt(Date.now()) * 1_000_000n
  const span = (name: string) => ({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    name,
    kind: 2,
    startTimeUnixNano: String(now),
    endTimeUnixNano: String(now + 5_000_000n),
  })
  const seen: SpanTailAnswer['spans'] = []
  for await (const event of events<SpanTailAnswer>('/api/traces/tail?q=duration%3E1ms')) {
    expect(answers.SpanTailAnswer.safeParse(event).error?.issues ?? []).toEqual([])
    seen.push(...event.spans)
    if (seen.length > 0) break
    await post('/v1/traces', { resourceSpans: [{ scopeSpans: [{ spans: [span('GET /live')] }] }] })
  }
  expect(seen.map(({ name, kind, durationNano }) => [name, kind, durationNano])).toEqual([
    ['GET /live', 'server', 5_000_000],
  ])
})

it('a malformed search is refused before anything is streamed', async () => {
  const response = await fetch(`${collector.url}/api/logs/tail?q=status%3D`)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { code: 'query_malformed' } })
})
