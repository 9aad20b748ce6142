/**
 * The Dockerfile replayed without an engine: its COPY and RUN lines, one after the other, in an
 * empty folder, and then what its stages run. This is also what a clean clone goes through.
 *
 * It installs the whole repository once more, so it runs under `CI=true` or `HODOSCOPE_REPLAY=1`.
 */
import { execFile, execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, matchesGlob } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startNode, type Child } from './demo/child.ts'
import { parseDockerfile, type Step } from './dockerfile.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const REPLAY_DEADLINE_MILLIS = 180_000
const wanted = process.env['CI'] === 'true' || process.env['HODOSCOPE_REPLAY'] === '1'
if (!wanted) console.warn('SKIPPED: the Dockerfile is not replayed; set HODOSCOPE_REPLAY=1 to do it')

const stages = parseDockerfile(readFileSync(join(ROOT, 'examples/Dockerfile'), 'utf8'))

/** What `docker build` would be handed: the files of the repository without the ignored ones. */
function buildContext(): readonly string[] {
  const ignored = readFileSync(join(ROOT, 'examples/Dockerfile.dockerignore'), 'utf8').trim().split('\n')
  const patterns = ignored.flatMap(pattern => [pattern, `${pattern}/**`])
  return execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT })
    .toString()
    .split('\0')
    .filter(path => path !== '' && statSync(join(ROOT, path), { throwIfNoEntry: false })?.isFile())
    .filter(path => !patterns.some(pattern => matchesGlob(path, pattern)))
}

async function replay(step: Step, folder: string, context: readonly string[]): Promise<void> {
  if (step.instruction === 'RUN') {
    await promisify(execFile)('/bin/sh', ['-c', step.script], { cwd: folder })
    return
  }
  for (const source of step.sources)
    for (const path of source === '.' ? context : context.filter(path => path === source)) {
      const target =
        source === '.' || !step.destination.endsWith('/')
          ? path
          : join(step.destination, path.split('/').at(-1)!)
      mkdirSync(dirname(join(folder, target)), { recursive: true })
      cpSync(join(ROOT, path), join(folder, target))
    }
}

describe.runIf(wanted)('the Dockerfile, replayed in an empty folder', () => {
  let folder: string
  const started: Child[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hodoscope-replay-'))
    const context = buildContext()
    for (const step of stages.get('collector')!.steps) await replay(step, folder, context)
  }, REPLAY_DEADLINE_MILLIS)

  afterAll(async () => {
    await Promise.all(started.map(child => child.end(5_000)))
    rmSync(folder, { recursive: true, force: true })
  })

  /** Runs a stage's command until it prints a line that matches. */
  async function firstMatch(
    stage: string,
    environment: Record<string, string>,
    wanted: RegExp,
  ): Promise<string> {
    const { command, environment: own } = stages.get(stage)!
    return new Promise((resolve, reject) => {
      const child = startNode({
        name: stage,
        args: command.slice(1),
        cwd: folder,
        environment: { PATH: process.env['PATH'], ...own, ...environment },
        onLine: line => {
          const match = wanted.exec(line)
          if (match) resolve(match[0])
        },
      })
      started.push(child)
      void child.ended.then(({ how, lastWords }) => reject(new Error([stage, how, ...lastWords].join('\n'))))
    })
  }

  it('holds a collector that serves its UI', async () => {
    const url = await firstMatch(
      'collector',
      { HODOSCOPE_LISTEN: '127.0.0.1:0' },
      /http:\/\/127\.0\.0\.1:\d+/,
    )
    const page = await fetch(url)
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('<script')
  })

  it('holds a shop whose services start with the agent', async () => {
    const line = await firstMatch('shop', { HOST: '127.0.0.1', PORT: '0' }, /gateway listens on .*/)
    expect(line).toBe('gateway listens on 127.0.0.1:0')
  })
})
