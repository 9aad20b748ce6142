/** The package as it is published, installed where nothing else is. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { temporaryFolder } from './support/app.ts'
import { startReceiver, type Receiver } from './support/receiver.ts'

const AGENT = fileURLToPath(new URL('..', import.meta.url))
const NODE = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url))
const folder = temporaryFolder()
let receiver: Receiver

beforeAll(async () => void (receiver = await startReceiver()))
afterAll(async () => {
  folder.remove()
  await receiver.close()
})

const npm = (cwd: string, ...args: string[]): string =>
  execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

it('holds the bundle and its notices alone, and works in an empty folder by its name', async () => {
  const [packed] = JSON.parse(npm(AGENT, 'pack', '--json', '--pack-destination', folder.path)) as {
    filename: string
    files: { path: string }[]
  }[]
  expect(packed!.files.map(file => file.path).sort()).toEqual([
    'README.md',
    'dist/THIRD-PARTY.txt',
    'dist/register.cjs',
    'package.json',
  ])

  writeFileSync(join(folder.path, 'package.json'), '{"name":"shop"}')
  npm(
    folder.path,
    'install',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    `./${packed!.filename}`,
  )
  writeFileSync(join(folder.path, 'app.mjs'), APP)
  const { spawn } = await import('node:child_process')
  const child = spawn(NODE, ['--require', '@hodoscope/agent', 'app.mjs'], {
    cwd: folder.path,
    env: { PATH: process.env['PATH'], HODOSCOPE_URL: receiver.url },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const code = await new Promise(resolve => child.on('close', resolve))
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: `hodoscope: sending traces, logs and metrics of "shop" to ${receiver.url}\n`,
  })
  expect(receiver.spans.map(span => [span.service, span.name])).toEqual([
    ['shop', 'GET'],
    ['shop', 'GET'],
  ])
}, 60_000)

const APP = `import { createServer } from 'node:http'
const server = createServer((req, res) => res.end('x')).listen(0, '127.0.0.1', async () => {
  await (await fetch('http://127.0.0.1:' + server.address().port)).text()
  server.closeAllConnections()
  server.close()
})
`
