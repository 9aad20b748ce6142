/** The command as people run it: what it says, how it ends, and what it refuses. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startCollector } from '../support/collector.ts'
import { send, shopTrace, TRACE_ID } from '../support/shop-trace.ts'

const BINARY = fileURLToPath(new URL('../../bin/hodoscope.js', import.meta.url))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hodoscope-cli-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The environment without what would configure a collector. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('HODOSCOPE_')),
)

function hodoscope(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BINARY, ...args], {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
    timeout: 15_000,
  })
  return { status, stdout, stderr }
}

describe('hodoscope', () => {
  it('--version and --help answer at once', () => {
    expect(hodoscope('--version')).toEqual({ status: 0, stdout: '0.1.0\n', stderr: '' })
    const help = hodoscope('--help')
    expect(help.status).toBe(0)
    for (const command of ['serve', 'check', 'options']) expect(help.stdout).toContain(command)
  })

  it('tells an unknown command, and what may have been meant', () => {
    expect(hodoscope('chekc')).toEqual({
      status: 1,
      stdout: '',
      stderr: 'hodoscope: unknown command "chekc"; did you mean "check"?\n',
    })
  })

  it('check tells all faults of a file, and its exit code', async () => {
    const file = join(folder, 'bad.yaml')
    await writeFile(file, 'listen: nowhere\nstorage:\n  retentoin: 7d\n')
    expect(hodoscope('check', '--config', file)).toEqual({
      status: 1,
      stdout: '',
      stderr: [
        'hodoscope: configuration: 2 faults',
        '  listen             expected an address such as "127.0.0.1:4318", got "nowhere"  (bad.yaml:1:1)',
        '  storage.retentoin  unknown option; did you mean "retention"?  (bad.yaml:3:3)',
        '',
      ].join('\n'),
    })
    expect(hodoscope('check')).toEqual({ status: 0, stdout: 'configuration: no faults\n', stderr: '' })
  })

  it('options lists every option with its variable', () =>
    expect(hodoscope('options').stdout).toMatch(/^storage\.retention +HODOSCOPE_STORAGE_RETENTION +7d /m))
})

describe('a collector', () => {
  it('ends with 0 on SIGTERM, on SIGINT too, and has what it acknowledged when it starts again', async () => {
    const data = join(folder, 'again')
    const first = await startCollector(data)
    await send(first.url, shopTrace(Date.now()))
    expect(await first.stop()).toBe(0)
    const second = await startCollector(data)
    const trace = await fetch(`${second.url}/api/traces/${TRACE_ID}`)
    expect(((await trace.json()) as { spanCount: number }).spanCount).toBe(3)
    process.kill(second.pid, 'SIGINT')
    await expect.poll(() => isAlive(second.pid), { timeout: 12_000 }).toBe(false)
  })

  it('refuses a data folder that another one holds, with a clear message', async () => {
    const data = join(folder, 'shared')
    const holder = await startCollector(data)
    onTestFinished(() => holder.kill())
    const { status, stderr } = hodoscope('serve', '--data', data, '--listen', '127.0.0.1:0')
    expect(status).toBe(1)
    expect(stderr).toBe(
      `hodoscope: the data folder ${data} is in use by process ${holder.pid}; ` +
        'stop that process, or choose another folder with --data\n',
    )
  })

  it('refuses an address that is taken, with a clear message', async () => {
    const holder = await startCollector(join(folder, 'first'))
    onTestFinished(() => holder.kill())
    const { host } = new URL(holder.url)
    const { status, stderr } = hodoscope('--data', join(folder, 'second'), '--listen', host)
    expect(status).toBe(1)
    expect(stderr).toMatch(/^hodoscope: the address is in use; .* choose another with --listen \(/)
  })

  it('finishes a request that is under way when it is told to stop', async () => {
    const collector = await startCollector(join(folder, 'underway'))
    const body = Buffer.from(JSON.stringify(shopTrace(Date.now()).traces))
    const upload = request(`${collector.url}/v1/traces`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Content-Length': body.length },
    })
    const answered = once(upload, 'response') as Promise<[{ statusCode: number }]>
    upload.write(body.subarray(0, 100))
    await once(upload, 'socket')
    await expect.poll(() => fetch(`${collector.url}/healthz`).then(answer => answer.status)).toBe(200)
    const stopped = collector.stop()
    await expect
      .poll(() =>
        fetch(`${collector.url}/healthz`).then(
          () => 'open',
          () => 'closed',
        ),
      )
      .toBe('closed')
    upload.end(body.subarray(100))
    expect((await answered)[0].statusCode).toBe(200)
    expect(await stopped).toBe(0)
  })

  it('ends at once on a second signal', async () => {
    const collector = await startCollector(join(folder, 'second-signal'))
    const upload = request(`${collector.url}/v1/traces`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Content-Length': 10 },
    })
    upload.on('error', () => undefined)
    upload.write('{')
    await expect.poll(() => fetch(`${collector.url}/healthz`).then(answer => answer.status)).toBe(200)
    const began = performance.now()
    await expect.poll(() => isAlive(collector.pid) && process.kill(collector.pid, 'SIGTERM')).toBe(false)
    expect(await collector.stop()).toBe(143)
    expect(performance.now() - began).toBeLessThan(3_000)
  })

  it('makes its folder and files readable by their owner alone', async () => {
    const data = join(folder, 'private')
    const collector = await startCollector(data)
    onTestFinished(() => collector.kill())
    const modes = spawnSync('find', [data, '-perm', '/077'], { encoding: 'utf8' })
    expect(modes.stdout).toBe('')
  })
})

const OLD_NODE = ['/usr/bin/node', '/usr/local/bin/node'].find(isOldNode)

function isOldNode(path: string): boolean {
  if (!existsSync(path)) return false
  const [major, minor] = spawnSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' })
    .stdout.split('.')
    .map(Number)
  return major! < 22 || (major === 22 && minor! < 18)
}

describe.skipIf(OLD_NODE === undefined)('under a Node that is too old', () => {
  function launch(data: string): ChildProcess {
    const args = [BINARY, '--data', join(folder, data), '--listen', '127.0.0.1:0']
    return spawn(OLD_NODE!, args, { stdio: ['ignore', 'pipe', 'ignore'], env: environment })
  }
  const listening = async (child: ChildProcess) => {
    for await (const chunk of child.stdout!) {
      const url = /http:\S+/.exec(String(chunk))
      if (url) return url[0]
    }
    throw new Error('it ended without a URL')
  }

  it('starts itself again under the one of the repository, and passes signals and exit code through', async () => {
    const child = launch('old')
    const url = await listening(child)
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
    const refused = spawnSync(OLD_NODE!, [BINARY, 'chekc'], { env: environment })
    expect(refused.status).toBe(1)
  })

  it('leaves no collector behind when it is killed', async () => {
    const child = launch('orphan')
    const url = await listening(child)
    child.kill('SIGKILL')
    await expect
      .poll(
        () =>
          fetch(url).then(
            () => 'open',
            () => 'closed',
          ),
        { timeout: 10_000 },
      )
      .toBe('closed')
  })
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
