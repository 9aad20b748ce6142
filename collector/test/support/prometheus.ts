/**
 * Debian's real Prometheus, on a port that the system chose, over data that it is given as OpenMetrics
 * text.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface RunningPrometheus {
  readonly url: string
  stop(): Promise<void>
}

/**
 * Where it is not installed its tests are skipped, loudly; a run that claims to be whole fails.
 * @param what is not tested without it
 */
export function hasPrometheus(what: string): boolean {
  const found =
    spawnSync('prometheus', ['--version']).status === 0 && spawnSync('promtool', ['--version']).status === 0
  if (found) return true
  if (process.env['CI'] === 'true') throw new Error('prometheus is not installed; apt-get install prometheus')
  console.warn(`SKIPPED: prometheus is not installed; ${what}`)
  return false
}

/** @param openMetrics with times in seconds; ends in `# EOF` */
export async function startPrometheus(openMetrics: string): Promise<RunningPrometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'))
  const [input, config, data] = ['input.txt', 'prometheus.yml', 'data'].map(name => join(folder, name))
  writeFileSync(input!, openMetrics)
  writeFileSync(config!, 'global: {}\n')
  const made = spawnSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', input!, data!], {
    encoding: 'utf8',
  })
  if (made.status !== 0) throw new Error(`promtool made no blocks: ${made.stderr}`)
  const { url, end } = await runPrometheus(config!, data!)
  const stop = async (): Promise<void> => {
    await end('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  return { url, stop }
}

/** The process alone. @throws Error when it ends before it is ready */
export async function runPrometheus(
  config: string,
  data: string,
): Promise<{ readonly url: string; readonly end: (signal: 'SIGTERM' | 'SIGKILL') => Promise<void> }> {
  const child = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=100y',
      '--web.listen-address=127.0.0.1:0',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const ended = once(child, 'exit')
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    child.kill(signal)
    await ended
  }
  let url = ''
  for await (const line of createInterface({ input: child.stderr })) {
    url = /msg="Listening on" address=(\S+)/.exec(line)?.[1] ?? url
    if (line.includes('Server is ready')) break
  }
  child.stderr.resume()
  if (url !== '') return { url: `http://${url}`, end }
  await end('SIGKILL')
  throw new Error('prometheus ended before it was ready')
}
