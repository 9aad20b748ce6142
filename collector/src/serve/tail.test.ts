/** Live tails over a script of answers: what is asked when, and how a tail ends. */
import { expect, it } from 'vitest'
import { HodoscopeError } from '../model/errors.ts'
import { Tails, type TailLimits } from './tail.ts'

const LOGS = { signal: 'logs', q: 'level:error', after: undefined } as const

interface Asked {
  readonly job: string
  readonly params: { readonly q: string; readonly after: string | undefined }
}

/** A store of which each answer gives the numbers behind `after`, at most two. */
function script(limits: Partial<TailLimits> = {}) {
  const asked: Asked[] = []
  const state = { stored: 0, ready: true, padding: '' }
  const tails = new Tails(
    {
      queryTimeoutMillis: 1_000,
      isReady: () => state.ready,
      acceptedItems: () => ({ traces: 0, logs: state.stored }),
      queries: {
        run: (job, given) => {
          const params = given as Asked['params']
          asked.push({ job, params })
          const from = Number(params.after?.split('-')[0] ?? state.stored)
          const to = Math.min(state.stored, from + 2)
          const logs = Array.from({ length: to - from }, (_, i) => from + i + 1)
          const answer = { logs, position: `${to}-0`, more: to < state.stored, padding: state.padding }
          return Promise.resolve(Buffer.from(JSON.stringify(answer)))
        },
      },
    },
    { pollMillis: 5, heartbeatMillis: 10_000, ...limits },
  )
  return { asked, state, tails }
}

/** Reads events until one passes; the text of each is kept. */
async function until(reader: ReadableStreamDefaultReader<Uint8Array>, text: string): Promise<string> {
  let read = ''
  while (!read.includes(text)) {
    const { value, done } = await reader.read()
    if (done) throw new Error(`the tail ended with ${JSON.stringify(read)}`)
    read += Buffer.from(value).toString()
  }
  return read
}

const readerOf = (response: Response): ReadableStreamDefaultReader<Uint8Array> => response.body!.getReader()
const numbersIn = (events: string): number[] =>
  [...events.matchAll(/^data: (.*)$/gm)].flatMap(([, json]) => (JSON.parse(json!) as { logs: number[] }).logs)

it('begins now, and gives what arrives once and in order, however many come at a time', async () => {
  const { asked, state, tails } = script()
  state.stored = 5
  const gone = new AbortController()
  const response = await tails.open(LOGS, gone.signal)
  const reader = readerOf(response)
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(numbersIn(await until(reader, 'id: 5-0'))).toEqual([])
  state.stored = 10
  expect(numbersIn(await until(reader, 'id: 10-0'))).toEqual([6, 7, 8, 9, 10])
  expect(asked.map(({ job, params }) => [job, params.after])).toEqual([
    ['tailLogs', undefined],
    ['tailLogs', '5-0'],
    ['tailLogs', '7-0'],
    ['tailLogs', '9-0'],
  ])
  gone.abort()
})

it('goes on behind the record that the client names', async () => {
  const { state, tails } = script()
  state.stored = 5
  const gone = new AbortController()
  const reader = readerOf(await tails.open({ ...LOGS, after: '2-0' }, gone.signal))
  expect(numbersIn(await until(reader, 'id: 5-0'))).toEqual([3, 4, 5])
  gone.abort()
})

it('asks nothing while nothing arrives, and still shows that it lives', async () => {
  const { asked, tails } = script({ heartbeatMillis: 20 })
  const gone = new AbortController()
  const reader = readerOf(await tails.open(LOGS, gone.signal))
  await until(reader, ': still here')
  expect(asked.length).toBe(1)
  gone.abort()
})

it('lets a client go that reads too slowly, with a last event that says so', async () => {
  const { state, tails } = script({ maxBufferedBytes: 10_000 })
  const gone = new AbortController()
  const response = await tails.open(LOGS, gone.signal)
  state.padding = 'x'.repeat(6_000)
  state.stored = 1_000
  await expect.poll(() => tails.size).toBe(0)
  const events = await response.text()
  expect(events.length).toBeLessThan(40_000)
  expect(events).toMatch(/event: end\ndata: \{"code":"slow","message":"[^"]+"\}\n\n$/)
  gone.abort()
})

it('ends when the collector stops, and says so', async () => {
  const { state, tails } = script()
  const response = await tails.open(LOGS, new AbortController().signal)
  state.ready = false
  expect(await response.text()).toContain('"code":"shutting_down"')
  expect(tails.size).toBe(0)
})

it('refuses more than there may be, and has room again when one is gone', async () => {
  const { tails } = script({ maxTails: 2 })
  const gone = new AbortController()
  await tails.open(LOGS, gone.signal)
  await tails.open(LOGS, new AbortController().signal)
  await expect(tails.open(LOGS, new AbortController().signal)).rejects.toMatchObject({ code: 'queries_busy' })
  gone.abort()
  await expect.poll(() => tails.size).toBe(1)
  await tails.open(LOGS, new AbortController().signal)
})

it('lets a fault of the first question through as what it is, and keeps no place for it', async () => {
  const tails = new Tails({
    queryTimeoutMillis: 1_000,
    isReady: () => true,
    acceptedItems: () => ({ traces: 0, logs: 0 }),
    queries: { run: () => Promise.reject(new HodoscopeError('query_malformed', 'no')) },
  })
  await expect(tails.open(LOGS, new AbortController().signal)).rejects.toMatchObject({
    code: 'query_malformed',
  })
  expect(tails.size).toBe(0)
})
