/** An application that uses one library, asked route by route; what it says, and the spans that it leaves. */
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { builtAgent, serve, until, type App } from './app.ts'
import { startReceiver, type Receiver, type SpanSeen } from './receiver.ts'

export interface Asked {
  readonly body: unknown
  readonly root: SpanSeen
  /** Children of the server span, in the order in which they ended. */
  readonly below: SpanSeen[]
}

export interface Running {
  readonly ask: (path: string) => Promise<Asked>
  readonly spans: () => SpanSeen[]
  readonly url: () => string
}

/** @param env  what the application needs, known once the servers are up */
export function inApp(
  file: string,
  env: () => Record<string, string>,
  cases: (running: Running) => void,
): void {
  describe(file, () => {
    let receiver: Receiver
    let app: App
    beforeAll(async () => {
      await builtAgent()
      receiver = await startReceiver()
      app = await serve(`libraries/${file}`, { env: { HODOSCOPE_URL: receiver.url, ...env() } })
    })
    afterAll(async () => {
      app?.kill('SIGTERM')
      await app?.exit
      await receiver.close()
    })
    const ask = async (path: string): Promise<Asked> => {
      receiver.spans.length = 0
      const body: unknown = await (await fetch(app.url + path)).json()
      const root = await until(
        () => receiver.spans.find(span => span.kind === 2 && 'url.path' in span.attributes),
        `the server span of ${path}`,
        app.stderr,
      )
      const below = receiver.spans.filter(span => span !== root)
      for (const span of below) expect(span.traceId).toBe(root.traceId)
      return { body, root, below: below.filter(span => span.parentSpanId === root.spanId) }
    }
    cases({ ask, spans: () => receiver.spans, url: () => app.url })
  })
}

/** Name and status of each, `!` for an error. */
export function names(spans: readonly SpanSeen[]): string[] {
  return spans.map(span => span.name + (span.status === 2 ? ' !' : ''))
}
