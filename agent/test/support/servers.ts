/**
 * Debian's servers for the tests of the clients: each on a free port of the loopback, with its data in a temporary
 * folder. What refuses to run as root runs as the user that its package has made.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { chownSync, globSync, mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { deadPort, temporaryFolder } from './app.ts'

export interface Server {
  readonly port: number
  stop(): Promise<void>
}

const PATIENCE_MILLIS = 45_000

interface User {
  readonly uid?: number
  readonly gid?: number
}

function userIf(name: string): User {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

export async function startPostgres(): Promise<Server> {
  const [bin] = globSync('/usr/lib/postgresql/*/bin').toSorted().toReversed()
  if (bin === undefined) throw new Error('no PostgreSQL: apt-get install postgresql')
  const { folder, user, port } = await room('postgres')
  const data = join(folder.path, 'data')
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'tester', '-A', 'trust', '-E', 'UTF8', '--no-sync'], {
    ...user,
    cwd: folder.path,
    stdio: 'ignore',
  })
  const args = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder.path, '-F']
  return running(spawn(join(bin, 'postgres'), args, { ...user, cwd: folder.path, stdio: 'ignore' }), {
    port,
    folder,
    // SIGINT ends it without waiting for its clients.
    signal: 'SIGINT',
    ready: () => succeeds(join(bin, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port), '-U', 'tester']),
  })
}

/** Without grants: any user may do anything, without a password. */
export async function startMariadb(): Promise<Server> {
  const { folder, user, port } = await room('mysql')
  const data = join(folder.path, 'data')
  mkdirSync(data)
  give(data, user)
  const init = join(folder.path, 'init.sql')
  writeFileSync(init, 'create database shop;\n')
  const args = [
    '--no-defaults',
    `--datadir=${data}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--socket=${join(folder.path, 'socket')}`,
    '--skip-grant-tables',
    '--skip-networking=0',
    `--init-file=${init}`,
    '--innodb-flush-method=nosync',
  ]
  return running(spawn('/usr/sbin/mariadbd', args, { ...user, cwd: folder.path, stdio: 'ignore' }), {
    port,
    folder,
    signal: 'SIGTERM',
    ready: () => succeeds('mariadb', ['--no-defaults', '-h127.0.0.1', `-P${port}`, '-e', 'use shop']),
  })
}

export async function startRedis(): Promise<Server> {
  const { folder, port } = await room('redis')
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder.path]
  return running(spawn('redis-server', args, { stdio: 'ignore' }), {
    port,
    folder,
    signal: 'SIGTERM',
    ready: () => accepts(port),
  })
}

/**
 * Erlang's nodes find one another by a daemon that would outlive the test: it has one of its own. The data is the
 * test's alone, so the whole group is killed.
 */
export async function startRabbit(): Promise<Server> {
  const { folder, user, port } = await room('rabbitmq')
  const [names, distribution] = [await deadPort(), await deadPort()]
  const env = {
    PATH: process.env['PATH'],
    HOME: folder.path,
    ERL_EPMD_PORT: String(names),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `test${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_MNESIA_BASE: join(folder.path, 'data'),
    RABBITMQ_LOG_BASE: join(folder.path, 'log'),
    RABBITMQ_PID_FILE: join(folder.path, 'pid'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder.path, 'plugins'),
  }
  const daemon = spawn('epmd', ['-port', String(names), '-address', '127.0.0.1'], {
    ...user,
    env,
    stdio: 'ignore',
  })
  const options = { ...user, env, cwd: folder.path, stdio: 'ignore', detached: true } as const
  const child = spawn('/usr/lib/rabbitmq/bin/rabbitmq-server', [], options)
  const server = await running(child, {
    port,
    folder,
    signal: 'SIGKILL',
    group: true,
    ready: () => accepts(port),
  })
  return {
    port,
    stop: async () => {
      await server.stop()
      daemon.kill('SIGKILL')
    },
  }
}

async function room(user: string): Promise<{ folder: Folder; user: User; port: number }> {
  const folder = temporaryFolder()
  const owner = userIf(user)
  give(folder.path, owner)
  return { folder, user: owner, port: await deadPort() }
}

function give(path: string, { uid, gid }: User): void {
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid)
}

type Folder = ReturnType<typeof temporaryFolder>

interface Life {
  readonly port: number
  readonly folder: Folder
  readonly signal: NodeJS.Signals
  /** The process has children of its own, which go with it. */
  readonly group?: boolean
  readonly ready: () => Promise<boolean> | boolean
}

/** Waits until it answers. */
async function running(
  child: ChildProcess,
  { port, folder, signal, group = false, ready }: Life,
): Promise<Server> {
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()))
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null)
      process.kill(group ? -child.pid! : child.pid!, signal)
    await ended
    folder.remove()
  }
  const deadline = performance.now() + PATIENCE_MILLIS
  while (!(await ready())) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await stop()
      throw new Error(`${child.spawnfile} did not come up (exit code ${child.exitCode})`)
    }
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return { port, stop }
}

function succeeds(file: string, args: readonly string[]): boolean {
  try {
    execFileSync(file, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
