/**
 * A memory limit that the kernel enforces: a control group of its own for one process, which is
 * killed when it cannot do with that much. What of the page cache can be given back does not count.
 *
 * Source: Linux Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst.
 */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Version 1 keeps memory in a hierarchy of its own; version 2 has one for all. */
const HIERARCHIES = [
  { root: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes', told: 'memory.oom_control' },
  { root: '/sys/fs/cgroup', limit: 'memory.max', told: 'memory.events' },
] as const

export interface MemoryLimit {
  /** Words to put before a command, so that it runs within the limit from its first instruction. */
  readonly under: readonly string[]
  /** Processes that the kernel has killed for want of memory. */
  kills(): number
  /** Once the process has ended. */
  remove(): void
}

/** @returns undefined where the system lets nobody make control groups, which takes root */
export function memoryLimit(bytes: number): MemoryLimit | undefined {
  for (const { root, limit, told } of HIERARCHIES) {
    const group = join(root, `hodoscope-bench-${process.pid}`)
    try {
      mkdirSync(group)
      if (!existsSync(join(group, limit))) throw new Error('no memory controller here')
      writeFileSync(join(group, limit), String(bytes))
    } catch {
      if (existsSync(group)) rmdirSync(group)
      continue
    }
    return {
      under: ['sh', '-c', `echo $$ > ${group}/cgroup.procs && exec "$@"`, 'limited'],
      kills: () => Number(/^oom_kill (\d+)/m.exec(readFileSync(join(group, told), 'utf8'))?.[1] ?? NaN),
      remove: () => rmdirSync(group),
    }
  }
  console.warn('NOT LIMITED: no control group can be made here, which takes root; memory is only watched')
  return undefined
}
