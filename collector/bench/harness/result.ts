/**
 * The result of one case: its figures, and all that one needs to judge or repeat them.
 */
import { execFileSync } from 'node:child_process'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { resolve } from 'node:path'
import type { Figure } from './figure.ts'

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGigabytes: number
  readonly kernel: string
  readonly node: string
}

export interface Result {
  readonly name: string
  readonly about: string
  readonly records: number
  readonly seed: number
  /** ISO 8601, UTC, to the second. */
  readonly date: string
  /** Of the working tree; `+` when the collector in it had changes. */
  readonly commit: string
  readonly machine: Machine
  /** Load average of the last minute before the case began: other work on the machine. */
  readonly loadBefore: number
  readonly figures: readonly Figure[]
  /** Why there are none. */
  readonly failed?: string
}

export type Circumstances = Pick<Result, 'date' | 'commit' | 'machine' | 'loadBefore'>

export function circumstances(): Circumstances {
  const processors = cpus()
  return {
    date: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    commit: commit(),
    machine: {
      cpu: processors[0]?.model.trim() ?? 'unknown',
      cores: processors.length,
      memoryGigabytes: Math.round(totalmem() / 1e9),
      kernel: release(),
      node: process.version,
    },
    loadBefore: Math.round(100 * loadavg()[0]!) / 100,
  }
}

function commit(): string {
  const root = resolve(import.meta.dirname, '../../..')
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
  const code = ['collector', ':!collector/bench/results', ':!collector/bench/RESULTS.md']
  const changed = git('status', '--porcelain', '--untracked-files=no', '--', ...code) !== ''
  return git('rev-parse', '--short=10', 'HEAD') + (changed ? '+' : '')
}
