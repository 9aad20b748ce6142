import { expect, it } from 'vitest'
import { HodoscopeError } from '../model/errors.ts'
import type { PartSink } from '../query/thread.ts'
import { streamParts } from './stream-parts.ts'

const HEADERS = { 'Content-Type': 'application/json' }
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

it('parts are one body, whoever is faster', async () => {
  const response = await streamParts(async sink => {
    for (const text of ['{"a":', '[1,', '2]', '}']) {
      sink.part(bytes(text), () => undefined)
      await new Promise(resolve => setImmediate(resolve))
    }
  }, HEADERS)
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(await response.json()).toEqual({ a: [1, 2] })
})

it('a part counts as read when it has gone on, not before', async () => {
  const read: number[] = []
  const response = await streamParts(sink => {
    for (const n of [1, 2, 3, 4]) sink.part(bytes(`${n}`), () => read.push(n))
    return Promise.resolve()
  }, HEADERS)
  const reader = response.body!.getReader()
  await reader.read()
  // A stream asks for one part ahead.
  expect(read).toEqual([1, 2])
  await reader.read()
  await reader.read()
  await reader.read()
  expect([read, (await reader.read()).done]).toEqual([[1, 2, 3, 4], true])
})

it('what fails before the first part is an ordinary error', async () => {
  const run = () => Promise.reject(new HodoscopeError('not_found', 'planted'))
  await expect(streamParts(run, HEADERS)).rejects.toMatchObject({ code: 'not_found' })
})

it('what fails later cuts the body', async () => {
  const response = await streamParts(sink => {
    sink.part(bytes('half'), () => undefined)
    return Promise.reject(new HodoscopeError('query_timeout', 'planted'))
  }, HEADERS)
  await expect(response.text()).rejects.toMatchObject({ code: 'query_timeout' })
})

it('whoever goes away stops the query', async () => {
  const stopped = Promise.withResolvers<void>()
  const run = (sink: PartSink, stop: AbortSignal): Promise<void> => {
    sink.part(bytes('some'), () => undefined)
    stop.addEventListener('abort', () => stopped.resolve())
    return stopped.promise
  }
  const response = await streamParts(run, HEADERS)
  await response.body!.cancel()
  await stopped.promise
})
