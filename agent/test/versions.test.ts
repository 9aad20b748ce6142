/**
 * One flag on every version of Node that is promised: CommonJS, ES modules, TypeScript, worker threads, cluster, child
 * processes. 22.15 lacks the synchronous hooks, so `import` is hooked by the asynchronous ones there.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { builtAgent, run, serve } from './support/app.ts'
import { nodeVersion } from './support/node-versions.ts'
import { startReceiver, type Receiver } from './support/receiver.ts'

const VERSIONS = ['22.15.0', '22.23.3', '26.10.0']

/** Of the app, its method, path and the name that its server span must have. */
const APPS = [
  ['CommonJS', 'express.cjs', '/orders', 'GET /orders'],
  ['an ES module that imports CommonJS', 'express.mjs', '/orders/1', 'GET /orders/:id'],
  ['ES modules throughout', 'hono.mjs', '/stock/tea', 'GET /stock/:item'],
  ['TypeScript', 'express.mts', '/orders/1', 'GET /orders/:id'],
] as const

let receiver: Receiver

beforeAll(async () => {
  await builtAgent()
  receiver = await startReceiver()
})
afterAll(() => receiver.close())
beforeEach(() => {
  receiver.spans.length = 0
  receiver.logs.length = 0
})

describe.each(VERSIONS)('Node %s', version => {
  const node = process.platform === 'linux' && process.arch === 'x64' ? nodeVersion(version) : undefined
  const env = () => ({ HODOSCOPE_URL: receiver.url, NODE_NO_WARNINGS: '1' })
  const kinds = () => receiver.spans.map(span => span.kind).toSorted((a, b) => a - b)

  describe.skipIf(node === undefined)('instruments', () => {
    it.each(APPS)('%s (%s)', async (_what, file, path, name) => {
      const typed = file.endsWith('.mts') && version.startsWith('22.15') ? ['--experimental-strip-types'] : []
      const app = await serve(file, { node: node!, env: env(), flags: typed })
      await fetch(app.url + path)
      app.kill('SIGTERM')
      const { stderr } = await app.exit
      expect(receiver.spans.find(span => span.kind === 2)?.name, stderr).toBe(name)
    })

    it('worker threads', async () => {
      expect(await run('worker.cjs', { node: node!, env: env() }).exit).toMatchObject({ code: 0 })
      expect(kinds()).toEqual([2, 3])
    })

    it('a cluster', async () => {
      const app = await serve('cluster.cjs', { node: node!, env: env() })
      await fetch(app.url)
      app.kill('SIGTERM')
      expect(await app.exit).toMatchObject({ code: 0, signal: null })
      expect(kinds()).toEqual([2])
    })

    it('child processes, and a crash in one', async () => {
      const exit = await run('parent.cjs', { node: node!, env: env() }).exit
      expect(exit).toMatchObject({ code: 0, stdout: 'fork 0\nspawn 1\n' })
      expect(kinds()).toEqual([2, 2, 3, 3])
      expect(receiver.logs.filter(log => log.scope === 'process').map(log => log.body)).toEqual([
        'Error: the host crashed',
      ])
    })
  })
})
