/**
 * Both packages as they would be published, installed into an empty folder and run there: nothing
 * of the repository is within reach.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { LogsAnswer, TracesAnswer, TraceAnswer } from '../src/serve/api-types.ts'
import { send, shopTrace, TRACE_ID } from './support/shop-trace.ts'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PACKAGES = ['collector', 'agent']

/**
 * This Node first, none of the repository's programs, none of our settings; but the certificates that
 * the machine trusts, without which npm may reach no registry.
 */
const environment = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(HODOSCOPE|OTEL|NODE(?!_EXTRA_CA_CERTS)|npm)_/.test(name),
    ),
  ),
  PATH: [
    dirname(process.execPath),
    ...process.env['PATH']!.split(delimiter).filter(p => !p.startsWith(ROOT)),
  ].join(delimiter),
}

let folder: string
let collector: ChildProcess | undefined
let url: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hodoscope-package-'))
  for (const name of PACKAGES)
    await run('npm', ['pack', '--workspace', name, '--pack-destination', folder, '--loglevel=error'], {
      cwd: ROOT,
    })
  await writeFile(join(folder, 'package.json'), '{"private":true}')
  const tarballs = (await readdir(folder)).filter(file => file.endsWith('.tgz')).map(file => `./${file}`)
  const quiet = [
    '--ignore-scripts',
    '--prefer-offline',
    '--fetch-timeout=20000',
    '--fetch-retries=5',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]
  await run('npm', ['install', ...quiet, ...tarballs], { cwd: folder, env: environment })
}, 180_000)

afterAll(async () => {
  collector?.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

const npx = (...args: readonly string[]) =>
  run('npx', ['--no-install', ...args], { cwd: folder, env: environment })

it('holds what runs, and neither sources nor tests', async () => {
  const inside = async (name: string) =>
    (await readdir(join(folder, 'node_modules', name), { recursive: true })).filter(
      file => !file.startsWith('node_modules'),
    )
  const files = await inside('hodoscope')
  for (const file of ['bin/hodoscope.js', 'dist/main.js', 'dist/ui/index.html', 'LICENSE', 'README.md'])
    expect(files).toContain(file)
  for (const file of [...files, ...(await inside('@hodoscope/agent'))])
    expect(file).not.toMatch(/\.test\.|(?<!\.d)\.ts$/)
})

it('has the types of its API for programs that ask it', async () => {
  const program = `import type { TraceAnswer } from 'hodoscope/api'
    export const names = (answer: TraceAnswer): readonly string[] => answer.spans.map(span => span.name)
    // @ts-expect-error there is no such field
    export const wrong = (answer: TraceAnswer): unknown => answer.nothing`
  await writeFile(join(folder, 'program.mts'), program)
  const tsc = join(ROOT, 'node_modules/.bin/tsc')
  await run(tsc, ['--strict', '--module', 'nodenext', '--noEmit', 'program.mts'], {
    cwd: folder,
    env: environment,
  })
})

it('answers its version', async () => {
  expect((await npx('hodoscope', '--version')).stdout).toBe('0.1.0\n')
})

it('starts, and shows the UI', async () => {
  const bin = join(folder, 'node_modules/.bin/hodoscope')
  collector = spawn(bin, ['--listen', '127.0.0.1:0'], { cwd: folder, env: environment, stdio: 'pipe' })
  const wrote: string[] = []
  collector.stderr!.on('data', chunk => wrote.push(String(chunk)))
  collector.stdout!.on('data', chunk => wrote.push(String(chunk)))
  await expect.poll(() => wrote.join(''), { timeout: 15_000 }).toMatch(/http:\S+/)
  url = /http:\S+/.exec(wrote.join(''))![0]
  const page = await fetch(url, { headers: { Accept: 'text/html' } })
  const [, script] = /src="(\/[^"]+\.js)"/.exec(await page.text())!
  expect((await fetch(url + script)).headers.get('cache-control')).toContain('immutable')
})

it('takes a trace and answers with it at once', async () => {
  await send(url, shopTrace(Date.now()))
  const trace = (await (await fetch(`${url}/api/traces/${TRACE_ID}`)).json()) as TraceAnswer
  expect([trace.spans.length, trace.logs.length]).toEqual([3, 1])
  expect(await readdir(join(folder, '.hodoscope'))).not.toEqual([])
})

it('sees a service that the packaged agent instruments by one flag', async () => {
  const app = `
    const { createServer, get } = require('node:http')
    const server = createServer((request, response) => {
      console.log('served ' + request.url)
      response.end('ok')
    })
    server.listen(0, '127.0.0.1', () => {
      get({ port: server.address().port, path: '/hello' }, answer => {
        answer.resume().on('end', () => server.close())
      }).on('close', () => server.closeAllConnections())
    })`
  await writeFile(join(folder, 'app.cjs'), app)
  const env = { ...environment, HODOSCOPE_URL: url, OTEL_SERVICE_NAME: 'packaged' }
  await run(process.execPath, ['--require', '@hodoscope/agent', 'app.cjs'], { cwd: folder, env })
  await expect
    .poll(async () => {
      const query = new URLSearchParams({ q: 'service=packaged' })
      return ((await (await fetch(`${url}/api/traces?${query.toString()}`)).json()) as TracesAnswer).traces
        .length
    })
    .toBe(1)
  const logs = (await (await fetch(`${url}/api/logs?q=service%3Dpackaged`)).json()) as LogsAnswer
  expect(logs.logs.map(log => log.body)).toEqual(['served /hello'])
  expect(logs.logs[0]!.traceId).toMatch(/^[\da-f]{32}$/)
})

it('ends with 0 on SIGTERM', async () => {
  collector!.kill('SIGTERM')
  expect(await once(collector!, 'exit')).toEqual([0, null])
})
