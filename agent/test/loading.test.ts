/** The ways in: by flag, by import, by require; once, quietly, or not at all. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtAgent, run, serve, temporaryFolder, until } from './support/app.ts'
import { startReceiver, type Receiver } from './support/receiver.ts'

const AGENT = fileURLToPath(new URL('../dist/register.cjs', import.meta.url))

let receiver: Receiver
const folder = temporaryFolder()

beforeAll(async () => {
  await builtAgent()
  receiver = await startReceiver()
})

afterAll(async () => {
  folder.remove()
  await receiver.close()
})

const services = (): string[] => receiver.spans.filter(span => span.kind === 2).map(span => span.service)

describe('the agent is loaded', () => {
  it.each([
    ['--require', 'express.cjs', '/orders', 'GET /orders'],
    ['--require', 'express.mjs', '/orders/1', 'GET /orders/:id'],
    ['--import', 'express.cjs', '/orders', 'GET /orders'],
    ['--import', 'express.mjs', '/orders/1', 'GET /orders/:id'],
    ['--import', 'hono.mjs', '/stock/tea', 'GET /stock/:item'],
  ] as const)('by %s into %s', async (by, file, path, name) => {
    const service = `${by} ${file}`
    const app = await serve(file, { by, env: { HODOSCOPE_URL: receiver.url, OTEL_SERVICE_NAME: service } })
    await fetch(app.url + path)
    app.kill('SIGTERM')
    await app.exit
    const spans = receiver.spans.filter(span => span.service === service)
    expect(spans.map(span => span.kind)).toEqual([3, 2])
    expect(spans[1]!.name).toBe(name)
  })

  it('by require as the first line', async () => {
    const file = join(folder.path, 'first-line.cjs')
    writeFileSync(
      file,
      `require(${JSON.stringify(AGENT)})\nprocess.env.TELL = 'end'\nrequire(${JSON.stringify(app('work-and-end.cjs'))})`,
    )
    const exit = await run(file, { by: 'none', env: { HODOSCOPE_URL: receiver.url } }).exit
    expect(exit.code).toBe(0)
    expect(services()).toContain('first-line')
  })

  it('by NODE_OPTIONS, into the service and not into npm', async () => {
    mkdirSync(join(folder.path, 'npm', 'bin'), { recursive: true })
    const npm = join(folder.path, 'npm', 'bin', 'npm-cli.js')
    writeFileSync(npm, 'console.log("npm ran")')
    const env = { HODOSCOPE_URL: receiver.url, NODE_OPTIONS: `--require ${AGENT}` }
    const exit = await run(npm, { by: 'none', env }).exit
    expect(exit).toMatchObject({ code: 0, stdout: 'npm ran\n', stderr: '' })
  })

  it('once, whichever flags ask for it', async () => {
    const env = {
      HODOSCOPE_URL: receiver.url,
      TELL: 'end',
      NODE_OPTIONS: `--require ${AGENT} --import ${AGENT}`,
    }
    const exit = await run('work-and-end.cjs', { env }).exit
    expect(exit.stderr.trim().split('\n')).toHaveLength(1)
  })
})

const app = (file: string): string => fileURLToPath(new URL(`apps/${file}`, import.meta.url))

describe('the service is named', () => {
  it.each([
    [
      'after its package.json',
      { 'package.json': '{"name":"shop-cart","version":"1.2.3"}' },
      {},
      'shop-cart',
      '1.2.3',
    ],
    [
      'after its script without a package name',
      { 'package.json': '{"type":"commonjs"}' },
      {},
      'main',
      undefined,
    ],
    [
      'by OTEL_SERVICE_NAME before all',
      { 'package.json': '{"name":"x"}' },
      { OTEL_SERVICE_NAME: 'named' },
      'named',
      undefined,
    ],
    [
      'by OTEL_RESOURCE_ATTRIBUTES',
      { 'package.json': '{"name":"x"}' },
      { OTEL_RESOURCE_ATTRIBUTES: 'service.name=res,team=a' },
      'res',
      undefined,
    ],
  ])('%s', async (name, files, env, expected, version) => {
    const home = join(folder.path, name.replaceAll(' ', '-'))
    mkdirSync(home)
    for (const [file, text] of Object.entries(files)) writeFileSync(join(home, file), text)
    writeFileSync(join(home, 'main.cjs'), `require(${JSON.stringify(app('work-and-end.cjs'))})`)

    const before = receiver.resources.length
    const exit = await run(join(home, 'main.cjs'), {
      env: { HODOSCOPE_URL: receiver.url, TELL: 'end', ...env },
    }).exit
    expect(exit.stderr).toBe(
      `hodoscope: sending traces, logs and metrics of "${expected}" to ${receiver.url}\n`,
    )
    const resource = receiver.resources[before]!
    expect(resource).toMatchObject({
      'service.name': expected,
      'telemetry.distro.name': 'hodoscope',
      'process.runtime.name': 'nodejs',
    })
    if (version) expect(resource['service.version']).toBe(version)
    expect(resource).not.toHaveProperty('process.command_args')
  })
})

describe('switches', () => {
  const tell = { TELL: 'end' }

  it('OTEL_SDK_DISABLED leaves the host alone', async () => {
    const before = receiver.requests.length
    const exit = await run('work-and-end.cjs', {
      env: { ...tell, HODOSCOPE_URL: receiver.url, OTEL_SDK_DISABLED: 'true' },
    }).exit
    expect(exit).toMatchObject({ code: 0, stderr: '' })
    expect(receiver.requests.length).toBe(before)
  })

  it('HODOSCOPE_QUIET says nothing, and sends', async () => {
    const env = { ...tell, HODOSCOPE_URL: receiver.url, HODOSCOPE_QUIET: '1', OTEL_SERVICE_NAME: 'quiet' }
    const exit = await run('work-and-end.cjs', { env }).exit
    expect(exit.stderr).toBe('')
    expect(services()).toContain('quiet')
  })

  it('OTEL_TRACES_SAMPLER decides what is sent', async () => {
    const env = {
      ...tell,
      HODOSCOPE_URL: receiver.url,
      OTEL_TRACES_SAMPLER: 'always_off',
      OTEL_SERVICE_NAME: 'unsampled',
    }
    expect((await run('work-and-end.cjs', { env }).exit).code).toBe(0)
    expect(services()).not.toContain('unsampled')
  })

  it('OTEL_LOGS_EXPORTER=none sends traces alone', async () => {
    const before = receiver.requests.length
    const env = {
      HODOSCOPE_URL: receiver.url,
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_SERVICE_NAME: 'traces-only',
    }
    const server = await serve('logs.cjs', { env })
    await fetch(server.url)
    await until(() => services().includes('traces-only'), 'its span')
    server.kill('SIGTERM')
    const { stderr, stdout } = await server.exit
    expect(stderr).toContain('hodoscope: sending traces of "traces-only"')
    expect(stdout).toContain('"trace_id"')
    expect(new Set(receiver.requests.slice(before).map(request => request.path))).toEqual(
      new Set(['/v1/traces']),
    )
  })

  it('OTEL_EXPORTER_OTLP_HEADERS and HODOSCOPE_TOKEN go with every request', async () => {
    const before = receiver.requests.length
    const env = {
      ...tell,
      HODOSCOPE_URL: receiver.url,
      HODOSCOPE_TOKEN: 't-1',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=a',
    }
    await run('work-and-end.cjs', { env }).exit
    const sent = receiver.requests.slice(before)
    expect(sent.length).toBeGreaterThan(0)
    for (const { headers } of sent) {
      expect(headers).toMatchObject({
        authorization: 'Bearer t-1',
        'x-tenant': 'a',
        'content-type': 'application/json',
      })
    }
  })
})
