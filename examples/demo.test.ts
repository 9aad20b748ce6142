import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { afterEach, expect, it, onTestFinished } from 'vitest'
import { ROOT, startDemo, type RunningDemo } from '../collector/test/support/demo.ts'
import type { ServicesAnswer, TracesAnswer } from '../collector/src/serve/api-types.ts'
import { isOpen, until } from './demo/ports.ts'
import { SERVICES } from './shop/services.ts'

const FIRST_TRACES_WITHIN_MILLIS = 15_000
const ENDS_WITHIN_MILLIS = 6_000
const LONG = 90_000

const demos: RunningDemo[] = []
afterEach(async () => {
  for (const { child } of demos.splice(0)) await child.end(ENDS_WITHIN_MILLIS)
})

async function demo(...flags: string[]): Promise<RunningDemo> {
  const started = await startDemo(...flags)
  demos.push(started)
  return started
}

interface ChildProcess {
  readonly pid: number
  readonly command: string
}

function childrenOf(parent: number): ChildProcess[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='])
    .toString()
    .split('\n')
    .map(line => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [])
    .filter(([, , of]) => Number(of) === parent)
    .map(([, pid, , command]) => ({ pid: Number(pid), command: command! }))
    .filter(({ command }) => !command.startsWith('ps '))
}

function isAlive({ pid }: { readonly pid: number }): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const dataFolder = ({ lines }: RunningDemo): string => {
  const line = lines.find(line => line.includes('data '))!
  return line.trim().split(/\s+/)[1]!
}

const get = async <T>(url: string): Promise<T> => (await (await fetch(url)).json()) as T

it(
  'shows traces of every service, tells a crash, and leaves nothing behind when it is interrupted',
  async () => {
    const begun = performance.now()
    const running = await demo('--rate', '30', '--seed', '7')
    const { url, gatewayUrl, child } = running

    await until(async () => {
      const { traces } = await get<TracesAnswer>(`${url}/api/traces?q=service:gateway`)
      return traces.length > 0
    }, AbortSignal.timeout(FIRST_TRACES_WITHIN_MILLIS))
    expect(performance.now() - begun).toBeLessThan(FIRST_TRACES_WITHIN_MILLIS)

    const instrumented = SERVICES.filter(({ instrumented }) => instrumented).map(({ name }) => name)
    let seen: string[] = []
    await until(async () => {
      seen = (await get<ServicesAnswer>(`${url}/api/services`)).services.map(({ service }) => service)
      return seen.length >= instrumented.length
    }, AbortSignal.timeout(15_000))
    expect(seen.sort()).toEqual(instrumented.sort())
    expect(await running.line(/A checkout has failed/)).toMatch(
      /\(\d{3} \w+\)\. Paste its id .* req-[0-9a-f]{10}$/,
    )

    const children = childrenOf(child.pid)
    expect(children).toHaveLength(SERVICES.length + 2)
    process.kill(children.find(({ command }) => command.includes('shop/mailer.ts'))!.pid, 'SIGKILL')
    await running.line(/^mailer has ended by itself \(SIGKILL\)/)

    const interrupted = performance.now()
    process.kill(child.pid, 'SIGINT')
    expect(await child.ended).toMatchObject({ how: 'code 0' })
    expect(performance.now() - interrupted).toBeLessThan(ENDS_WITHIN_MILLIS)
    expect(children.filter(isAlive)).toEqual([])
    for (const address of [url, gatewayUrl]) expect(await isOpen(Number(new URL(address).port))).toBe(false)
    expect(existsSync(dataFolder(running))).toBe(false)
  },
  LONG,
)

it(
  'ends when the process that started it is killed, as npm may be',
  async () => {
    const script = `require('node:child_process').spawn(process.execPath, ['examples/demo.ts', '--port', '0', '--rate', '0'], { stdio: 'inherit' })`
    const parent = spawn(process.execPath, ['-e', script], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void parent.kill('SIGKILL'))
    let output = ''
    parent.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    await until(async () => output.includes('Ctrl-C'), AbortSignal.timeout(60_000))

    const [demo] = childrenOf(parent.pid!)
    const family = [demo!, ...childrenOf(demo!.pid)]
    expect(family).toHaveLength(SERVICES.length + 2)
    parent.kill('SIGKILL')
    await until(async () => !family.some(isAlive), AbortSignal.timeout(2 * ENDS_WITHIN_MILLIS))
    expect(family.filter(isAlive)).toEqual([])
  },
  LONG,
)
