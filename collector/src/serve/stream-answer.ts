/**
 * A long answer as lines of JSON (NDJSON): how far it has come, what is certain already, and at last
 * the whole answer, or the error that ended it.
 *
 * The response begins with the first line: what fails before it is an ordinary error response.
 * Source: https://github.com/ndjson/ndjson-spec
 */
import type { FoundSink } from '../query/thread.ts'
import { asHodoscopeError, errorAnswer } from './errors.ts'

const HEADERS = {
  'Content-Type': 'application/x-ndjson; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no',
}

/**
 * @param run begins the query; `stop` aborts when nobody reads any more
 * @throws what the query throws before its first line
 */
export async function streamAnswer(
  run: (sink: FoundSink, stop: AbortSignal) => Promise<Uint8Array>,
): Promise<Response> {
  const lines = new Lines()
  const begun = Promise.withResolvers<void>()
  const tell = (kind: string, json: Uint8Array): void => {
    lines.write(kind, json)
    begun.resolve()
  }
  const sink: FoundSink = {
    progress: (done, total) => tell('progress', Buffer.from(JSON.stringify({ done, total }))),
    found: json => tell('found', json),
  }
  const ended = run(sink, lines.cancelled).then(json => tell('answer', json))
  // Whichever comes first: a line, or an end without any.
  await Promise.race([begun.promise, ended])
  void ended
    .catch((error: unknown) => {
      lines.write('error', Buffer.from(JSON.stringify(errorAnswer(asHodoscopeError(error)).error)))
    })
    .finally(() => lines.close())
  return new Response(lines.readable, { headers: HEADERS })
}

class Lines {
  readonly readable: ReadableStream<Uint8Array>
  readonly #cancel = new AbortController()
  #controller!: ReadableStreamDefaultController<Uint8Array>

  constructor() {
    this.readable = new ReadableStream<Uint8Array>({
      start: controller => void (this.#controller = controller),
      cancel: () => this.#cancel.abort(),
    })
  }

  get cancelled(): AbortSignal {
    return this.#cancel.signal
  }

  write(kind: string, json: Uint8Array): void {
    if (this.#cancel.signal.aborted) return
    this.#controller.enqueue(Buffer.concat([Buffer.from(`{"${kind}":`), json, Buffer.from('}\n')]))
  }

  close(): void {
    if (!this.#cancel.signal.aborted) this.#controller.close()
  }
}
