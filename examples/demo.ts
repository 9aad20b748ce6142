/**
 * The demo: a collector with its UI, the shop with the agent in each of its services, and customers.
 *
 *   node examples/demo.ts [--port 4318] [--rate 8] [--seed N] [--data DIR]
 *
 * With `--rate 0` no customers come; with `--port 0` every port is one that the system chose.
 *
 * Everything that it starts ends with it: on Ctrl-C, on SIGTERM, when the terminal closes, and when
 * the `npm` that started it is killed. The data lies in a temporary folder that is deleted at the
 * end, unless `--data` names one.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startNode, type Child } from './demo/child.ts'
import { freePort, isOpen, until } from './demo/ports.ts'
import { addresses, agentEnvironment, SERVICES } from './shop/services.ts'

const { values: flags } = parseArgs({
  options: {
    port: { type: 'string', default: '4318' },
    rate: { type: 'string', default: '8' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    data: { type: 'string' },
  },
})

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FIRST_SHOP_PORT = 4400
const PATIENCE_MILLIS = { load: 500, shop: 1_500, collector: 2_500 }

const say = (text: string): void => void process.stdout.write(`${text}\n`)

const folder = flags.data ? resolve(flags.data) : mkdtempSync(join(tmpdir(), 'hodoscope-demo-'))
const shopData = join(folder, 'shop')
mkdirSync(shopData, { recursive: true })

// ---- starting and ending ------------------------------------------------------------------------

const ending = new AbortController()
const running: Record<keyof typeof PATIENCE_MILLIS, Child[]> = { load: [], shop: [], collector: [] }

function start(
  part: keyof typeof running,
  name: string,
  args: readonly string[],
  environment: Record<string, string>,
  onLine?: (line: string) => void,
): void {
  if (ending.signal.aborted) return
  const child = startNode({
    name,
    args,
    cwd: ROOT,
    environment: { ...process.env, ...environment },
    ...(onLine && { onLine }),
  })
  running[part].push(child)
  void child.ended.then(({ how, byItself, lastWords }) => {
    if (!byItself || ending.signal.aborted) return
    say([`\n${name} has ended by itself (${how}). Its last lines:`, ...lastWords].join('\n  '))
    if (part === 'collector') void end(1)
  })
}

/** Customers first, then the shop, so that what it still has to tell reaches the collector. */
async function end(exitCode: number): Promise<void> {
  if (ending.signal.aborted) return
  ending.abort()
  process.exitCode = exitCode
  say('\nEnding …')
  clearInterval(parentWatch)
  for (const part of ['load', 'shop', 'collector'] as const)
    await Promise.all(running[part].map(child => child.end(PATIENCE_MILLIS[part])))
  if (!flags.data) rmSync(folder, { recursive: true, force: true })
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // Asked a second time, it stops being polite.
    if (ending.signal.aborted) for (const child of Object.values(running).flat()) child.kill()
    else void end(0)
  })
}

// What is written to a terminal that is gone must not end the demo before its children.
process.stdout.on('error', () => {})
process.on('exit', () => {
  for (const child of Object.values(running).flat()) child.kill()
})

// npm does not hand every signal on; a demo whose parent is gone has nobody left to end it.
const parent = process.ppid
const parentWatch = setInterval(() => process.ppid !== parent && void end(0), 500)

// ---- the parts ----------------------------------------------------------------------------------

const port = await freePort(Number(flags.port))
const url = `http://127.0.0.1:${port}`
if (port !== Number(flags.port) && flags.port !== '0')
  say(`Port ${flags.port} is taken; the collector listens on ${port} instead.`)

start(
  'collector',
  'collector',
  [
    'collector/bin/hodoscope.js',
    'serve',
    '--listen',
    `127.0.0.1:${port}`,
    '--data',
    join(folder, 'collector'),
  ],
  {},
)
await until(() => answers(`${url}/readyz`), ending.signal)

const ports = new Map<string, number>()
for (const [index, { name }] of SERVICES.entries())
  ports.set(name, await freePort(flags.port === '0' ? 0 : FIRST_SHOP_PORT + index))
for (const { name, file, instrumented } of SERVICES)
  start('shop', name, [...(instrumented ? ['--require', '@hodoscope/agent'] : []), `examples/shop/${file}`], {
    PORT: String(ports.get(name)),
    DATA_FOLDER: shopData,
    ...addresses(ports),
    ...(instrumented && agentEnvironment(name, url)),
  })
for (const shopPort of ports.values()) await until(() => isOpen(shopPort), ending.signal)

const load = ['examples/shop/load.ts', '--rate', flags.rate, '--seed', flags.seed, '--verbose']
if (Number(flags.rate) > 0) start('load', 'load', load, addresses(ports), showFirstFailure)
if (!ending.signal.aborted) say(introduction())

// ---- what it says -------------------------------------------------------------------------------

function introduction(): string {
  const gateway = `http://127.0.0.1:${ports.get('gateway')}`
  return `
  Hodoscope   ${url}

  shop        ${SERVICES.map(({ name }) => name).join(', ')}
              each a process; instrumented by --require @hodoscope/agent alone (but acme, a third party)
  customers   ${flags.rate} requests a second, seed ${flags.seed}
  your own    curl -i -H 'x-request-id: hello-1' '${gateway}/search?q=o'
  data        ${folder}${flags.data ? '' : ' (deleted at the end)'}

  Ctrl-C ends everything.
`
}

let toldFailure = false
/** The load says `failed <status> <request id> <reason>`; one of them is enough to begin with. */
function showFirstFailure(line: string): void {
  const [what, status, requestId, reason] = line.split(' ')
  if (what !== 'failed' || toldFailure) return
  toldFailure = true
  say(`  A checkout has failed (${status} ${reason}). Paste its id into the box at the top:  ${requestId}\n`)
}

async function answers(probe: string): Promise<boolean> {
  return fetch(probe).then(
    answer => answer.ok,
    () => false,
  )
}
