/** The demo as a person starts it: `node examples/demo.ts`, with every port chosen by the system. */
import { fileURLToPath } from 'node:url'
import { startNode, type Child } from '../../../examples/demo/child.ts'

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const START_DEADLINE_MILLIS = 60_000

export interface RunningDemo {
  readonly child: Child
  readonly url: string
  readonly gatewayUrl: string
  readonly lines: readonly string[]
  /** Resolves with the first line that matches, also when it was printed before. */
  line(wanted: RegExp): Promise<string>
}

/** @throws Error with what the demo wrote, when it ends before it has introduced itself */
export async function startDemo(...flags: readonly string[]): Promise<RunningDemo> {
  const lines: string[] = []
  const waiting = new Set<() => void>()
  const child = startNode({
    name: 'demo',
    args: ['examples/demo.ts', '--port', '0', ...flags],
    cwd: ROOT,
    environment: process.env,
    onLine: line => {
      lines.push(line)
      for (const look of waiting) look()
    },
  })
  const line = (wanted: RegExp): Promise<string> =>
    new Promise(resolve => {
      const look = (): void => {
        const match = lines.find(line => wanted.test(line))
        if (match === undefined) return
        waiting.delete(look)
        resolve(match)
      }
      waiting.add(look)
      look()
    })
  const late = AbortSignal.timeout(START_DEADLINE_MILLIS)
  const failed = new Promise<never>((_, reject) => {
    const tell = (why: string): void => reject(new Error([`the demo ${why}; it wrote:`, ...lines].join('\n')))
    void child.ended.then(({ how }) => tell(`ended (${how})`))
    late.addEventListener('abort', () => tell('did not introduce itself'))
  })
  const curl = await Promise.race([line(/your own/), failed]).catch(async (error: unknown) => {
    await child.end(0)
    throw error
  })
  const url = await line(/^\s+Hodoscope\s/)
  const address = /http:\/\/127\.0\.0\.1:\d+/
  return { child, url: address.exec(url)![0], gatewayUrl: address.exec(curl)![0], lines, line }
}
