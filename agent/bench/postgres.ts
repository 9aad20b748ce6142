/**
 * A PostgreSQL server of Debian's in a folder of its own, on a port of its own; undefined where none is installed.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, chownSync, globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const PATIENCE_MILLIS = 20_000

export interface Postgres {
  readonly connectionString: string
  stop(): Promise<void>
}

export async function startPostgres(): Promise<Postgres | undefined> {
  const initdb = globSync('/usr/lib/postgresql/*/bin/initdb').sort().at(-1)
  if (initdb === undefined) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'hodoscope-postgres-'))
  const data = join(folder, 'data')
  const user = owner(folder)
  mkdirSync(data)
  if (user) chownSync(data, user.uid, user.gid)
  const options = { cwd: folder, ...user }
  execFileSync(initdb, ['-D', data, '-U', 'bench', '-A', 'trust', '--no-sync'], {
    ...options,
    stdio: 'ignore',
  })
  const port = await freePort()
  const server = spawn(
    join(dirname(initdb), 'postgres'),
    ['-D', data, '-p', String(port), '-k', '', '-c', 'fsync=off', '-c', 'listen_addresses=127.0.0.1'],
    { ...options, stdio: 'ignore' },
  )
  const connectionString = `postgres://bench@127.0.0.1:${port}/postgres`
  await ready(join(dirname(initdb), 'pg_isready'), port)
  return { connectionString, stop: () => stop(server, folder) }
}

/** PostgreSQL refuses to run as root: it runs as Debian's `postgres` then. */
function owner(folder: string): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  const user = { uid: id('-u'), gid: id('-g') }
  chownSync(folder, user.uid, user.gid)
  chmodSync(folder, 0o755)
  return user
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

async function ready(isReady: string, port: number): Promise<void> {
  const deadline = performance.now() + PATIENCE_MILLIS
  for (;;) {
    try {
      execFileSync(isReady, ['-h', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })
      return
    } catch (error) {
      if (performance.now() > deadline) throw error
      await sleep(100)
    }
  }
}

async function stop(server: ChildProcess, folder: string): Promise<void> {
  const ended = new Promise(resolve => server.once('exit', resolve))
  server.kill('SIGINT')
  await ended
  rmSync(folder, { recursive: true, force: true })
}
