/**
 * An answer that is passed on while it is made, at the pace of whoever reads it.
 *
 * The response begins with the first part: what fails before it is an ordinary error response. What
 * fails later cuts the connection, so that half an answer is never taken for a whole one.
 */
import type { PartSink } from '../query/thread.ts'
import { asHodoscopeError } from './errors.ts'

interface Part {
  readonly text: Uint8Array
  readonly read: () => void
}

/**
 * @param run begins the query; `stop` aborts when nobody reads any more
 * @throws what the query throws before its first part
 */
export async function streamParts(
  run: (sink: PartSink, stop: AbortSignal) => Promise<unknown>,
  headers: Record<string, string>,
): Promise<Response> {
  const gone = new AbortController()
  const parts: Part[] = []
  let wake = Promise.withResolvers<void>()
  const state: { end: 'running' | 'whole' | Error } = { end: 'running' }
  const sink: PartSink = {
    part(text, read) {
      parts.push({ text, read })
      wake.resolve()
    },
  }
  void run(sink, gone.signal).then(
    () => finish('whole'),
    (error: unknown) => finish(asHodoscopeError(error)),
  )
  const finish = (how: 'whole' | Error): void => {
    state.end = how
    wake.resolve()
  }
  await wake.promise
  if (parts.length === 0 && state.end instanceof Error) throw state.end

  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      while (parts.length === 0 && state.end === 'running') {
        wake = Promise.withResolvers()
        await wake.promise
      }
      const part = parts.shift()
      if (part !== undefined) {
        controller.enqueue(part.text)
        part.read()
      } else if (state.end instanceof Error) controller.error(state.end)
      else controller.close()
    },
    cancel: () => gone.abort(),
  })
  return new Response(body, { headers })
}
