/** Debian's Prometheus as a receiver of remote-write, with a folder of its own. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const READY_WITHIN_MILLIS = 30_000

export const hasPrometheus = (): boolean => spawnSync('prometheus', ['--version']).status === 0

export class PrometheusProcess {
  readonly pid: number
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
    this.pid = child.pid!
  }

  static async start(folder: string, port: number): Promise<PrometheusProcess> {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'prometheus.yml'), 'global: {}\n')
    const child = spawn(
      'prometheus',
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        '--storage.tsdb.retention.time=10y',
        '--web.enable-remote-write-receiver',
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=error',
      ],
      { stdio: 'ignore' },
    )
    const began = performance.now()
    while (!(await isReady(port))) {
      if (child.exitCode !== null || performance.now() - began > READY_WITHIN_MILLIS) {
        child.kill('SIGKILL')
        throw new Error('Prometheus did not become ready')
      }
      await sleep(20)
    }
    return new PrometheusProcess(child)
  }

  async stop(): Promise<void> {
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await gone
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/-/ready`)).status === 200
  } catch {
    return false
  }
}
